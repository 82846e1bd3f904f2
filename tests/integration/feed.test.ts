/** The market feed against the simulator, on real sockets. */
import { createServer } from "node:net"
import { Effect, Exit, Scope } from "effect"
import { afterEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { MarketFeed } from "#actors/feed/MarketFeed.ts"
import type { MarketSimulator } from "#simulator/market/MarketSimulator.ts"
import { control, startFeed, startSimulator, stateOf, subscribe, until, type FeedHarness, type FeedHarnessOptions } from "./feedHarness.ts"

const running: Array<{ readonly stop: () => Promise<void> }> = []

afterEach(async () => {
  for (const part of running.splice(0).reverse()) await part.stop()
})

const setUp = async (options: FeedHarnessOptions = {}): Promise<{ simulator: MarketSimulator; feed: FeedHarness }> => {
  const simulator = await startSimulator()
  running.push(simulator)
  const feed = await startFeed(simulator, options)
  running.push(feed)
  return { simulator, feed }
}

const tick = (bid: string, ask: string, symbol = "EURUSD") => ({ symbol, bid, ask })

/** A tick gets through again. */
const expectTicks = async (simulator: MarketSimulator, feed: FeedHarness, bid: string) => {
  const before = feed.quotes.length
  await control(simulator, "POST", "ticks", [tick(bid, "1.5")])
  await until(`a quote of ${bid} comes`, () => feed.quotes.length > before)
  expect(feed.figures().at(-1)).toEqual(["EURUSD", bid, "1.5", "ws"])
}

describe("prices", () => {
  it("arrive exactly as scripted, in order, numbered", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD", "WTI")
    await control(simulator, "POST", "ticks", [
      tick("1.10000", "1.10010"),
      { symbol: "WTI/USD", price: "76.5" },
      tick("1.10110", "1.1012"),
      tick("1.10110", "1.1012")
    ])
    await until("four quotes came", () => feed.quotes.length === 4)
    expect(feed.figures()).toEqual([
      ["EURUSD", "1.1", "1.1001", "ws"],
      ["WTI", "76.4999", "76.5001", "synthetic"],
      ["EURUSD", "1.1011", "1.1012", "ws"],
      ["EURUSD", "1.1011", "1.1012", "ws"]
    ])
    const sequences = feed.quotes.filter(({ symbol }) => symbol === "EURUSD").map(({ sequence }) => sequence)
    expect(sequences).toEqual([sequences[0], sequences[0]! + 1, sequences[0]! + 2])
  })

  it("come from the walk for every instrument", async () => {
    const simulator = await startSimulator({ paused: false })
    running.push(simulator)
    const feed = await startFeed(simulator)
    running.push(feed)
    const symbols = [
      "EURUSD",
      "GBPUSD",
      "USDJPY",
      "USDCHF",
      "AUDUSD",
      "EURGBP",
      "XAUUSD",
      "WTI",
      "BTCUSD",
      "ETHUSD",
      "US500",
      "GER40",
      "AAPL"
    ]
    await subscribe(feed, ...symbols)
    await until("every symbol has ticked twice", () =>
      symbols.every((symbol) => feed.quotes.filter((quote) => quote.symbol === symbol).length > 1)
    )
    expect(feed.quotes.every(({ bid, ask }) => 0n < bid && bid < ask)).toBe(true)
  })

  it("of many ticks none is lost", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    const ticks = Array.from({ length: 20_000 }, (_, index) => tick(`1.${String(10_000 + index)}`, "2"))
    await control(simulator, "POST", "ticks", ticks)
    await until("all came", () => feed.quotes.length === ticks.length)
    expect(feed.quotes.every((quote, index) => index === 0 || quote.bid > feed.quotes[index - 1]!.bid)).toBe(true)
  })
})

describe("subscriptions", () => {
  it("are made once, whoever wants the symbol, and end when nobody does any more", async () => {
    const { simulator, feed } = await setUp()
    const scopes = await feed.run(Effect.all([Scope.make(), Scope.make()]))
    const demand = (symbols: Array<string>) => Effect.flatMap(MarketFeed, (market) => market.demand(symbols, "watched"))
    await feed.run(Scope.provide(demand(["EURUSD", "BTCUSD"]), scopes[0]))
    await feed.run(Scope.provide(demand(["EURUSD"]), scopes[1]))
    await subscribe(feed, "EURUSD")
    await feed.run(Effect.forEach(scopes, (scope) => Scope.close(scope, Exit.void)))
    const { counters, connections } = await stateOf(simulator)
    expect(counters["repeatedSubscriptions"]).toBe(0)
    expect(connections.map(({ symbols }) => symbols)).toEqual([["BTCUSD", "EURUSD"]])
  })

  it("that fail in part leave the others alone and are reported", async () => {
    const { simulator, feed } = await setUp()
    await control(simulator, "POST", "faults", { kind: "subscribeFails", symbols: ["BTC/USD"] })
    await feed.run(Effect.flatMap(MarketFeed, (market) => market.subscribe(["EURUSD", "BTCUSD", "NOSUCH"])))
    await until("upstream answered", async () => (await feed.status()).symbols.every(({ subscription }) => subscription !== "pending"))
    const { symbols } = await feed.status()
    expect(symbols.map(({ symbol, subscription }) => [symbol, subscription])).toEqual([
      ["EURUSD", "live"],
      ["BTCUSD", "refused"],
      ["NOSUCH", "refused"]
    ])
    expect(symbols[1]?.refusal).toContain("not available")
    await expectTicks(simulator, feed, "1.1")
  })

  it("survive null lists", async () => {
    const { simulator, feed } = await setUp()
    await control(simulator, "POST", "faults", { kind: "nullLists" })
    await feed.run(Effect.flatMap(MarketFeed, (market) => market.subscribe(["NOSUCH"])))
    await until("refused", async () => (await feed.status()).symbols[0]?.subscription === "refused")
    await subscribe(feed, "EURUSD")
    await expectTicks(simulator, feed, "1.1")
    expect((await feed.status()).unreadableCount).toBe(0)
  })

  it("stay within the plan's limit, exposure first", async () => {
    const { simulator, feed } = await setUp({ symbolsMax: 2 })
    await subscribe(feed, "EURUSD", "BTCUSD")
    const scope = await feed.run(Scope.make())
    await feed.run(
      Scope.provide(
        Effect.flatMap(MarketFeed, (market) => market.demand(["AAPL"], "exposure")),
        scope
      )
    )
    await until("AAPL is live", async () => (await feed.status()).symbols[0]?.subscription === "live")
    expect((await stateOf(simulator)).connections[0]?.symbols).toEqual(["AAPL", "EURUSD"])
    expect((await feed.status()).symbols.at(-1)).toMatchObject({ symbol: "BTCUSD", subscription: "overLimit" })
  })
})

describe("a lost connection", () => {
  it.each([
    ["dropped without a close frame", { kind: "drop" }],
    ["closed", { kind: "close", code: 1011 }],
    ["half-open", { kind: "halfOpen" }]
  ])("%s: the feed connects again and subscribes again, once", async (_title, fault) => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD", "BTCUSD")
    await control(simulator, "POST", "faults", fault)
    await until("a second connection is live", async () => {
      const status = await feed.status()
      return status.connectionsCount === 2 && status.symbols.every(({ subscription }) => subscription === "live")
    })
    await until("only one connection is left", async () => (await stateOf(simulator)).connections.length === 1)
    expect((await stateOf(simulator)).connections[0]?.symbols).toEqual(["BTCUSD", "EURUSD"])
    await expectTicks(simulator, feed, "1.2")
    expect((await stateOf(simulator)).counters["repeatedSubscriptions"]).toBe(0)
  })

  it("by the server's end: it comes back with the server", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    const port = Number(new URL(simulator.restUrl).port)
    await simulator.stop()
    await until("the feed tried in vain", async () => (await feed.status()).failedAttempts > 1)
    await until("it says why", async () => (await feed.status()).lastError?.includes("ECONNREFUSED") === true)
    const again = await startSimulator({ port })
    running.push(again)
    await subscribe(feed, "EURUSD")
    await expectTicks(again, feed, "1.3")
    expect(await feed.status()).toMatchObject({ state: "open", failedAttempts: 0 })
  })

  it("by a fourth connection with the same key: the oldest is closed and comes back", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    const others = Array.from({ length: 3 }, () => new WebSocket(simulator.wsUrl, { headers: { "X-TD-APIKEY": "test-key" } }))
    await until("the feed had to connect again", async () => (await feed.status()).connectionsCount > 1)
    for (const other of others) other.terminate()
    await subscribe(feed, "EURUSD")
    await expectTicks(simulator, feed, "1.4")
  })

  it("that answers heartbeats and sends no price is given up", async () => {
    const { simulator, feed } = await setUp({ timing: { priceSilenceMillisMax: 300 } })
    await subscribe(feed, "EURUSD")
    await control(simulator, "POST", "faults", { kind: "silence" })
    await until("the feed connected again", async () => (await feed.status()).connectionsCount > 1)
    await control(simulator, "DELETE", "faults")
    await subscribe(feed, "EURUSD")
    await expectTicks(simulator, feed, "1.1")
  })

  it("a message above 1 MB ends the connection, not the feed", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    await control(simulator, "POST", "frames", [`{"event":"price","x":"${"x".repeat(1_100_000)}"}`])
    await until("the feed connected again", async () => (await feed.status()).connectionsCount > 1)
    await subscribe(feed, "EURUSD")
    await expectTicks(simulator, feed, "1.1")
  })

  it("a server that accepts and says nothing is not waited for for ever", async () => {
    const mute = createServer((socket) => socket.resume().on("error", () => socket.destroy()))
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve))
    const address = mute.address()
    const port = typeof address === "object" ? address?.port : undefined
    const simulator = await startSimulator()
    running.push(simulator, { stop: () => new Promise((resolve) => mute.close(() => resolve())) })
    const feed = await startFeed(simulator, { wsUrl: `ws://127.0.0.1:${port}/` })
    running.push(feed)
    await until("the handshake was given up", async () => (await feed.status()).failedAttempts > 0)
  })
})

describe("a refused handshake", () => {
  it.each([
    ["401", { apiKey: "invalid-key" }, undefined],
    ["403", { apiKey: "forbidden-key" }, undefined],
    ["200 with an error body", {}, { kind: "handshake", status: 200, count: 100 }]
  ])("by %s is final: one attempt, no more", async (_title, options, fault) => {
    const simulator = await startSimulator()
    running.push(simulator)
    if (fault !== undefined) await control(simulator, "POST", "faults", fault)
    const feed = await startFeed(simulator, options)
    running.push(feed)
    await until("the feed gave up", async () => (await feed.status()).state === "refused")
    const { counters } = await stateOf(simulator)
    expect(counters).toMatchObject({ connections: 0, refusedHandshakes: 1 })
    expect((await feed.status()).lastError).not.toContain("key-")
  })

  it("by an error message on the open connection is final too", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    await control(simulator, "POST", "faults", { kind: "errorMessage", code: 401, message: "key withdrawn" })
    await until("the feed gave up", async () => (await feed.status()).state === "refused")
    expect(await feed.status()).toMatchObject({ lastError: "401 key withdrawn", connectionsCount: 1 })
    await until("the connection is gone", async () => (await stateOf(simulator)).connections.length === 0)
  })

  it.each([[429], [500], [503], ["destroy"]])("by %s is tried again", async (status) => {
    const simulator = await startSimulator()
    running.push(simulator)
    await control(simulator, "POST", "faults", { kind: "handshake", status, count: 3 })
    const feed = await startFeed(simulator)
    running.push(feed)
    await subscribe(feed, "EURUSD")
    await expectTicks(simulator, feed, "1.1")
    expect((await stateOf(simulator)).counters).toMatchObject({ connections: 1, refusedHandshakes: 3 })
  })
})

describe("messages that are no prices", () => {
  it("are counted, kept and survived", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    await control(simulator, "POST", "frames", [
      "not json",
      '{"event":"price","symbol":"EUR/USD","timestamp":',
      '{"event":"price","symbol":"EUR/USD","timestamp":1,"price":"NaN"}',
      '{"event":"price","symbol":"EUR/USD","timestamp":1,"price":null}',
      '{"event":"price","symbol":"EUR/USD","timestamp":99999999999,"price":1}',
      '{"event":"price","symbol":"ETH/USD","timestamp":1,"price":1}',
      '{"event":"brand-new","anything":[]}',
      '{"status":"error","code":429,"message":"slow down"}'
    ])
    await expectTicks(simulator, feed, "1.1")
    const status = await feed.status()
    expect(status).toMatchObject({ state: "open", connectionsCount: 1, unreadableCount: 5, lastError: "429 slow down" })
    expect(status.unreadable.map(({ reason }) => reason)).toEqual(["unreadable", "unreadable", "unreadable", "unpriced", "future"])
    expect(feed.quotes).toHaveLength(1)
  })
})

it("prices without bid and ask are synthetic quotes", async () => {
  const { simulator, feed } = await setUp()
  await subscribe(feed, "EURUSD")
  await control(simulator, "POST", "faults", { kind: "withoutBidAsk" })
  await control(simulator, "POST", "ticks", [{ symbol: "EURUSD", price: "1.1", bid: "1.0", ask: "1.2" }])
  await until("it came", () => feed.quotes.length === 1)
  expect(feed.figures()).toEqual([["EURUSD", "1.0999", "1.1001", "synthetic"]])
})
