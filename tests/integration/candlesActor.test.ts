/** The candles actor against an upstream that answers as told, on a clock that stands still until it is moved. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { layerCandles } from "#actors/candles/CandlesActor.ts"
import { Candles, type CandlesPage, type CandlesQuery } from "#actors/Candles.ts"
import { CreditBudget } from "#actors/feed/CreditBudget.ts"
import { RestRefused, RestUnavailable, TwelveDataRest, type BarsQuery, type RestError } from "#actors/feed/TwelveDataRestClient.ts"
import { candleOpen, firstCandle, shiftCandle, type Candle } from "#domain/Candle.ts"
import { decimal } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"
import { MemoryCandleStore } from "./MemoryCandleStore.ts"

const MINUTE = 60_000
/** A Wednesday, 12:00:30 UTC. */
const NOW = Date.UTC(2026, 2, 4, 12, 0, 30)

/** Upstream's bars: as many as asked for, each with its minute of the epoch as its price, none before `historyStart`. */
class FakeUpstream {
  readonly asked: Array<BarsQuery> = []
  now = NOW
  historyStart = 0
  failure: RestError | undefined
  /** Bars that upstream does not have yet, though their time has come. */
  missing: (openTime: number) => boolean = () => false
  /** Opens of 1 h bars are this much later than the clock's. */
  shiftMillis = 0

  readonly rest: TwelveDataRest["Service"] = {
    budget: new CreditBudget(),
    usage: Effect.void,
    prices: () => Effect.fail(new RestUnavailable({ message: "not asked for" })),
    bars: (query) =>
      Effect.suspend(() => {
        this.asked.push(query)
        return this.failure === undefined ? Effect.succeed({ bars: this.#bars(query), unsoundCount: 0 }) : Effect.fail(this.failure)
      })
  }

  #bars({ interval, count, to }: BarsQuery): ReadonlyArray<Candle> {
    const shift = interval === "1h" ? this.shiftMillis : 0
    const bars: Array<Candle> = []
    const end = to ?? this.now
    for (let open = candleOpen(interval, end - shift) + shift; bars.length < count && open >= this.historyStart;) {
      if (!this.missing(open)) bars.unshift(firstCandle(open, BigInt(Math.floor(open / MINUTE)) * 100_000_000n))
      open = shiftCandle(interval, open - shift, -1) + shift
    }
    return bars
  }
}

const setUp = () => {
  const upstream = new FakeUpstream()
  const store = new MemoryCandleStore()
  const layer = layerCandles({ digits: () => 2, checksMillis: [2_000, 10_000, 30_000] }).pipe(
    Layer.provide(Layer.mergeAll(Layer.succeed(TwelveDataRest, TwelveDataRest.of(upstream.rest)), store.layer))
  )
  const move = (millis: number) => {
    upstream.now += millis
    return TestClock.adjust(millis)
  }
  return { upstream, store, layer, move }
}

const ask = (query: Partial<CandlesQuery> = {}) =>
  Effect.flatMap(Candles, (candles) => candles.page({ symbol: "EURUSD", interval: "1m", limit: 3, ...query }))
const quote = (price: string, time: number): Quote => ({
  symbol: "EURUSD",
  bid: decimal(price),
  ask: decimal(price),
  time,
  receivedAt: time,
  sequence: 1,
  source: "ws"
})
const tick = (price: string, time: number) => Effect.map(Candles, (candles) => candles.accept(quote(price, time)))
/** Minutes since noon, close, final or not. */
const seen = ({ candles }: CandlesPage) =>
  candles.map(({ openTime, close, isFinal }) => [(openTime - (NOW - 30_000)) / MINUTE, Number(close) / 1e8, isFinal])
const minutes = (offset: number) => (NOW - 30_000) / MINUTE + offset

/** Runs the program at `NOW` with candles of its own. */
const scenario = (title: string, program: (parts: ReturnType<typeof setUp>) => Effect.Effect<void, unknown, Candles>) =>
  it.effect(title, () => {
    const parts = setUp()
    return Effect.andThen(TestClock.setTime(NOW), program(parts).pipe(Effect.provide(parts.layer)))
  })

describe("a first question", () => {
  scenario("is answered by one request, the next ones from memory", ({ upstream }) =>
    Effect.gen(function* () {
      const page = yield* ask()
      expect(seen(page)).toEqual([
        [-2, minutes(-2), true],
        [-1, minutes(-1), true],
        [0, minutes(0), false]
      ])
      expect(page.isComplete).toBe(true)
      expect(seen(yield* ask({ limit: 2 }))).toEqual(seen(page).slice(1))
      expect(upstream.asked).toHaveLength(1)
    })
  )

  scenario("of 200 at once is still one request", ({ upstream }) =>
    Effect.gen(function* () {
      const pages = yield* Effect.all(
        Array.from({ length: 200 }, () => ask({ limit: 500 })),
        { concurrency: "unbounded" }
      )
      expect(pages.every(({ candles }) => candles.length === 500)).toBe(true)
      expect(upstream.asked).toHaveLength(1)
    })
  )

  scenario("that fails answers all 200, and is not repeated for a moment", ({ upstream, move }) =>
    Effect.gen(function* () {
      upstream.failure = new RestUnavailable({ message: "away" })
      const errors = yield* Effect.all(
        Array.from({ length: 200 }, () => Effect.flip(ask())),
        { concurrency: "unbounded" }
      )
      expect(new Set(errors.map((error) => error.message))).toEqual(new Set(["away"]))
      expect(upstream.asked).toHaveLength(1)
      yield* move(5_000)
      upstream.failure = undefined
      expect((yield* ask()).candles).toHaveLength(3)
    })
  )

  scenario("about a symbol that upstream does not know says so", ({ upstream }) =>
    Effect.gen(function* () {
      upstream.failure = new RestRefused({ code: 404, message: "symbol not found" })
      expect(yield* Effect.flip(ask())).toMatchObject({ _tag: "CandlesUnavailable", message: "symbol not found" })
    })
  )

  scenario("that reaches back before the beginning of history is complete", ({ upstream }) =>
    Effect.gen(function* () {
      upstream.historyStart = NOW - 3 * MINUTE
      const page = yield* ask({ limit: 100 })
      expect([page.candles.length, page.isComplete]).toEqual([3, true])
      expect((yield* ask({ limit: 200 })).candles).toHaveLength(3)
      expect(upstream.asked).toHaveLength(1)
    })
  )

  scenario("for more than is known asks only for what is missing", ({ upstream }) =>
    Effect.gen(function* () {
      yield* ask({ limit: 10 })
      expect((yield* ask({ limit: 25 })).candles).toHaveLength(25)
      expect(upstream.asked.map(({ count, to }) => [count, to === undefined])).toEqual([
        [11, true],
        [15, false],
        [1, true]
      ])
    })
  )
})

describe("the store", () => {
  it.effect("spares upstream after a restart: only what happened since, and the forming candle, are asked for", () => {
    const { upstream, store, layer, move } = setUp()
    const restarted = layerCandles({ digits: () => 2 }).pipe(
      Layer.provide(Layer.mergeAll(Layer.succeed(TwelveDataRest, TwelveDataRest.of(upstream.rest)), store.layer))
    )
    return Effect.gen(function* () {
      yield* TestClock.setTime(NOW)
      yield* ask({ limit: 1_000 }).pipe(Effect.provide(layer))
      yield* move(5 * MINUTE)
      const page = yield* ask({ limit: 1_000 }).pipe(Effect.provide(restarted))
      expect(page.candles).toHaveLength(1_000)
      expect(upstream.asked.map(({ count }) => count)).toEqual([1_001, 6])
    })
  })

  scenario("may be away: candles come from upstream", ({ store, upstream }) =>
    Effect.gen(function* () {
      store.isAway = true
      expect((yield* ask()).candles).toHaveLength(3)
      expect((yield* ask()).candles).toHaveLength(3)
      expect(upstream.asked).toHaveLength(1)
    })
  )

  scenario("answers windows of long ago without upstream once they were asked for", ({ upstream }) =>
    Effect.gen(function* () {
      const to = Date.UTC(2020, 5, 1, 12)
      const first = yield* ask({ limit: 100, to })
      expect(first.candles.at(-1)).toMatchObject({ openTime: to, isFinal: true })
      expect(yield* ask({ limit: 100, to })).toEqual(first)
      expect(yield* ask({ limit: 50, from: to - 49 * MINUTE, to })).toEqual({ ...first, candles: first.candles.slice(-50) })
      expect(upstream.asked).toHaveLength(1)
    })
  )
})

describe("the forming candle", () => {
  scenario("follows the quotes from where upstream saw it", () =>
    Effect.gen(function* () {
      yield* ask()
      yield* tick("5.004", NOW)
      expect((yield* ask({ limit: 1 })).candles).toEqual([
        {
          openTime: NOW - 30_000,
          open: decimal(String(minutes(0))),
          high: decimal(String(minutes(0))),
          low: decimal("5"),
          close: decimal("5"),
          isFinal: false
        }
      ])
    })
  )

  scenario("becomes final when upstream's bar is there, and takes its figures", ({ upstream, move }) =>
    Effect.gen(function* () {
      yield* ask()
      yield* tick("5", NOW)
      yield* move(30_000)
      yield* tick("6", NOW + 30_000)
      expect(seen(yield* ask())).toEqual([
        [-1, minutes(-1), true],
        [0, 5, false],
        [1, 6, false]
      ])
      yield* move(3_000)
      expect(seen(yield* ask())).toEqual([
        [-1, minutes(-1), true],
        [0, minutes(0), true],
        [1, 6, false]
      ])
      expect(upstream.asked).toHaveLength(2)
    })
  )

  scenario("waits for a bar that comes late", ({ upstream, move }) =>
    Effect.gen(function* () {
      yield* ask()
      yield* tick("5", NOW)
      upstream.missing = (openTime) => openTime >= NOW - 30_000
      yield* move(33_000)
      yield* tick("6", NOW + 33_000)
      expect(seen(yield* ask({ limit: 2 }))).toEqual([
        [0, 5, false],
        [1, 6, false]
      ])
      upstream.missing = () => false
      yield* move(10_000)
      expect(seen(yield* ask({ limit: 2 }))).toEqual([
        [0, minutes(0), true],
        [1, 6, false]
      ])
    })
  )

  scenario("is final as the ticks made it when upstream has nothing to say, and never changes afterwards", ({ upstream, store, move }) =>
    Effect.gen(function* () {
      yield* ask()
      yield* tick("5", NOW)
      upstream.failure = new RestUnavailable({ message: "away" })
      yield* move(30_000)
      yield* tick("6", NOW + 30_000)
      yield* move(35_000)
      expect(seen(yield* ask({ limit: 2 }))).toEqual([
        [0, 5, true],
        [1, 6, false]
      ])
      upstream.failure = undefined
      yield* move(20 * MINUTE)
      const restarted = layerCandles({ digits: () => 2 }).pipe(
        Layer.provide(Layer.mergeAll(Layer.succeed(TwelveDataRest, TwelveDataRest.of(upstream.rest)), store.layer))
      )
      const page = yield* ask({ limit: 30 }).pipe(Effect.provide(restarted))
      expect(page.candles.find(({ openTime }) => openTime === NOW - 30_000)).toMatchObject({ close: decimal("5"), isFinal: true })
    })
  )

  scenario("over a weekend is asked for ever more rarely, and at once when trading goes on", ({ upstream, move }) =>
    Effect.gen(function* () {
      yield* ask()
      const closedAt = NOW + 30_000
      upstream.missing = (openTime) => openTime >= closedAt
      for (let minute = 0; minute < 60; minute++) {
        yield* move(MINUTE)
        yield* ask()
      }
      expect(upstream.asked.length).toBeLessThan(12)
      const before = upstream.asked.length
      const reopened = upstream.now
      upstream.missing = (openTime) => openTime >= closedAt && openTime < candleOpen("1m", reopened)
      yield* tick("7", reopened)
      yield* move(MINUTE)
      yield* tick("8", upstream.now)
      yield* move(5_000)
      expect(upstream.asked.length).toBeGreaterThan(before)
      expect(seen(yield* ask({ limit: 2 })).map(([, close, isFinal]) => [close, isFinal])).toEqual([
        [candleOpen("1m", reopened) / MINUTE, true],
        [8, false]
      ])
    })
  )

  scenario("of a series that nobody looks at any more costs nothing", ({ upstream, move }) =>
    Effect.gen(function* () {
      yield* ask()
      for (let minute = 0; minute < 30; minute++) {
        yield* tick("5", upstream.now)
        yield* move(MINUTE)
      }
      expect(upstream.asked.length).toBeLessThan(15)
    })
  )
})

scenario("hours that upstream opens with an exchange are folded from half hours to the clock's", ({ upstream }) =>
  Effect.gen(function* () {
    upstream.shiftMillis = 30 * MINUTE
    const page = yield* ask({ interval: "1h", limit: 3 })
    expect(page.candles.map(({ openTime }) => new Date(openTime).toISOString().slice(11, 16))).toEqual(["10:00", "11:00", "12:00"])
    expect(upstream.asked.map(({ interval }) => interval)).toEqual(["1h", "30m"])
  })
)
