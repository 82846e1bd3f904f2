/** Candles from the simulator's REST side through PostgreSQL and memory, with the feed's quotes on top. */
import { Effect, Layer, Logger, ManagedRuntime, Redacted, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { layerCandles } from "#actors/candles/CandlesActor.ts"
import { Candles, type CandlesQuery } from "#actors/Candles.ts"
import { CandleStore } from "#actors/CandleStore.ts"
import { MarketFeed } from "#actors/feed/MarketFeed.ts"
import { layerTwelveDataFeed } from "#actors/feed/TwelveDataFeed.ts"
import { layerTwelveDataRest } from "#actors/feed/TwelveDataRestClient.ts"
import { makeDatabase } from "#db/Database.ts"
import { startEphemeralPostgres, type EmbeddedPostgres } from "#db/EmbeddedPostgres.ts"
import { PgCandleStore } from "#db/PgCandleStore.ts"
import { CANDLE_INTERVALS, candleOpen, firstCandle, shiftCandle } from "#domain/Candle.ts"
import { decimal } from "#domain/Decimal.ts"
import type { MarketSimulator } from "#simulator/market/MarketSimulator.ts"
import { control, startSimulator, stateOf, until } from "./feedHarness.ts"

let postgres: EmbeddedPostgres
let simulator: MarketSimulator
const runtimes: Array<{ readonly dispose: () => Promise<void> }> = []

beforeAll(async () => {
  postgres = await startEphemeralPostgres()
})
afterAll(() => postgres.stop())
beforeEach(async () => {
  simulator = await startSimulator({ paused: false })
})
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose()
  await simulator.stop()
})

/** A process of the product, as far as candles go. */
const startProduct = () => {
  const database = makeDatabase(Redacted.make(postgres.url))
  const feed = layerTwelveDataFeed({
    config: { apiKey: Redacted.make("key"), wsUrl: simulator.wsUrl, symbolsMax: 100 },
    syntheticSpread: () => decimal("0.0002"),
    timing: { subscriptionMillis: 20 }
  })
  const candles = layerCandles({ digits: () => 5, tickMillis: 20 })
  const runtime = ManagedRuntime.make(
    candles.pipe(
      Layer.provideMerge(feed),
      Layer.provide(layerTwelveDataRest({ restUrl: simulator.restUrl, apiKey: Redacted.make("key") })),
      Layer.provideMerge(PgCandleStore),
      Layer.provideMerge(database),
      Layer.provideMerge(Logger.layer([]))
    )
  )
  runtimes.push(runtime)
  return runtime
}
const page = (query: Partial<CandlesQuery>) =>
  Effect.flatMap(Candles, (candles) => candles.page({ symbol: "EURUSD", interval: "1m", limit: 100, ...query }))
const requests = async () => (await stateOf(simulator)).restRequests["/time_series"] ?? 0
const emptyStore = Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.andThen(sql`TRUNCATE candle`, sql`TRUNCATE candle_coverage`))

describe("candles", () => {
  it.each(CANDLE_INTERVALS)("%s: cold from upstream, warm from memory, after a restart from the database", async (interval) => {
    const first = startProduct()
    await first.runPromise(emptyStore)
    const cold = await first.runPromise(page({ interval, limit: 300 }))
    expect([cold.candles.length, cold.isComplete, await requests()]).toEqual([300, true, 1])
    const newest = cold.candles.at(-1)?.openTime ?? 0
    expect([candleOpen(interval, Date.now()), shiftCandle(interval, candleOpen(interval, Date.now()), -1)]).toContain(newest)
    expect(cold.candles.map(({ openTime }) => openTime)).toEqual(
      Array.from({ length: 300 }, (_, index) => shiftCandle(interval, newest, index - 299))
    )
    await first.runPromise(page({ interval, limit: 300 }))
    expect(await requests()).toBe(1)

    const restarted = startProduct()
    const again = await restarted.runPromise(page({ interval, limit: 300 }))
    const known = new Map(cold.candles.filter(({ isFinal }) => isFinal).map((candle) => [candle.openTime, candle]))
    const same = again.candles.filter(({ openTime }) => known.has(openTime))
    expect(same.length).toBeGreaterThan(290)
    expect(same).toEqual(same.map(({ openTime }) => known.get(openTime)))
    expect(await requests()).toBe(2)
  })

  it("of shares have a volume once they are final, those of currencies have none", async () => {
    const runtime = startProduct()
    await runtime.runPromise(emptyStore)
    const { candles } = await runtime.runPromise(page({ symbol: "AAPL", interval: "1h", limit: 50 }))
    expect(candles.filter(({ isFinal }) => isFinal).length).toBeGreaterThan(40)
    expect(candles.every(({ isFinal, volume }) => isFinal === (volume !== undefined))).toBe(true)
    const pair = await runtime.runPromise(page({ interval: "1h", limit: 50 }))
    expect(pair.candles.some((candle) => "volume" in candle)).toBe(false)
  })

  it("of 200 askers at once cost one request", async () => {
    const runtime = startProduct()
    await runtime.runPromise(emptyStore)
    const pages = await runtime.runPromise(
      Effect.all(
        Array.from({ length: 200 }, () => page({ limit: 1_000 })),
        { concurrency: "unbounded" }
      )
    )
    expect(pages.every(({ candles }) => candles.length === 1_000)).toBe(true)
    expect(await requests()).toBe(1)
  })

  it("of 5,000 come in one answer", async () => {
    const runtime = startProduct()
    await runtime.runPromise(emptyStore)
    const { candles, isComplete } = await runtime.runPromise(page({ limit: 5_000, interval: "1h" }))
    expect([candles.length, isComplete]).toEqual([5_000, true])
  })

  it("follow the feed's quotes", async () => {
    const runtime = startProduct()
    await runtime.runPromise(emptyStore)
    await control(simulator, "POST", "pause")
    const follow = Effect.gen(function* () {
      const [feed, candles] = [yield* MarketFeed, yield* Candles]
      yield* feed.subscribe(["EURUSD"])
      yield* Stream.runForEach(feed.quotes, (quotes) => Effect.sync(() => quotes.forEach(candles.accept)))
    })
    void runtime.runFork(follow)
    await until("upstream is subscribed", async () => (await stateOf(simulator)).connections[0]?.symbols.length === 1)
    await runtime.runPromise(page({ interval: "1d" }))
    await control(simulator, "POST", "ticks", [
      { symbol: "EURUSD", bid: "9.0", ask: "9.1" },
      { symbol: "EURUSD", bid: "1.2", ask: "1.3" }
    ])
    const last = async () => (await runtime.runPromise(page({ interval: "1d", limit: 1 }))).candles[0]
    await until("the price arrived", async () => (await last())?.close === decimal("1.25"))
    expect(await last()).toMatchObject({ high: decimal("9.05"), isFinal: false })
  })

  it("come in part, and say so, when upstream fails on the way back", async () => {
    const runtime = startProduct()
    await runtime.runPromise(emptyStore)
    await runtime.runPromise(page({ limit: 50 }))
    await control(simulator, "POST", "faults", { kind: "restError", code: 500 })
    const partial = await runtime.runPromise(page({ limit: 100 }))
    expect(partial.isComplete).toBe(false)
    expect(partial.candles.length).toBeGreaterThanOrEqual(50)
    const error = await runtime.runPromise(Effect.flip(page({ symbol: "GBPUSD" })))
    expect(error).toMatchObject({ _tag: "CandlesUnavailable", symbol: "GBPUSD" })
  })
})

describe("the store", () => {
  const series = (from: number, count: number, price: string) =>
    Array.from({ length: count }, (_, index) => firstCandle((from + index) * 60_000, decimal(price)))
  const minute = (count: number) => count * 60_000

  it("keeps what it has: a candle stored once never changes", async () => {
    const runtime = startProduct()
    const stored = await runtime.runPromise(
      Effect.gen(function* () {
        yield* emptyStore
        const store = yield* CandleStore
        yield* store.save("EURUSD", "1m", series(10, 5, "1.12345678"), { from: minute(10), until: minute(15) })
        return yield* store.save("EURUSD", "1m", series(12, 5, "2"), { from: minute(12), until: minute(17) })
      })
    )
    expect(stored.map(({ openTime, close }) => [openTime, close])).toEqual([
      [minute(12), decimal("1.12345678")],
      [minute(13), decimal("1.12345678")],
      [minute(14), decimal("1.12345678")],
      [minute(15), decimal("2")],
      [minute(16), decimal("2")]
    ])
  })

  it("knows its stretches: they grow together, and a gap stays a gap", async () => {
    const runtime = startProduct()
    const covered = await runtime.runPromise(
      Effect.gen(function* () {
        yield* emptyStore
        const store = yield* CandleStore
        yield* store.save("EURUSD", "1m", series(10, 5, "1"), { from: minute(10), until: minute(15) })
        yield* store.save("EURUSD", "1m", [], { from: minute(15), until: minute(20) })
        yield* store.save("EURUSD", "1m", series(30, 5, "1"), { from: minute(30), until: minute(35) })
        return yield* Effect.forEach([9, 12, 25, 33, 99], (time) =>
          Effect.map(store.load("EURUSD", "1m", minute(time), 100), (found) => found.covered)
        )
      })
    )
    expect(covered).toEqual([
      undefined,
      { from: minute(10), until: minute(12) },
      { from: minute(10), until: minute(20) },
      { from: minute(30), until: minute(33) },
      { from: minute(30), until: minute(35) }
    ])
  })

  it("keeps volumes, and that none is known", async () => {
    const runtime = startProduct()
    const [known, none, unknown] = [{ volume: decimal("1234567.5") }, { volume: 0n }, {}]
    const candles = series(10, 3, "187.5").map((candle, index) => ({ ...candle, ...[known, none, unknown][index] }))
    const found = await runtime.runPromise(
      Effect.gen(function* () {
        yield* emptyStore
        const store = yield* CandleStore
        const saved = yield* store.save("AAPL", "1m", candles, { from: minute(10), until: minute(13) })
        return [saved, (yield* store.load("AAPL", "1m", minute(13), 100)).candles]
      })
    )
    expect(found).toEqual([candles, candles])
  })

  it("is nothing but a cache: without its tables candles still come", async () => {
    const runtime = startProduct()
    await runtime.runPromise(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ALTER TABLE candle RENAME TO candle_away`))
    const { candles, isComplete } = await runtime.runPromise(page({ limit: 10 }))
    await runtime.runPromise(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ALTER TABLE candle_away RENAME TO candle`))
    expect([candles.length, isComplete]).toEqual([10, true])
  })
})
