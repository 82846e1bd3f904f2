/** MarketMetrics: each symbol's health in `/metrics`. */
import { Configurations } from "#actors/Configurations.ts"
import { Symbols, type SymbolStatus } from "#actors/symbol/Symbols.ts"
import { tradingNow } from "#actors/TradingClock.ts"
import { Quote, type Millis } from "#domain/Quote.ts"
import { QUOTE_REJECTION_REASONS } from "#domain/QuoteQuality.ts"
import { Effect, Layer, Metric, Schedule } from "effect"

const INTERVAL = "5 seconds"
/** Symbols that are told one by one; whoever collects metrics keeps every label for ever. */
const SYMBOLS_MAX = 1_000

const age = Metric.gauge("keel_symbol_quote_age_seconds", { description: "Age of the symbol's last quote" })
const accepted = Metric.gauge("keel_symbol_quotes_accepted", { description: "Quotes that passed the quality gate, since the start" })
const rejected = Metric.gauge("keel_symbol_quotes_rejected", { description: "Quotes that did not pass it, by reason" })
const gaps = Metric.gauge("keel_symbol_gaps", {
  description: "Times that quotes stopped for longer than allowed while the market was open"
})
const source = Metric.gauge("keel_symbol_source", { description: "1 for where the last quote came from" })

const tell = ({ accepted: count, gaps: gapsCount, quote, rejectedCounts, symbol }: SymbolStatus, now: Millis): Effect.Effect<void> => {
  const set = (gauge: Metric.Gauge<number>, value: number, labels: Record<string, string> = {}) =>
    Metric.update(Metric.withAttributes(gauge, { symbol, ...labels }), value)
  return Effect.all(
    [
      ...(quote === undefined ? [] : [set(age, Math.max(0, now - quote.receivedAt) / 1_000)]),
      set(accepted, count),
      set(gaps, gapsCount),
      ...QUOTE_REJECTION_REASONS.map((reason) => set(rejected, rejectedCounts[reason], { reason })),
      ...Quote.fields.source.literals.map((one) => set(source, quote?.source === one ? 1 : 0, { source: one }))
    ],
    { discard: true }
  )
}

export const MarketMetrics = Layer.effectDiscard(
  Effect.gen(function* () {
    const configurations = yield* Configurations
    const symbols = yield* Symbols
    yield* Effect.gen(function* () {
      const { instruments } = configurations.current()
      const now = yield* tradingNow
      const statuses = symbols.status().filter(({ symbol }) => Object.hasOwn(instruments, symbol))
      yield* Effect.forEach(statuses.slice(0, SYMBOLS_MAX), (status) => tell(status, now), { discard: true })
    }).pipe(Effect.repeat(Schedule.spaced(INTERVAL)), Effect.forkScoped)
  })
)
