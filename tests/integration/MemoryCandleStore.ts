/** A CandleStore in memory, which can be made to fail like a database that is away. */
import { Effect, Layer } from "effect"
import { CandleStore, type Stretch } from "#actors/CandleStore.ts"
import type { Candle } from "#domain/Candle.ts"

interface Kept {
  readonly candles: Map<number, Candle>
  stretches: ReadonlyArray<Stretch>
}

export class MemoryCandleStore {
  readonly #kept = new Map<string, Kept>()
  isAway = false
  loads = 0

  readonly layer = Layer.succeed(
    CandleStore,
    CandleStore.of({
      load: (symbol, interval, until, limit) =>
        Effect.sync(() => {
          this.loads++
          const { candles, stretches } = this.#of(symbol, interval)
          const covered = stretches.findLast(({ from }) => from < until)
          if (this.isAway || covered === undefined) return { candles: [], covered: undefined }
          const sorted = [...candles.values()].filter(({ openTime }) => openTime < until).toSorted((a, b) => a.openTime - b.openTime)
          return { candles: sorted.slice(-limit), covered: { from: covered.from, until: Math.min(covered.until, until) } }
        }),
      save: (symbol, interval, candles, stretch) =>
        Effect.sync(() => {
          if (this.isAway) return candles
          const kept = this.#of(symbol, interval)
          for (const candle of candles) if (!kept.candles.has(candle.openTime)) kept.candles.set(candle.openTime, candle)
          kept.stretches = merged([...kept.stretches, stretch])
          return [...kept.candles.values()]
            .filter(({ openTime }) => openTime >= stretch.from && openTime < stretch.until)
            .toSorted((a, b) => a.openTime - b.openTime)
        })
    })
  )

  #of(symbol: string, interval: string): Kept {
    const key = `${symbol} ${interval}`
    const kept = this.#kept.get(key) ?? { candles: new Map(), stretches: [] }
    this.#kept.set(key, kept)
    return kept
  }
}

const merged = (stretches: ReadonlyArray<Stretch>): ReadonlyArray<Stretch> => {
  const result: Array<Stretch> = []
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last === undefined || stretch.from > last.until) result.push(stretch)
    else result[result.length - 1] = { from: last.from, until: Math.max(last.until, stretch.until) }
  }
  return result
}
