/** The symbol actors of a node: nothing that crosses a wire is lost, and nothing trips twice. */
import { beforeEach, describe, expect, it } from "vitest"
import { makeSymbolActors } from "#actors/symbol/SymbolActors.ts"
import type { Mark, Symbols } from "#actors/symbol/Symbols.ts"
import type { Slope, Tripwire } from "#actors/symbol/Tripwire.ts"
import { decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { configured } from "#domain/testing.ts"
import type { Quote } from "#domain/Quote.ts"

let symbols: Symbols["Service"]
let trips: Array<readonly [string, string, Mark]>
let sequence: number

beforeEach(() => {
  symbols = makeSymbolActors(() => defaultConfiguration)
  trips = []
  sequence = 0
  symbols.onTrip((accountId, quote, mark) => trips.push([accountId, String(quote.bid), mark]))
})

const quote = (bid: string, change: Partial<Quote> = {}): Quote => ({
  symbol: "EURUSD",
  bid: decimal(bid),
  ask: decimal(bid) + decimal("0.0001"),
  time: 1_000,
  receivedAt: 1_000,
  sequence: ++sequence,
  source: "ws",
  ...change
})
const tick = (...quotes: ReadonlyArray<Quote>) => symbols.accept(quotes)
const stopLoss = (price: string): Tripwire => ({ symbol: "EURUSD", side: "bid", direction: "atOrBelow", price: decimal(price) })
const arm = (accountId: string, tripwires: ReadonlyArray<Tripwire>, since: Mark) =>
  symbols.arm(accountId, { tripwires, marginSlopes: undefined }, since)

describe("a tick", () => {
  it("that crosses a wire wakes its account with that very quote, once", () => {
    tick(quote("1.1"))
    arm("A", [stopLoss("1.09")], symbols.mark())
    tick(quote("1.095"), quote("1.089"), quote("1.088"))
    expect(trips).toEqual([["A", String(decimal("1.089")), 3]])
  })

  it("that crosses nothing wakes nobody", () => {
    arm("A", [stopLoss("1.09")], symbols.mark())
    tick(quote("1.1"), quote("1.0901"))
    expect(trips).toEqual([])
  })

  it("that is crossed, zero or older than the last one wakes nobody and is kept as evidence", () => {
    tick(quote("1.1"))
    arm("A", [stopLoss("1.09")], symbols.mark())
    tick(quote("1.08", { ask: decimal("1.07") }), quote("0"), quote("1.08", { time: 999 }))
    expect(trips).toEqual([])
    expect(symbols.quote("EURUSD")?.bid).toBe(decimal("1.1"))
    expect(symbols.status()[0]).toMatchObject({ accepted: 1, rejectedCounts: { crossed: 1, nonPositive: 1, outOfOrder: 1 } })
  })

  it("that was polled is shown, but wakes nobody, neither now nor when an account is armed later", () => {
    tick(quote("1.1"))
    const since = symbols.mark()
    arm("A", [stopLoss("1.09")], since)
    tick(quote("1.08", { source: "rest" }))
    arm("B", [stopLoss("1.09")], since)
    expect(symbols.quote("EURUSD")).toMatchObject({ bid: decimal("1.08"), source: "rest" })
    expect(symbols.tick("EURUSD")).toMatchObject({ bid: decimal("1.1"), source: "ws" })
    expect(trips).toEqual([])
    tick(quote("1.08"))
    expect(trips.map(([accountId]) => accountId).toSorted()).toEqual(["A", "B"])
  })

  it("of a symbol that is no instrument is ignored", () => {
    tick(quote("1.1", { symbol: "NOSUCH" }))
    expect(symbols.all()).toEqual([])
  })
})

describe("a gap", () => {
  const maximum = defaultConfiguration.instruments["BTCUSD"]!.quoteAgeMillisMax
  it("is counted when ticks stop for too long; polled prices do not fill it", () => {
    const at = (receivedAt: number, change: Partial<Quote> = {}) => quote("60000", { symbol: "BTCUSD", receivedAt, ...change })
    tick(at(0), at(maximum), at(maximum + 1_000, { source: "rest" }), at(2 * maximum + 1), at(2 * maximum + 2))
    expect(symbols.status()[0]).toMatchObject({ gaps: 1, longestGapMillis: maximum + 1 })
  })

  it("is none while the market is closed", () => {
    const sessions = [{ openMinute: 17 * 60, closeMinute: 5 * 1_440 + 17 * 60 }]
    symbols = makeSymbolActors(() => configured({ EURUSD: { sessions } }))
    const friday = Date.UTC(2026, 10, 27, 21, 59, 59)
    const sunday = Date.UTC(2026, 10, 29, 22)
    tick(quote("1.1", { receivedAt: friday }), quote("1.1", { receivedAt: sunday }))
    expect(symbols.status()[0]).toMatchObject({ gaps: 0 })
  })
})

describe("arming", () => {
  it("replaces the wires that were there", () => {
    arm("A", [stopLoss("1.09")], symbols.mark())
    arm("A", [stopLoss("1.05")], symbols.mark())
    tick(quote("1.08"))
    expect(trips).toEqual([])
  })

  it("trips at once on a spike that came and went since the decision", () => {
    tick(quote("1.1"))
    const since = symbols.mark()
    tick(quote("1.08"), quote("1.1"))
    arm("A", [stopLoss("1.09")], since)
    expect(trips).toEqual([["A", String(decimal("1.08")), 2]])
  })

  it("does not trip on a quote that the decision saw", () => {
    tick(quote("1.08"))
    arm("A", [stopLoss("1.09")], symbols.mark())
    expect(trips).toEqual([])
  })

  describe("a hot account", () => {
    const slope = (symbol: string, reference: string): Slope => ({
      symbol,
      side: "bid",
      reference: Number(decimal(reference)),
      least: 1,
      most: 1,
      reach: Number(decimal("0.1"))
    })
    const armHot = (since: Mark) =>
      symbols.arm(
        "A",
        {
          tripwires: [],
          marginSlopes: {
            roomBelow: Number(decimal("0.02")),
            roomAbove: Infinity,
            slopes: [slope("EURUSD", "1.1"), slope("GBPUSD", "1.3")]
          }
        },
        since
      )
    const beginAt = (): Mark => {
      tick(quote("1.1"), quote("1.3", { symbol: "GBPUSD" }))
      return symbols.mark()
    }

    it("is woken by the tick that may have used up its room, once", () => {
      armHot(beginAt())
      tick(quote("1.09"), quote("1.31", { symbol: "GBPUSD" }), quote("1.0701"))
      expect(trips).toEqual([])
      tick(quote("1.07"), quote("1.06"))
      expect(trips).toEqual([["A", String(decimal("1.07")), 6]])
    })

    it("is woken at once by a spike that came and went since the decision", () => {
      const since = beginAt()
      tick(quote("1.095"), quote("1.08"), quote("1.1"))
      armHot(since)
      expect(trips).toEqual([["A", String(decimal("1.095")), 3]])
    })

    it("is left alone when what happened since the decision leaves room", () => {
      const since = beginAt()
      tick(quote("1.0801"), quote("1.1"))
      armHot(since)
      tick(quote("1.081"))
      expect(trips).toEqual([])
      tick(quote("1.08"))
      expect(trips).toEqual([["A", String(decimal("1.08")), 6]])
    })

    it("is woken by a price that leaves its reach, whatever it gains", () => {
      armHot(beginAt())
      tick(quote("1.2"), quote("1.2001"))
      expect(trips).toEqual([["A", String(decimal("1.2001")), 4]])
    })

    it("has the quotes of all its symbols on its tape", () => {
      armHot(beginAt())
      tick(quote("1.05"))
      expect(symbols.tape("A", 1).map(({ symbol }) => symbol)).toEqual(["EURUSD", "GBPUSD", "EURUSD"])
    })
  })

  it("an exposed account without any wire counts as armed", () => {
    arm("A", [], symbols.mark())
    expect(symbols.isArmed("A")).toBe(true)
    symbols.disarm("A")
    expect(symbols.isArmed("A")).toBe(false)
  })
})

describe("the tape", () => {
  it("gives all quotes of the account's symbols since a mark, in order of arrival over all symbols", () => {
    arm("A", [stopLoss("1.09"), { ...stopLoss("1.2"), symbol: "GBPUSD" }], symbols.mark())
    tick(
      quote("1.1"),
      quote("1.3", { symbol: "GBPUSD" }),
      quote("150", { symbol: "USDJPY" }),
      quote("1.08"),
      quote("1.31", { symbol: "GBPUSD" })
    )
    expect(symbols.tape("A", 2).map(({ bid, symbol }) => [symbol, bid])).toEqual([
      ["GBPUSD", decimal("1.3")],
      ["EURUSD", decimal("1.08")],
      ["GBPUSD", decimal("1.31")]
    ])
  })
})
