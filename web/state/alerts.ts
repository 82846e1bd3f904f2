/** alerts: prices at which a person wants to be called. Watched by this browser while the page is open. */
import { Schema } from "effect"
import { type Decimal, DecimalFromString } from "#domain/Decimal.ts"
import { SymbolName } from "#domain/Quote.ts"
import { action, derived, perKey, personal } from "./store.ts"

export const ALERTS_MAX = 50

export const PriceAlert = Schema.Struct({
  alertId: Schema.String,
  symbol: SymbolName,
  price: DecimalFromString,
  /** Which way the bid must go to reach it. */
  direction: Schema.Literals(["up", "down"])
})
export interface PriceAlert extends Schema.Schema.Type<typeof PriceAlert> {}

export const alertsCell = personal("alerts", Schema.Array(PriceAlert).check(Schema.isMaxLength(ALERTS_MAX)), [])
export const alertsOfSymbol = perKey((symbol) => derived((read) => read(alertsCell).filter((alert) => alert.symbol === symbol)))

/** Towards `price` from where the bid is now. */
export const addAlert = action((read, write, symbol: string, price: Decimal, bid: Decimal) => {
  const alerts = read(alertsCell)
  if (alerts.length >= ALERTS_MAX) return
  const alertId = String(1 + Math.max(0, ...alerts.map((alert) => Number(alert.alertId) || 0)))
  write(alertsCell, [...alerts, { alertId, symbol, price, direction: price > bid ? "up" : "down" }])
})
export const moveAlert = action((read, write, alertId: string, price: Decimal, bid: Decimal) =>
  write(
    alertsCell,
    read(alertsCell).map((alert) =>
      alert.alertId === alertId ? { ...alert, price, direction: price > bid ? ("up" as const) : ("down" as const) } : alert
    )
  )
)
export const removeAlert = action((read, write, alertId: string) =>
  write(
    alertsCell,
    read(alertsCell).filter((alert) => alert.alertId !== alertId)
  )
)

export const isReached = (alert: PriceAlert, bid: Decimal): boolean => (alert.direction === "up" ? bid >= alert.price : bid <= alert.price)
