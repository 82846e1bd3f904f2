/** selection: the instrument that chart and ticket are about. Kept, so that a reload shows the same. */
import { Schema } from "effect"
import { CandleInterval } from "#domain/Candle.ts"
import { SymbolName } from "#domain/Quote.ts"
import { instrumentsCell } from "./market.ts"
import { derived, persisted, personal } from "./store.ts"

const chosenSymbolCell = persisted("symbol", SymbolName, "EURUSD")
export const selectSymbol = chosenSymbolCell
/** The chosen symbol if it exists, else the first there is. */
export const symbolValue = derived((read) => {
  const chosen = read(chosenSymbolCell)
  const instruments = read(instrumentsCell)
  if (instruments === undefined || instruments.has(chosen)) return chosen
  return instruments.keys().next().value ?? chosen
})

/** Areas of the workspace that take turns on small screens, and in the panel below the chart. */
export const WorkspaceTab = Schema.Literals(["positions", "orders", "trades", "ledger"])
export type WorkspaceTab = typeof WorkspaceTab.Type
export const workspaceTabCell = persisted("workspaceTab", WorkspaceTab, "positions")

/** What a phone shows. */
export const PhoneTab = Schema.Literals(["watchlist", "chart", "positions", "history"])
export type PhoneTab = typeof PhoneTab.Type
export const phoneTabCell = persisted("phoneTab", PhoneTab, "chart")

export const chartIntervalCell = personal("chart.interval", CandleInterval, "1m")

/** How far back the history goes. */
export const Period = Schema.Literals(["today", "week", "month", "all"])
export type Period = typeof Period.Type
export const periodCell = persisted("trades.period", Period, "all")
