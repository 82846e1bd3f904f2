/** Every fault of the stream, through the feed and the quality gate: what is accepted is sound and marked, and prices resume by themselves. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { decimal, toNumber } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"
import { initialQuality, judge, type QuoteQuality, type QuoteRules } from "#domain/QuoteQuality.ts"
import type { MarketSimulator } from "#simulator/market/MarketSimulator.ts"
import { SIMULATED_INSTRUMENTS } from "#simulator/market/SimulatedInstrument.ts"
import { control, startFeed, startSimulator, stateOf, subscribe, until, type FeedHarness } from "./feedHarness.ts"

const RULES: QuoteRules = { spikePercentMax: decimal("5") }
let simulator: MarketSimulator
let feed: FeedHarness

beforeEach(async () => {
  simulator = await startSimulator({ instruments: SIMULATED_INSTRUMENTS.map((instrument) => ({ ...instrument, ticksPerMinute: 1_200 })) })
  feed = await startFeed(simulator)
  await subscribe(feed, "EURUSD", "BTCUSD")
})
afterEach(async () => {
  await feed.stop()
  await simulator.stop()
})

/** All quotes so far, as the symbol actors judge them. */
const judged = () => {
  const states = new Map<string, QuoteQuality>()
  const accepted: Array<Quote> = []
  for (const quote of feed.quotes) {
    const verdict = judge(states.get(quote.symbol) ?? initialQuality, quote, RULES)
    states.set(quote.symbol, verdict.state)
    if (verdict.accepted !== undefined) accepted.push(verdict.accepted)
  }
  return { accepted, rejected: (symbol: string) => states.get(symbol)?.rejectedCounts }
}
const faults = (body: object) => control(simulator, "POST", "faults", body)
const NOW = Math.floor(Date.now() / 1_000) - 3_600
const send = async (...prices: Array<[bid: string, ask: string, second?: number]>) => {
  const before = feed.quotes.length
  await control(
    simulator,
    "POST",
    "ticks",
    prices.map(([bid, ask, second = 0]) => ({ symbol: "EURUSD", bid, ask, timestamp: NOW + second }))
  )
  return { arrived: (count: number) => until(`${count} quotes came`, () => feed.quotes.length >= before + count) }
}
const bids = () => judged().accepted.map(({ bid }) => toNumber(bid))

describe("ticks that lie", () => {
  it.each<[string, Array<[string, string, number?]>, Array<number>, object]>([
    [
      "crossed",
      [
        ["1.1", "1.2"],
        ["1.3", "1.2"],
        ["1.11", "1.2"]
      ],
      [1.1, 1.11],
      { crossed: 1 }
    ],
    [
      "zero and negative",
      [
        ["1.1", "1.2"],
        ["0", "1.2"],
        ["1.1", "-1"],
        ["1.11", "1.2"]
      ],
      [1.1, 1.11],
      { nonPositive: 2 }
    ],
    [
      "late",
      [
        ["1.1", "1.2", 5],
        ["1.15", "1.2", 4],
        ["1.11", "1.2", 5]
      ],
      [1.1, 1.11],
      { outOfOrder: 1 }
    ],
    [
      "with equal time stamps",
      [
        ["1.1", "1.2", 5],
        ["1.11", "1.2", 5],
        ["1.12", "1.2", 5]
      ],
      [1.1, 1.11, 1.12],
      { outOfOrder: 0 }
    ],
    [
      "repeated",
      [
        ["1.1", "1.2", 5],
        ["1.1", "1.2", 5]
      ],
      [1.1, 1.1],
      { outOfOrder: 0 }
    ],
    [
      "a spike",
      [
        ["1.1", "1.2", 1],
        ["2.1", "2.2", 2],
        ["1.11", "1.2", 3]
      ],
      [1.1, 1.11],
      { spike: 1 }
    ],
    [
      "a repeated spike",
      [
        ["1.1", "1.2", 1],
        ["2.1", "2.2", 2],
        ["2.1", "2.2", 2],
        ["1.11", "1.2", 3]
      ],
      [1.1, 1.11],
      { spike: 2 }
    ],
    [
      "a weekend gap",
      [
        ["1.1", "1.2", 1],
        ["2.1", "2.2", 100],
        ["2.11", "2.2", 101]
      ],
      [1.1, 2.11],
      { spike: 1 }
    ]
  ])("%s", async (_title, ticks, expected, counts) => {
    const { arrived } = await send(...ticks)
    await arrived(ticks.length)
    expect(bids()).toEqual(expected)
    expect(judged().rejected("EURUSD")).toMatchObject(counts)
  })
})

describe("faults of the running market", () => {
  const last = () => judged().accepted.at(-1)
  /** A quote from the socket is accepted that came after now. */
  const expectResumed = async () => {
    await control(simulator, "DELETE", "faults")
    const before = feed.quotes.length
    await until("prices of both symbols are accepted again", () => {
      const fresh = new Set(
        judged()
          .accepted.filter(({ source }) => source === "ws")
          .map(({ symbol, sequence }) => `${symbol} ${sequence}`)
      )
      return ["EURUSD", "BTCUSD"].every((symbol) =>
        feed.quotes.slice(before).some((quote) => fresh.has(`${symbol} ${quote.sequence}`) && quote.symbol === symbol)
      )
    })
    expect((await stateOf(simulator)).counters["repeatedSubscriptions"]).toBe(0)
  }

  it.each([
    [{ kind: "drop" }],
    [{ kind: "close" }],
    [{ kind: "halfOpen" }],
    [{ kind: "repeat" }],
    [{ kind: "outOfOrder" }],
    [{ kind: "equalTimestamps" }],
    [{ kind: "withoutBidAsk" }],
    [{ kind: "spike", symbol: "EURUSD", percent: 40 }],
    [{ kind: "gap", symbol: "EURUSD", percent: -30 }],
    [{ kind: "silence", symbols: ["EURUSD"] }],
    [{ kind: "errorMessage", code: 500 }],
    [{ kind: "restError", code: 429 }]
  ])("%o: nothing unsound is accepted, and prices resume", async (fault) => {
    await control(simulator, "POST", "resume")
    await until("prices flow", () => bids().length > 5)
    await faults(fault)
    await until("the fault had time to show", () => feed.quotes.length > 30)
    await expectResumed()
    const { accepted } = judged()
    const walk = accepted.filter(({ symbol }) => symbol === "EURUSD")
    const jumps = walk.slice(1).filter(({ bid }, index) => Math.abs(toNumber(bid) / toNumber(walk[index]!.bid) - 1) > 0.05)
    expect(jumps.length).toBeLessThanOrEqual(fault.kind === "gap" ? 1 : 0)
    expect(walk.every(({ bid, ask, time }, index) => bid > 0n && bid <= ask && (index === 0 || time >= walk[index - 1]!.time))).toBe(true)
    expect(
      accepted.every(({ source }) => source === "ws" || (source === "synthetic" && fault.kind === "withoutBidAsk") || source === "rest")
    ).toBe(true)
  })

  it("three drops in a row: the feed comes back each time", async () => {
    await control(simulator, "POST", "resume")
    for (let round = 0; round < 3; round++) {
      await faults({ kind: "drop" })
      await until(
        "it is connected again",
        async () => (await feed.status()).connectionsCount >= round + 2 && (await feed.status()).state === "open"
      )
    }
    await expectResumed()
    expect(last()).toBeDefined()
  })
})
