import { describe, expect, it } from "vitest"
import { decimal } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"
import { initialQuality, judge, QUOTE_EVIDENCE_MAX, type QuoteQuality, type QuoteRules } from "#domain/QuoteQuality.ts"

const SECOND = 1_000
const onePercent: QuoteRules = { spikePercentMax: decimal("1") }

const quote = (bid: string, ask: string, second = 0, sequence = 0): Quote => ({
  symbol: "EURUSD",
  bid: decimal(bid),
  ask: decimal(ask),
  time: second * SECOND,
  receivedAt: second * SECOND,
  sequence,
  source: "ws"
})

/** Verdicts of a series of quotes, "ok" or the reason, and the state after them. */
const run = (quotes: ReadonlyArray<Quote>, rules: QuoteRules = onePercent): { verdicts: Array<string>; state: QuoteQuality } => {
  let state = initialQuality
  const verdicts = quotes.map((next) => {
    const verdict = judge(state, next, rules)
    state = verdict.state
    expect(verdict.accepted === undefined).toBe(verdict.rejected !== undefined)
    return verdict.rejected?.reason ?? "ok"
  })
  return { verdicts, state }
}

describe("a single quote", () => {
  it.each([
    ["1.1000", "1.1001", "ok"],
    ["1.1000", "1.1000", "ok"],
    ["0", "1.1001", "nonPositive"],
    ["-1.1", "1.1001", "nonPositive"],
    ["1.1", "0", "nonPositive"],
    ["1.1002", "1.1001", "crossed"],
    ["0", "-1", "nonPositive"]
  ])("bid %s ask %s is %s", (bid, ask, expected) => {
    expect(run([quote(bid, ask)]).verdicts).toEqual([expected])
  })
})

describe("a series", () => {
  const tick = (bid: string, second: number) => quote(bid, (Number(bid) + 0.0001).toFixed(5), second)
  const poll = (bid: string, second: number): Quote => ({ ...tick(bid, second), source: "rest" })
  it.each<[string, Array<Quote>, Array<string>]>([
    ["equal time stamps are in order of arrival", [tick("1.10000", 5), tick("1.10010", 5)], ["ok", "ok"]],
    ["an older quote is refused", [tick("1.10000", 5), tick("1.10010", 4), tick("1.10020", 5)], ["ok", "outOfOrder", "ok"]],
    ["a tick may be stamped before the last poll", [tick("1.10000", 5), poll("1.10010", 9), tick("1.10020", 6)], ["ok", "ok", "ok"]],
    ["but not before the last tick", [tick("1.10000", 5), poll("1.10010", 9), tick("1.10020", 4)], ["ok", "ok", "outOfOrder"]],
    ["a poll that answers late is refused", [poll("1.10000", 9), poll("1.10010", 8)], ["ok", "outOfOrder"]],
    ["a jump up to the limit passes", [quote("1.00000", "1.00000", 1), quote("1.01000", "1.01000", 2)], ["ok", "ok"]],
    ["a jump past the limit is held back", [quote("1.00000", "1.00000", 1), quote("1.01001", "1.01001", 2)], ["ok", "spike"]],
    ["a jump of the ask alone is held back", [quote("1.00000", "1.00010", 1), quote("1.00000", "1.02000", 2)], ["ok", "spike"]],
    ["a second tick confirms the new level", [tick("1.10000", 1), tick("1.20000", 2), tick("1.20010", 3)], ["ok", "spike", "ok"]],
    ["the same frame twice confirms nothing", [tick("1.10000", 1), tick("1.20000", 2), tick("1.20000", 2)], ["ok", "spike", "spike"]],
    ["the same price a second later confirms", [tick("1.10000", 1), tick("1.20000", 2), tick("1.20000", 3)], ["ok", "spike", "ok"]],
    [
      "a return to the old level drops the suspect",
      [tick("1.10000", 1), tick("1.20000", 2), tick("1.10010", 3), tick("1.20010", 4)],
      ["ok", "spike", "ok", "spike"]
    ],
    [
      "two different spikes do not confirm each other",
      [tick("1.10000", 1), tick("1.20000", 2), tick("0.90000", 3)],
      ["ok", "spike", "spike"]
    ],
    [
      "a crossed quote does not disturb a pending confirmation",
      [tick("1.10000", 1), tick("1.20000", 2), quote("1.3", "1.2", 3), tick("1.20010", 4)],
      ["ok", "spike", "crossed", "ok"]
    ]
  ])("%s", (_title, quotes, expected) => {
    expect(run(quotes).verdicts).toEqual(expected)
  })

  it("lets every jump through when the guard is off", () => {
    expect(run([tick("1.10000", 1), tick("2.20000", 2)], { spikePercentMax: undefined }).verdicts).toEqual(["ok", "ok"])
  })

  it("keeps the last accepted quote, counters, and bounded evidence", () => {
    const crossed = Array.from({ length: QUOTE_EVIDENCE_MAX + 5 }, (_, index) => quote("1.2", "1.1", 2, index + 1))
    const { state } = run([tick("1.10000", 1), ...crossed])
    expect(state.last).toEqual(tick("1.10000", 1))
    expect(state.acceptedCount).toBe(1)
    expect(state.rejectedCounts).toEqual({ nonPositive: 0, crossed: QUOTE_EVIDENCE_MAX + 5, outOfOrder: 0, spike: 0 })
    expect(state.evidence).toHaveLength(QUOTE_EVIDENCE_MAX)
    expect(state.evidence.at(-1)?.quote.sequence).toBe(QUOTE_EVIDENCE_MAX + 5)
  })
})
