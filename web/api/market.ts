/** market: what is asked for once, beside the stream: instruments and the history of a symbol. */
import { Result } from "effect"
import { type CandleInterval, candleOpen } from "#domain/Candle.ts"
import type { MarketGroup } from "#contract/MarketGroup.ts"
import { CandlesView, type CandleView, InstrumentsView } from "#contract/MarketViews.ts"
import { nowMillis } from "../state/clock.ts"
import { dayOpenCell, hasVolumeCell, instrumentsCell } from "../state/market.ts"
import { write } from "../state/store.ts"
import { call } from "./client.ts"
import type { Failure } from "./failure.ts"
import { operationsOf } from "./operation.ts"

const market = operationsOf<typeof MarketGroup>()
const instrumentList = market("GET /instruments", { success: InstrumentsView })
const candlePage = market("GET /market/candles", { success: CandlesView })

let loadedVersion: number | undefined

export const loadInstruments = async (): Promise<Failure | undefined> => {
  const answer = await call(instrumentList())
  if (Result.isFailure(answer)) return answer.failure
  const { configurationVersion } = answer.success
  // The same configuration stays the same objects: what was made for an instrument need not be made again.
  if (configurationVersion === loadedVersion) return undefined
  loadedVersion = configurationVersion
  write(instrumentsCell, new Map(answer.success.instruments.map((instrument) => [instrument.symbol, instrument])))
  return undefined
}

/** Figures for drawing; nothing is computed from them. */
export interface Candle {
  /** Epoch seconds of its beginning. */
  readonly time: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Units traded; absent where it is not known, as of what still forms. */
  readonly volume?: number
}

export interface CandlePage {
  /** Oldest first. */
  readonly candles: ReadonlyArray<Candle>
  /** False when some could not be had. */
  readonly isComplete: boolean
}

/** At most `limit` that began before `before` (epoch milliseconds; absent: the newest). */
export const loadCandles = async (
  symbol: string,
  interval: CandleInterval,
  limit: number,
  before?: number
): Promise<Result.Result<CandlePage, Failure>> => {
  const to = before === undefined ? {} : { to: new Date(before - 1).toISOString() }
  const answer = await call(candlePage({ query: { symbol, interval, limit: String(limit), ...to } }))
  return Result.map(answer, (page) => {
    const candles = page.candles.map(drawn)
    // Some markets tell of nothing but zeros, where nobody counts.
    if (candles.some(({ volume = 0 }) => volume > 0)) write(hasVolumeCell(`${symbol} ${interval}`), true)
    return { candles, isComplete: page.isComplete }
  })
}

const drawn = (candle: typeof CandleView.Type): Candle => ({
  time: candle.time / 1_000,
  open: Number(candle.open),
  high: Number(candle.high),
  low: Number(candle.low),
  close: Number(candle.close),
  ...(candle.volume === undefined ? {} : { volume: Number(candle.volume) })
})

/** Days that were asked for already, by symbol. */
const askedDays = new Map<string, number>()
/** One after the other: the server may have to ask upstream, and what is waited for must not stand behind what is nice to have. */
let dayOpens: Promise<void> = Promise.resolve()

/** Finds out where the symbol's day began, once a day. */
export const loadDayOpen = (symbol: string): void => {
  const day = candleOpen("1d", nowMillis())
  if (askedDays.get(symbol) === day) return
  askedDays.set(symbol, day)
  dayOpens = dayOpens.then(async () => {
    const answer = await loadCandles(symbol, "1d", 1)
    if (Result.isFailure(answer)) askedDays.delete(symbol)
    else write(dayOpenCell(symbol), answer.success.candles[0]?.open)
  })
}
