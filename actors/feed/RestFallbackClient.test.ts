import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { CreditBudget } from "#actors/feed/CreditBudget.ts"
import { QuoteAssembler } from "#actors/feed/QuoteAssembler.ts"
import { RestFallbackClient } from "#actors/feed/RestFallbackClient.ts"
import { RestRefused, RestUnavailable, type RestError, type RestPrices } from "#actors/feed/TwelveDataRestClient.ts"
import { decimal } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"

const POLL_MILLIS = 5_000

/** A fallback whose upstream answers as told. */
const makeFallback = (
  answer: (symbols: ReadonlyArray<string>) => Effect.Effect<RestPrices, RestError>,
  needed: () => ReadonlyArray<string>
) => {
  const [asked, quotes]: [Array<string>, Array<Quote>] = [[], []]
  const budget = new CreditBudget()
  budget.observeUsage({ usedInMinute: 0, perMinute: 600, usedInDay: undefined, perDay: undefined }, 0)
  const fallback = new RestFallbackClient({
    rest: {
      budget,
      usage: Effect.void,
      bars: () => Effect.fail(new RestUnavailable({ message: "not asked for" })),
      prices: (symbols) =>
        Effect.andThen(
          Effect.sync(() => void asked.push(symbols.join(","))),
          answer(symbols)
        )
    },
    pollMillis: POLL_MILLIS,
    assembler: new QuoteAssembler(() => decimal("0.0002"), 0),
    upstreamSymbol: (symbol) => `up:${symbol}`,
    needed: () => needed().map((symbol) => ({ symbol, exposure: symbol === "EXPOSED", watched: true })),
    publish: (batch) => Effect.sync(() => void quotes.push(...batch))
  })
  return { fallback, asked, quotes }
}

const allAtOne = (symbols: ReadonlyArray<string>) =>
  Effect.succeed({ time: 1_000, prices: new Map(symbols.map((symbol) => [symbol, decimal("1")])), refusals: new Map<string, string>() })

describe("polling", () => {
  it.effect("asks for exposure apart from the rest, each poll, and stops when nothing is needed", () =>
    Effect.gen(function* () {
      let needed = ["EURUSD", "EXPOSED", "WTI"]
      const { fallback, asked, quotes } = makeFallback(allAtOne, () => needed)
      yield* Effect.forkChild(fallback.run)
      yield* TestClock.adjust(POLL_MILLIS)
      expect(asked).toEqual(["up:EXPOSED", "up:EURUSD,up:WTI"])
      expect(quotes.map(({ symbol, source, time }) => [symbol, source, time])).toEqual([
        ["EXPOSED", "rest", 1_000],
        ["EURUSD", "rest", 1_000],
        ["WTI", "rest", 1_000]
      ])
      expect(fallback.isPolling).toBe(true)
      needed = []
      yield* TestClock.adjust("1 hour")
      expect(asked).toHaveLength(2)
      expect(fallback.isPolling).toBe(false)
    })
  )

  it.effect("leaves out a symbol without a price for a while", () =>
    Effect.gen(function* () {
      const { fallback, asked } = makeFallback(
        () => Effect.succeed({ time: 0, prices: new Map([["up:WTI", decimal("1")]]), refusals: new Map([["up:EURUSD", "no"]]) }),
        () => ["EURUSD", "WTI"]
      )
      yield* Effect.forkChild(fallback.run)
      yield* TestClock.adjust(POLL_MILLIS * 3)
      expect(asked).toEqual(["up:EURUSD,up:WTI", "up:WTI", "up:WTI"])
    })
  )

  it.effect("goes on after failures", () =>
    Effect.gen(function* () {
      let failures = 2
      const { fallback, asked, quotes } = makeFallback(
        (symbols) => (failures-- > 0 ? Effect.fail(new RestUnavailable({ message: "no answer" })) : allAtOne(symbols)),
        () => ["EURUSD"]
      )
      yield* Effect.forkChild(fallback.run)
      yield* TestClock.adjust(POLL_MILLIS * 2)
      expect([asked.length, quotes.length, fallback.lastError]).toEqual([2, 0, "no answer"])
      yield* TestClock.adjust(POLL_MILLIS)
      expect([asked.length, quotes.length, fallback.lastError]).toEqual([3, 1, undefined])
    })
  )

  it.effect("never asks again with a key that was refused", () =>
    Effect.gen(function* () {
      const { fallback, asked } = makeFallback(
        () => Effect.fail(new RestRefused({ code: 401, message: "wrong key" })),
        () => ["EURUSD"]
      )
      yield* Effect.forkChild(fallback.run)
      yield* TestClock.adjust("1 day")
      expect(asked).toHaveLength(1)
      expect(fallback.lastError).toBe("wrong key")
    })
  )
})
