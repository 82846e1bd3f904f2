/**
 * candlesText: a page of candles as the JSON that the contract describes.
 *
 * Written directly: encoding 1,000 candles by their schema takes 20 ms, in which a process serves nobody else; this takes one.
 */
import type { CandlesPage, CandlesQuery } from "#actors/Candles.ts"
import { type Decimal, formatDecimal } from "#domain/Decimal.ts"

/** Symbols and intervals hold nothing that JSON would escape. */
export const candlesText = ({ interval, symbol }: Pick<CandlesQuery, "interval" | "symbol">, page: CandlesPage, digits: number): string => {
  const candles = page.candles.map(
    ({ close, high, isFinal, low, open, openTime, volume }) =>
      `{"time":"${new Date(openTime).toISOString()}","open":"${formatDecimal(open, digits)}","high":"${formatDecimal(high, digits)}","low":"${formatDecimal(low, digits)}","close":"${formatDecimal(close, digits)}"${volumeText(volume)},"isFinal":${isFinal}}`
  )
  return `{"symbol":"${symbol}","interval":"${interval}","isComplete":${page.isComplete},"candles":[${candles.join(",")}]}`
}

const volumeText = (volume: Decimal | undefined): string => (volume === undefined ? "" : `,"volume":"${formatDecimal(volume)}"`)
