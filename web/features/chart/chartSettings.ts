/** chartSettings: how a person likes the chart. */
import { Schema } from "effect"
import { personal } from "../../state/store.ts"

export const ChartType = Schema.Literals(["candles", "bars", "line", "area"])
export type ChartType = typeof ChartType.Type
export const chartTypeCell = personal("chart.type", ChartType, "candles")

/** A picture, or the same bars as figures. */
export const chartTableCell = personal("chart.table", Schema.Boolean, false)

export const IndicatorName = Schema.Literals(["sma", "ema", "bollinger", "rsi", "macd", "volume"])
export type IndicatorName = typeof IndicatorName.Type
export const indicatorsCell = personal("chart.indicators", Schema.Array(IndicatorName), [])

/** What of the account is drawn. */
export const ChartMark = Schema.Literals(["lines", "levels", "trades"])
export type ChartMark = typeof ChartMark.Type
export const chartMarksCell = personal("chart.marks", Schema.Array(ChartMark), ["lines", "levels", "trades"])

export const toggled = <A>(list: ReadonlyArray<A>, item: A): ReadonlyArray<A> =>
  list.includes(item) ? list.filter((other) => other !== item) : [...list, item]
