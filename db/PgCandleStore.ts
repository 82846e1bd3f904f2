/** PgCandleStore: closed candles in PostgreSQL. A cache: when the database is away, candles come from upstream again. */
import { Effect, Layer, Metric, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { CandleStore, type StoredCandles } from "#actors/CandleStore.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { parseDecimal, formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Candle } from "#domain/Candle.ts"

const DEADLINE = "3 seconds"
const EMPTY: StoredCandles = { candles: [], covered: undefined }

const failuresTotal = Metric.counter("keel_candles_store_failures_total", {
  description: "Candles not read or not kept",
  incremental: true
})

interface CandleRow {
  readonly open_time: bigint
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string | null
}

interface StretchRow {
  readonly covered_from: bigint
  readonly covered_until: bigint
}

class UnreadableCandle extends Schema.TaggedError<UnreadableCandle>()("UnreadableCandle", { text: Schema.String }) {}

const figure = (text: string): Decimal => {
  const value = parseDecimal(text)
  if (value === undefined) throw new UnreadableCandle({ text })
  return value
}

const candleOf = (row: CandleRow): Candle => ({
  openTime: Number(row.open_time),
  open: figure(row.open),
  high: figure(row.high),
  low: figure(row.low),
  close: figure(row.close),
  ...(row.volume === null ? {} : { volume: figure(row.volume) })
})

const rowsOf = (candles: ReadonlyArray<Candle>): string =>
  JSON.stringify(
    candles.map(({ openTime, open, high, low, close, volume }) => ({
      t: openTime,
      o: formatDecimal(open),
      h: formatDecimal(high),
      l: formatDecimal(low),
      c: formatDecimal(close),
      v: volume === undefined ? null : formatDecimal(volume)
    }))
  )

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("open_time, open::text, high::text, low::text, close::text, volume::text")
  const orElse = <A, E>(effect: Effect.Effect<A, E>, fallback: A, what: string): Effect.Effect<A> =>
    withDeadline(effect, DEADLINE, String).pipe(
      Effect.catch((cause) => Effect.logWarning(what, cause).pipe(Effect.andThen(Metric.update(failuresTotal, 1)), Effect.as(fallback)))
    )
  return CandleStore.of({
    load: (symbol, interval, until, limit) =>
      Effect.gen(function* () {
        const [stretch] = yield* sql<StretchRow>`
          SELECT lower(s) AS covered_from, upper(s) AS covered_until
          FROM candle_coverage, unnest(stretches * int8multirange(int8range(NULL, ${until}::bigint))) AS s
          WHERE symbol = ${symbol} AND candle_interval = ${interval} ORDER BY lower(s) DESC LIMIT 1`
        if (stretch === undefined) return EMPTY
        const rows = yield* sql<CandleRow>`
          SELECT ${columns} FROM candle
          WHERE symbol = ${symbol} AND candle_interval = ${interval} AND open_time < ${until}::bigint
          ORDER BY open_time DESC LIMIT ${limit}`
        return {
          candles: yield* Effect.try({ try: () => rows.map(candleOf).reverse(), catch: (cause) => cause }),
          covered: { from: Number(stretch.covered_from), until: Number(stretch.covered_until) }
        }
      }).pipe((effect) => orElse(effect, EMPTY, "Stored candles not read")),
    save: (symbol, interval, candles, { from, until }) =>
      Effect.gen(function* () {
        if (from >= until) return candles
        yield* sql`
          INSERT INTO candle (symbol, candle_interval, open_time, open, high, low, close, volume)
          SELECT ${symbol}, ${interval}, t, o, h, l, c, v
          FROM json_to_recordset(${rowsOf(candles)}::json) AS x(t bigint, o numeric, h numeric, l numeric, c numeric, v numeric)
          ON CONFLICT DO NOTHING`
        yield* sql`
          INSERT INTO candle_coverage VALUES (${symbol}, ${interval}, int8multirange(int8range(${from}::bigint, ${until}::bigint)))
          ON CONFLICT (symbol, candle_interval) DO UPDATE SET stretches = candle_coverage.stretches + excluded.stretches`
        const rows = yield* sql<CandleRow>`
          SELECT ${columns} FROM candle
          WHERE symbol = ${symbol} AND candle_interval = ${interval}
            AND open_time >= ${from}::bigint AND open_time < ${until}::bigint ORDER BY open_time`
        return yield* Effect.try({ try: () => rows.map(candleOf), catch: (cause) => cause })
      }).pipe(sql.withTransaction, (effect) => orElse(effect, candles, "Candles not stored"))
  })
})

export const PgCandleStore: Layer.Layer<CandleStore, never, SqlClient.SqlClient> = Layer.effect(CandleStore, make)
