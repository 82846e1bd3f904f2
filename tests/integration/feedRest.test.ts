/** Prices by REST while the socket does not bring them, and the REST client itself, against the simulator. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect, Exit, Layer, Logger, ManagedRuntime, Redacted } from "effect"
import { afterEach, describe, expect, it } from "vitest"
import { MarketFeed } from "#actors/feed/MarketFeed.ts"
import { layerTwelveDataRest, TwelveDataRest } from "#actors/feed/TwelveDataRestClient.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import type { MarketSimulator } from "#simulator/market/MarketSimulator.ts"
import { control, startFeed, startSimulator, stateOf, subscribe, until, type FeedHarnessOptions } from "./feedHarness.ts"

const running: Array<{ readonly stop: () => Promise<void> }> = []

afterEach(async () => {
  for (const part of running.splice(0).reverse()) await part.stop()
})

const setUp = async (options: FeedHarnessOptions = {}) => {
  const simulator = await startSimulator()
  running.push(simulator)
  const feed = await startFeed(simulator, { ...options, timing: { fallbackAfterMillis: 100 } })
  running.push(feed)
  return { simulator, feed }
}

const fault = (simulator: MarketSimulator, body: object) => control(simulator, "POST", "faults", body)
/** The socket is gone and does not come back; REST works. */
const loseSocket = async (simulator: MarketSimulator) => {
  await fault(simulator, { kind: "handshake", status: 503, count: 1_000_000 })
  await fault(simulator, { kind: "drop" })
}

describe("the fallback", () => {
  it("polls while the socket is down, labelled rest, and ends when it is back", async () => {
    const { simulator, feed } = await setUp()
    await control(simulator, "POST", "ticks", [
      { symbol: "EURUSD", price: "1.1" },
      { symbol: "BTCUSD", price: "64000" }
    ])
    await subscribe(feed, "EURUSD", "BTCUSD")
    await loseSocket(simulator)
    await until("both are polled", () =>
      ["EURUSD", "BTCUSD"].every((symbol) => feed.quotes.some((quote) => quote.symbol === symbol && quote.source === "rest"))
    )
    expect(feed.figures().find(([symbol]) => symbol === "EURUSD")).toEqual(["EURUSD", "1.0999", "1.1001", "rest"])
    expect((await feed.status()).rest.isPolling).toBe(true)
    expect((await feed.status()).symbols.map(({ source }) => source)).toEqual(["rest", "rest"])

    await control(simulator, "DELETE", "faults")
    await until("the socket is back", async () => (await feed.status()).state === "open")
    await until("polling has ended", async () => !(await feed.status()).rest.isPolling)
    const polls = (await stateOf(simulator)).restRequests["/price"]
    await control(simulator, "POST", "ticks", [{ symbol: "EURUSD", bid: "1.2", ask: "1.3" }])
    await until("a price of the socket came", () => feed.quotes.at(-1)?.source === "ws")
    expect((await stateOf(simulator)).restRequests["/price"]).toBe(polls)
  })

  it("keeps numbers growing and times in order over the change", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    await control(simulator, "POST", "ticks", [{ symbol: "EURUSD", bid: "1.1", ask: "1.2" }])
    await until("it came", () => feed.quotes.length === 1)
    await loseSocket(simulator)
    await until("it is polled", () => feed.quotes.length > 2)
    expect(
      feed.quotes.every(
        (quote, index) =>
          index === 0 || (quote.sequence === feed.quotes[index - 1]!.sequence + 1 && quote.time >= feed.quotes[index - 1]!.time)
      )
    ).toBe(true)
  })

  it("polls only what the socket refuses, while it is up", async () => {
    const { simulator, feed } = await setUp()
    await fault(simulator, { kind: "subscribeFails", symbols: ["BTC/USD"] })
    await until("the socket is open", async () => (await feed.status()).state === "open")
    await feed.run(Effect.flatMap(MarketFeed, (market) => market.subscribe(["EURUSD", "BTCUSD"])))
    await until("BTCUSD is polled", () => feed.quotes.some(({ symbol }) => symbol === "BTCUSD"))
    expect(feed.quotes.every(({ symbol, source }) => symbol === "BTCUSD" && source === "rest")).toBe(true)
  })

  it("keeps within the credits and gives them to exposure", async () => {
    const { simulator, feed } = await setUp()
    await fault(simulator, { kind: "credits", perMinute: 4, perDay: 0 })
    const program = Effect.flatMap(MarketFeed, (market) =>
      Effect.andThen(market.subscribe(["EURUSD", "GBPUSD", "USDJPY", "AAPL"]), market.demand(["AAPL"], "exposure"))
    )
    await loseSocket(simulator)
    await feed.run(
      Effect.scoped(
        Effect.andThen(
          program,
          Effect.promise(() => until("AAPL is polled", () => feed.quotes.some(({ symbol }) => symbol === "AAPL")))
        )
      )
    )
    await until("the credits are spent", async () => (await feed.status()).rest.creditsUsedInMinute >= 3)
    expect(feed.quotes[0]?.symbol).toBe("AAPL")
    const { creditsUsedInMinute, creditsPerMinute } = (await feed.status()).rest
    expect(creditsPerMinute).toBe(4)
    expect(creditsUsedInMinute).toBeLessThanOrEqual(4)
  })

  it("survives errors, garbage and slowness, and goes on", async () => {
    const { simulator, feed } = await setUp()
    await subscribe(feed, "EURUSD")
    for (const [kind, rest] of [
      ["restError", { code: 500 }],
      ["restGarbage", {}]
    ] as const) {
      await fault(simulator, { kind, ...rest })
      await loseSocket(simulator)
      await until(`${kind} is noticed`, async () => (await feed.status()).rest.lastError !== undefined)
      expect(feed.quotes).toHaveLength(0)
    }
    await control(simulator, "DELETE", "faults")
    await subscribe(feed, "EURUSD")
    await loseSocket(simulator)
    await until("it is polled", () => feed.quotes.length > 0)
  })
})

describe("the REST client", () => {
  const setUpRest = async (answerMillisMax = 2_000) => {
    const simulator = await startSimulator()
    const runtime = ManagedRuntime.make(
      layerTwelveDataRest({ restUrl: simulator.restUrl, apiKey: Redacted.make("key"), answerMillisMax }).pipe(
        Layer.provideMerge(Logger.layer([]))
      )
    )
    running.push({ stop: () => runtime.dispose() }, simulator)
    const rest = await runtime.runPromise(TwelveDataRest)
    await until("it asked for the plan", async () => (await stateOf(simulator)).restRequests["/api_usage"] === 1)
    return { simulator, rest, run: runtime.runPromise, exit: runtime.runPromiseExit }
  }
  const errorOf = (exit: Exit.Exit<unknown, { readonly _tag: string }>) => (Exit.isFailure(exit) ? Exit.findErrorOption(exit) : exit)

  it("reads one price, and several with a bad one among them", async () => {
    const { simulator, rest, run } = await setUpRest()
    await control(simulator, "POST", "ticks", [
      { symbol: "EURUSD", price: "1.1" },
      { symbol: "AAPL", price: "187.5" }
    ])
    const one = await run(rest.prices(["EUR/USD"], "exposure"))
    expect([...one.prices].map(([symbol, price]) => [symbol, formatDecimal(price)])).toEqual([["EUR/USD", "1.1"]])
    expect(Math.abs(one.time - Date.now())).toBeLessThan(60_000)
    const three = await run(rest.prices(["EUR/USD", "NOPE", "AAPL"], "exposure"))
    expect([...three.prices.keys()]).toEqual(["EUR/USD", "AAPL"])
    expect(three.refusals.get("NOPE")).toContain("not found")
  })

  it("reads bars, oldest first, and no bars where there are none", async () => {
    const { rest, run } = await setUpRest()
    const { bars, unsoundCount } = await run(
      rest.bars({ upstreamSymbol: "EUR/USD", interval: "1d", count: 3, to: Date.UTC(2026, 2, 4) }, "candles")
    )
    expect(bars.map(({ openTime }) => new Date(openTime).toISOString().slice(0, 10))).toEqual(["2026-03-02", "2026-03-03", "2026-03-04"])
    expect(unsoundCount).toBe(0)
    const none = await run(rest.bars({ upstreamSymbol: "EUR/USD", interval: "1m", count: 3, from: Date.UTC(2999, 0) }, "candles"))
    expect(none.bars).toEqual([])
  })

  it("reads volumes, and loses no bar to one that is none", async () => {
    const volumes = ["1523400", "12.5", "0", "-1", "many", "", 7, null, undefined]
    const values = volumes.map((volume, minute) => ({
      datetime: `2026-03-04 15:0${minute}:00`,
      open: "2",
      high: "3",
      low: "1",
      close: "2",
      ...(volume === undefined ? {} : { volume })
    }))
    const server = createServer((_, response) => response.end(JSON.stringify({ values, status: "ok" })))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    const runtime = ManagedRuntime.make(layerTwelveDataRest({ restUrl: `http://127.0.0.1:${port}`, apiKey: Redacted.make("key") }))
    running.push({ stop: async () => void server.close() }, { stop: () => runtime.dispose() })
    const { bars, unsoundCount } = await runtime.runPromise(
      Effect.flatMap(TwelveDataRest, (rest) => rest.bars({ upstreamSymbol: "AAPL", interval: "1m", count: 9 }, "candles"))
    )
    expect([bars.length, unsoundCount]).toEqual([volumes.length, 0])
    expect(bars.map(({ volume }) => volume)).toEqual([
      decimal("1523400"),
      decimal("12.5"),
      0n,
      ...Array.from({ length: 6 }, () => undefined)
    ])
    expect(bars.slice(3).some((bar) => "volume" in bar)).toBe(false)
  })

  it.each([
    [{ kind: "restError", code: 404 }, "RestRefused"],
    [{ kind: "restError", code: 429 }, "RestRefused"],
    [{ kind: "restError", code: 429, httpStatus: 200 }, "RestRefused"],
    [{ kind: "restError", code: 500 }, "RestUnavailable"],
    [{ kind: "restError", code: 500, httpStatus: 200 }, "RestUnavailable"],
    [{ kind: "restError", code: 503 }, "RestUnavailable"],
    [{ kind: "restGarbage" }, "RestUnavailable"],
    [{ kind: "restHuge", bytes: 5_000_000 }, "RestUnavailable"],
    [{ kind: "restSlow", millis: 1_000 }, "RestUnavailable"]
  ])("%o ends as %s", async (body, tag) => {
    const { simulator, rest, exit } = await setUpRest(300)
    await fault(simulator, body)
    const answer = errorOf(await exit(rest.prices(["EUR/USD"], "exposure")))
    expect(answer).toMatchObject({ value: { _tag: tag } })
  })

  it("asks for nothing more after a 429 until the minute is over", async () => {
    const { simulator, rest, exit } = await setUpRest()
    await fault(simulator, { kind: "restError", code: 429, count: 1 })
    await exit(rest.prices(["EUR/USD"], "exposure"))
    expect(errorOf(await exit(rest.prices(["EUR/USD"], "exposure")))).toMatchObject({ value: { _tag: "CreditsSpent" } })
    expect((await stateOf(simulator)).restRequests["/price"]).toBe(1)
  })

  it("learns the plan's limits", async () => {
    const { simulator, rest, run } = await setUpRest()
    await fault(simulator, { kind: "credits", perMinute: 55, perDay: 800 })
    await run(rest.usage)
    expect(rest.budget.report(Date.now())).toMatchObject({ perMinute: 55, perDay: 800, usedInMinute: 1, usedInDay: 1 })
  })

  it("does not follow a redirect with the key", async () => {
    const { rest, exit, simulator } = await setUpRest()
    await fault(simulator, { kind: "restError", code: 404, httpStatus: 302 })
    expect(errorOf(await exit(rest.prices(["EUR/USD"], "exposure")))).toMatchObject({ value: { _tag: "RestUnavailable" } })
    expect((await stateOf(simulator)).restRequests["/price"]).toBe(1)
  })

  it("fails at once when nobody listens", async () => {
    const runtime = ManagedRuntime.make(layerTwelveDataRest({ restUrl: "http://127.0.0.1:9", apiKey: Redacted.make("key") }))
    running.push({ stop: () => runtime.dispose() })
    const exit = await runtime.runPromiseExit(Effect.flatMap(TwelveDataRest, (rest) => rest.prices(["EUR/USD"], "exposure")))
    expect(errorOf(exit)).toMatchObject({ value: { _tag: "RestUnavailable" } })
  })
})
