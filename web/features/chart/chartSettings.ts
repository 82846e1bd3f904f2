/** chartSettings: how a person likes the chart. */
import { Schema } from "effect"
import { persisted } from "../../state/store.ts"

export const ChartType = Schema.Literals(["candles", "bars", "line", "area"])
export type ChartType = typeof ChartType.Type
export const chartTypeCell = persisted("chart.type", ChartType, "candles")
