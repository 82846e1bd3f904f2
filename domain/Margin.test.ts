import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Book } from "#domain/Book.ts"
import { decimal, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { exposureOf, openingMargin, usedMargin } from "#domain/Margin.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { configured, instrumentOf, money, NOON, positionOf, pricesOf, USD, type QuoteTable } from "#domain/testing.ts"

interface Case {
  readonly symbol?: string
  readonly side?: "buy" | "sell"
  readonly lots?: string
  readonly price: string
  readonly leverage?: number
  readonly group?: string
  readonly quotes?: QuoteTable
  readonly account?: { readonly currency: string; readonly currencyDigits: number }
  readonly instrument?: Partial<Instrument>
  readonly before?: bigint
}

const margin = ({
  symbol = "EURUSD",
  side = "buy",
  lots = "1",
  price,
  leverage = 100,
  group = "professional",
  quotes = {},
  account = USD,
  instrument = {},
  before = 0n
}: Case): string => {
  const configuration = configured({ [symbol]: instrument })
  const deal = { instrument: instrumentOf(symbol, configuration), side, lots: decimal(lots), price: decimal(price) }
  return money(openingMargin(pricesOf(quotes, configuration, group), { ...account, leverage }, deal, before)?.margin)
}

describe("forex margin is lots × contract ÷ leverage in the base currency", () => {
  it("EURUSD buy 1 lot, contract 100,000, 1:100, conversion ask 1.2790 → 1,279.00 USD", () => {
    expect(margin({ price: "1.2790", quotes: { EURUSD: ["1.2788", "1.2790"] } })).toBe("1279.00")
  })
  it("USDCHF 1 lot at 1:30 → 3,333.33 USD", () => {
    expect(margin({ symbol: "USDCHF", price: "0.90000", leverage: 30 })).toBe("3333.33")
  })
  it("is converted at the ask for buys and at the bid for sells", () => {
    const quotes: QuoteTable = { EURUSD: ["1.10000", "1.20000"], EURGBP: ["0.80000", "0.90000"] }
    expect(margin({ symbol: "EURGBP", side: "buy", price: "0.9", quotes })).toBe("1200.00")
    expect(margin({ symbol: "EURGBP", side: "sell", price: "0.8", quotes })).toBe("1100.00")
  })
  it("by a reverse pair a buy converts at the dearer side too", () => {
    const account = { currency: "EUR", currencyDigits: 2 }
    const quotes: QuoteTable = { EURUSD: ["1.00000", "1.25000"] }
    expect(margin({ symbol: "USDCHF", side: "buy", price: "0.9", quotes, account })).toBe("1000.00")
    expect(margin({ symbol: "USDCHF", side: "sell", price: "0.9", quotes, account })).toBe("800.00")
  })
  it("when the deal's own pair is the conversion pair it is converted at the deal price", () => {
    expect(margin({ price: "1.30000", quotes: { EURUSD: ["1.10000", "1.10010"] } })).toBe("1300.00")
  })
  it("so it is when that pair converts the other way round", () => {
    const bitcoin = { currency: "BTC", currencyDigits: 8 }
    const own = { symbol: "BTCUSD", price: "30000.09", lots: "0.04", leverage: 20, account: bitcoin }
    expect(margin({ ...own, quotes: { BTCUSD: ["30000.00", "30000.10"] } })).toBe("0.002")
  })
  it("is unknown without a rate", () => {
    expect(margin({ symbol: "EURGBP", price: "0.9" })).toBe("none")
  })
})

describe("CFD margin is lots × contract × price ÷ leverage", () => {
  it.each([
    ["XAUUSD", "1950.00", "1950.00"],
    ["WTI", "80.00", "800.00"],
    ["BTCUSD", "60000.00", "600.00"]
  ])("%s 1 lot at %s, 1:100 → %s USD", (symbol, price, expected) => {
    expect(margin({ symbol, price })).toBe(expected)
  })
  it("arises in the profit currency", () => {
    expect(margin({ symbol: "GER40", price: "20000.00", quotes: { EURUSD: ["1.10000", "1.20000"] } })).toBe("240.00")
  })
})

describe("the effective leverage is the lower of the account's own and its group's cap", () => {
  const gold = { symbol: "XAUUSD", price: "2000.00" }
  it.each([
    ["EURUSD", 30],
    ["AUDUSD", 20],
    ["XAUUSD", 20],
    ["US500", 20],
    ["WTI", 10],
    ["AAPL", 5],
    ["BTCUSD", 2]
  ])("group retail caps %s at 1:%i", (symbol, cap) => {
    const quotes: QuoteTable = { EURUSD: ["1.0", "1.0"] }
    const capped = margin({ symbol, price: "1.00", group: "retail", leverage: 500, quotes, lots: "10" })
    expect(capped).toBe(margin({ symbol, price: "1.00", group: "professional", leverage: cap, quotes, lots: "10" }))
  })
  it("retail caps other indices at 1:10", () => {
    const own = { price: "5000.00", symbol: "US500", instrument: { class: "indexMinor" as const } }
    expect(margin({ ...own, group: "retail", leverage: 500 })).toBe(margin({ ...own, leverage: 10 }))
  })
  it("an account's own lower leverage stands", () => {
    expect(margin({ ...gold, group: "retail", leverage: 10 })).toBe("20000.00")
  })
  it("group professional caps nothing", () => {
    expect(margin({ ...gold, leverage: 500 })).toBe("400.00")
  })
})

describe("a margin by doubles", () => {
  it("is to the cent what the exact arithmetic gives", () => {
    // a tier that multiplies by one changes nothing but the way it is computed
    const exactly = { marginTiers: [{ from: 0n, multiplier: decimal("1") }] }
    const symbol = fc.constantFrom("EURUSD", "EURGBP", "USDCHF", "XAUUSD", "GER40", "USDJPY")
    const price = fc.integer({ min: 1, max: 3_000_000 }).map((points) => (points / 1_000).toFixed(3))
    const quotes: QuoteTable = { EURUSD: ["1.08765", "1.08777"], GBPUSD: ["1.23451", "1.23467"], USDCHF: ["0.87654", "0.87661"] }
    const lots = fc.integer({ min: 1, max: 10_000 }).map((steps) => (steps / 100).toFixed(2))
    fc.assert(
      fc.property(symbol, price, lots, fc.constantFrom(1, 3, 7, 30, 100, 333), (symbol, price, lots, leverage) => {
        const given = { symbol, price, lots, leverage, quotes }
        expect(margin(given)).toBe(margin({ ...given, instrument: exactly }))
      })
    )
  })
})

describe("tiers raise the margin rate by brackets", () => {
  const byLots: Partial<Instrument> = {
    marginTiers: [
      { from: decimal("10"), multiplier: decimal("2") },
      { from: decimal("20"), multiplier: decimal("4") }
    ]
  }
  it.each([
    ["10", "11000.00"],
    ["15", "22000.00"],
    ["20", "33000.00"],
    ["21", "37400.00"]
  ])("%s lots of EURUSD at 1.1: %s", (lots, expected) => {
    expect(margin({ price: "1.10000", lots, instrument: byLots })).toBe(expected)
  })
  it("what the account already has on that side fills the brackets first", () => {
    const before = exposureOf(instrumentOf("EURUSD"), decimal("9"), decimal("1.1"))
    expect(margin({ price: "1.10000", lots: "2", instrument: byLots, before })).toBe("3300.00")
  })
  it("or by notional", () => {
    const byNotional: Partial<Instrument> = {
      marginTierBasis: "notional",
      marginTiers: [{ from: decimal("110000"), multiplier: decimal("3") }]
    }
    expect(margin({ price: "1.10000", lots: "2", instrument: byNotional })).toBe("4400.00")
  })
  it("whatever the order in which they are listed", () => {
    const reversed = { marginTiers: [...(byLots.marginTiers ?? [])].toReversed() }
    expect(margin({ price: "1.10000", lots: "21", instrument: reversed })).toBe("37400.00")
  })
})

const leg = (side: "buy" | "sell", lots: string, margin: string, id: string, symbol = "EURUSD"): [string, Position] => [
  id,
  positionOf({ symbol, side, lots: decimal(lots), margin: decimal(margin), positionId: id })
]
const resting = (side: "buy" | "sell", reservedMargin: string, id: string): [string, Order] => [
  id,
  {
    orderId: id,
    symbol: "EURUSD",
    side,
    type: "limit",
    lots: decimal("1"),
    limitPrice: decimal("1"),
    timeInForce: "GTC",
    status: "pending",
    placedAt: NOON,
    reservedMargin: decimal(reservedMargin)
  }
]

const used = (
  positions: ReadonlyArray<[string, Position]>,
  orders: ReadonlyArray<[string, Order]> = [],
  {
    hedgedMargin = "largerLeg",
    mode = "hedging",
    hedgedContractSize = "100000",
    leverage = 100
  }: Partial<Pick<AccountGroup, "hedgedMargin">> & {
    readonly mode?: "hedging" | "netting"
    readonly hedgedContractSize?: string
    readonly leverage?: number
  } = {}
): Decimal => {
  const configuration = configured({ EURUSD: { hedgedContractSize: decimal(hedgedContractSize) } }, { professional: { hedgedMargin } })
  const book: Book = {
    ...USD,
    mode,
    group: "professional",
    leverage,
    balance: 0n,
    credit: 0n,
    positions: new Map(positions),
    orders: new Map(orders),
    reservations: new Map()
  }
  return usedMargin(book, pricesOf({}, configuration))
}

describe("hedged volume", () => {
  const longTwo = leg("buy", "2", "2200", "P1")
  const shortOne = leg("sell", "1", "1150", "P2")
  it("larger-leg: the margin of the larger side", () => {
    expect(money(used([longTwo, shortOne]))).toBe("2200.00")
    expect(money(used([leg("buy", "1", "1100", "P1"), leg("sell", "1", "1150", "P2")]))).toBe("1150.00")
  })
  it("basic: covered volume at the hedged contract size and the average of all, uncovered at its own average", () => {
    // covered 1 lot at (2200 + 1150) / 3 = 1116.67, uncovered 1 lot at 1100
    expect(money(used([longTwo, shortOne], [], { hedgedMargin: "basic" }))).toBe("2216.67")
    expect(money(used([longTwo, shortOne], [], { hedgedMargin: "basic", hedgedContractSize: "50000" }))).toBe("1658.33")
    expect(money(used([longTwo, shortOne], [], { hedgedMargin: "basic", hedgedContractSize: "0" }))).toBe("1100.00")
  })
  it("basic without opposite positions is their sum", () => {
    expect(money(used([longTwo, leg("buy", "1", "1111", "P3")], [], { hedgedMargin: "basic" }))).toBe("3311.00")
  })
  it("basic averages margins before they were rounded: sell 0.5, buy 0.8 and sell 1.4 GBPUSD at 1:500 are 647.98", () => {
    const at = (id: string, side: "buy" | "sell", lots: string, price: string): [string, Position] => {
      const deal = { instrument: instrumentOf("GBPUSD"), side, lots: decimal(lots), price: decimal(price) }
      const opening = openingMargin(pricesOf({}), { ...USD, leverage: 500 }, deal, 0n)
      const margin = opening?.margin ?? 0n
      return [
        id,
        positionOf({ symbol: "GBPUSD", side, lots: deal.lots, openPrice: deal.price, margin, marginRate: deal.price, positionId: id })
      ]
    }
    const positions = [at("P1", "sell", "0.5", "1.70450"), at("P2", "buy", "0.8", "1.70200"), at("P3", "sell", "1.4", "1.70610")]
    // covered 0.8 at the average of all, 1.704593; uncovered 1.1 at the average of the sells, 1.705679; the rounded margins would give 647.99
    expect(money(used(positions, [], { hedgedMargin: "basic", leverage: 500 }))).toBe("647.98")
  })
  it("symbols do not cover each other", () => {
    expect(money(used([longTwo, leg("sell", "1", "1300", "P2", "GBPUSD")]))).toBe("3500.00")
  })
})

describe("an order not yet executed may only raise margin, never lower it", () => {
  it("adds its share to its own side", () => {
    expect(money(used([leg("buy", "1", "1100", "P1")], [resting("buy", "1090", "O2")]))).toBe("2190.00")
  })
  it("on the other side it counts once it is larger", () => {
    expect(money(used([leg("buy", "1", "1100", "P1")], [resting("sell", "1000", "O2")]))).toBe("1100.00")
    expect(money(used([leg("buy", "1", "1100", "P1")], [resting("sell", "1200", "O2")]))).toBe("1200.00")
  })
  it("whatever rests and whatever is open, in both modes", () => {
    const amount = fc.integer({ min: 1, max: 5_000 })
    const sides = fc.constantFrom<"buy" | "sell">("buy", "sell")
    const legs = fc.array(fc.record({ side: sides, lots: fc.integer({ min: 1, max: 9 }), amount }), { maxLength: 5 })
    const orders = fc.array(fc.record({ side: sides, amount }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(legs, orders, fc.constantFrom<"largerLeg" | "basic">("largerLeg", "basic"), (open, pending, hedgedMargin) => {
        const positions = open.map(({ side, lots, amount }, index) => leg(side, String(lots), String(amount), `P${index}`))
        const rest = pending.map(({ side, amount }, index) => resting(side, String(amount), `O${index}`))
        const with_ = used(positions, rest, { hedgedMargin })
        const without = used(positions, rest.slice(1), { hedgedMargin })
        expect(with_).toBeGreaterThanOrEqual(without)
      })
    )
  })
})
