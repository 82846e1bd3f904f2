/** An arming is read as it was written, or not at all. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeArming, encodeArming } from "#actors/account/ArmingCodec.ts"

const slope = fc.record({
  symbol: fc.constantFrom("EURUSD", "XAUUSD"),
  side: fc.constantFrom<"bid" | "ask">("bid", "ask"),
  reference: fc.maxSafeNat(),
  least: fc.double({ min: 0, max: 1e9, noNaN: true }),
  most: fc.double({ min: 0, max: 1e9, noNaN: true }),
  reach: fc.maxSafeNat()
})
const arming = fc.record({
  tripwires: fc.array(
    fc.record({
      symbol: fc.constantFrom("EURUSD", "XAUUSD"),
      side: fc.constantFrom<"bid" | "ask">("bid", "ask"),
      direction: fc.constantFrom<"atOrBelow" | "atOrAbove">("atOrBelow", "atOrAbove"),
      price: fc.bigInt({ min: -1n, max: 10n ** 16n })
    }),
    { maxLength: 12 }
  ),
  marginSlopes: fc.option(
    fc.record({
      roomBelow: fc.integer({ min: 1 }),
      roomAbove: fc.oneof(fc.integer({ min: 1 }), fc.constant(Infinity)),
      slopes: fc.array(slope, { minLength: 1, maxLength: 6 })
    }),
    { nil: undefined }
  ),
  wakeAt: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }), { nil: undefined }),
  configurationVersion: fc.nat()
})

describe("an arming as bytes", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(arming, (each) => {
        expect(decodeArming(encodeArming(each))).toEqual(each)
      })
    )
  })

  it("with any bit changed is not read", () => {
    fc.assert(
      fc.property(arming, fc.nat(), (each, place) => {
        const bytes = encodeArming(each)
        const at = place % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (place % 8))
        expect(decodeArming(bytes)).toBeUndefined()
      })
    )
  })

  it("that was cut short is not read", () => {
    expect(decodeArming(new Uint8Array(2))).toBeUndefined()
  })
})
