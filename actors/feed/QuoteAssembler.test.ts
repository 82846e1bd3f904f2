import { describe, expect, it } from "vitest"
import { EVIDENCE_MAX, FUTURE_MILLIS_MAX, QuoteAssembler } from "#actors/feed/QuoteAssembler.ts"
import type { PriceFrame } from "#actors/feed/UpstreamFrame.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"

const ARRIVAL = 1_700_000_000_500
const SECONDS = 1_700_000_000
const frame = (fields: Partial<PriceFrame>): PriceFrame => ({ event: "price", symbol: "EUR/USD", timestamp: SECONDS, ...fields })
const figures = (quote: Quote | undefined) => quote && [formatDecimal(quote.bid), formatDecimal(quote.ask), quote.source]
const assemble = (fields: Partial<PriceFrame>, spread = "0.0002") =>
  figures(new QuoteAssembler(() => decimal(spread), 0).fromSocket("EURUSD", frame(fields), ARRIVAL, "text"))

describe("a price event becomes a quote", () => {
  it.each<[string, Partial<PriceFrame>, Array<string> | undefined]>([
    ["of its bid and ask", { price: 1.10005, bid: 1.1, ask: 1.1001 }, ["1.1", "1.1001", "ws"]],
    ["without a price when it has both", { bid: 1.1, ask: 1.1001 }, ["1.1", "1.1001", "ws"]],
    ["around its price without bid and ask", { price: 1.1 }, ["1.0999", "1.1001", "synthetic"]],
    ["around its price when they are null", { price: 1.1, bid: null, ask: null }, ["1.0999", "1.1001", "synthetic"]],
    ["around its price when one is missing", { price: 1.1, bid: 1.05 }, ["1.0999", "1.1001", "synthetic"]],
    ["even if wrong, for the quality gate to judge", { bid: 1.2, ask: 1.1 }, ["1.2", "1.1", "ws"]],
    ["not at all without any figure", { price: null }, undefined],
    ["not at all with a figure beyond all sense", { price: 1e300 }, undefined],
    ["up to a clock difference", { price: 1.1, timestamp: (ARRIVAL + FUTURE_MILLIS_MAX) / 1_000 }, ["1.0999", "1.1001", "synthetic"]],
    ["not from further ahead", { price: 1.1, timestamp: SECONDS + FUTURE_MILLIS_MAX / 1_000 + 1 }, undefined]
  ])("%s", (_title, fields, expected) => {
    expect(assemble(fields)).toEqual(expected)
  })

  it.each([
    ["0.00015", "1.09993", "1.10008"],
    ["0.00001", "1.1", "1.10001"],
    ["0", "1.1", "1.1"],
    ["3", "0.1", "3.1"]
  ])("a spread of %s stays whole: %s / %s", (spread, bid, ask) => {
    expect(assemble({ price: 1.1 }, spread)).toEqual([bid, ask, "synthetic"])
  })
})

describe("numbers and evidence", () => {
  it("numbers each symbol's quotes on their own, from the start time on", () => {
    const assembler = new QuoteAssembler(() => decimal("0.0002"), 1_000)
    const sequenceOf = (symbol: string) => assembler.fromSocket(symbol, frame({ price: 1.1 }), ARRIVAL, "")?.sequence
    expect([sequenceOf("EURUSD"), sequenceOf("EURUSD"), sequenceOf("GBPUSD"), sequenceOf("EURUSD")]).toEqual([1_001, 1_002, 1_001, 1_003])
    expect(assembler.fromRest("EURUSD", decimal("1.1"), ARRIVAL, ARRIVAL).sequence).toBe(1_004)
  })

  it("keeps the last messages that were of no use, cut short", () => {
    const assembler = new QuoteAssembler(() => 0n, 0)
    for (let index = 0; index < EVIDENCE_MAX + 3; index++) assembler.refuse("unreadable", index, "x".repeat(10_000))
    expect(assembler.unreadableCount).toBe(EVIDENCE_MAX + 3)
    expect(assembler.evidence).toHaveLength(EVIDENCE_MAX)
    expect(assembler.evidence[0]).toMatchObject({ arrival: 3, reason: "unreadable" })
    expect(assembler.evidence[0]?.text).toHaveLength(500)
  })
})
