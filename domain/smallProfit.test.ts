/** The fast valuation against the exact one. */
import fc from "fast-check"
import { expect, it } from "vitest"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { ONE } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import { profitOf } from "#domain/Profit.ts"
import { minorUnitsPerPrice, smallProfit } from "#domain/smallProfit.ts"

const template = defaultConfiguration.instruments["EURUSD"]
const group = defaultConfiguration.groups["professional"]
if (template === undefined || group === undefined) throw new Error("the default configuration has EURUSD and professional")
const prices = { configuration: defaultConfiguration, group, quote: () => undefined }

const decimal = (max: bigint) => fc.bigInt({ min: 1n, max })

it("equals the exact valuation, or leaves it to that, whatever the sizes", () => {
  let fast = 0
  fc.assert(
    fc.property(
      fc.constantFrom<Position["side"]>("buy", "sell"),
      fc.oneof(fc.constantFrom(ONE, 100n * ONE, 100_000n * ONE), decimal(10n ** 16n)),
      fc.oneof(
        fc.integer({ min: 1, max: 10_000 }).map((steps) => BigInt(steps) * 1_000_000n),
        decimal(10n ** 11n)
      ),
      decimal(10n ** 13n),
      fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
      fc.constantFrom(0, 2, 3, 8),
      (side, contractSize, lots, openPrice, move, currencyDigits) => {
        const instrument: Instrument = { ...template, contractSize }
        const closePrice = openPrice + move
        const position: Position = {
          positionId: "P1",
          symbol: "EURUSD",
          side,
          lots,
          openPrice,
          openedAt: 0,
          margin: 0n,
          marginRate: ONE,
          swap: 0n,
          commission: 0n,
          orderId: "O1"
        }
        const found = smallProfit(minorUnitsPerPrice(position, instrument, currencyDigits), position, closePrice)
        if (found === undefined) return
        fast++
        expect(found).toBe(profitOf(prices, { currency: "USD", currencyDigits }, { instrument, side, lots, openPrice, closePrice }))
      }
    ),
    { numRuns: 3_000 }
  )
  expect(fast).toBeGreaterThan(500)
})
