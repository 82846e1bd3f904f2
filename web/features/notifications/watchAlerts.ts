/** watchAlerts: calls out price alerts when their price comes, once each. */
import { formatDecimal } from "#domain/Decimal.ts"
import { i18n } from "../../locales/i18n.ts"
import { alertsCell, isReached, removeAlert } from "../../state/alerts.ts"
import { nowMillis } from "../../state/clock.ts"
import { instrumentValue, quoteValue } from "../../state/market.ts"
import { read, watch, write } from "../../state/store.ts"
import { announce } from "./inbox.ts"

/** Answers how to stop. */
export const watchAlerts = (): (() => void) => {
  const watched = new Map<string, () => void>()
  const check = (symbol: string) => () => {
    const quote = read(quoteValue(symbol))
    if (quote === undefined) return
    for (const alert of read(alertsCell)) {
      if (alert.symbol !== symbol || !isReached(alert, quote.bid)) continue
      write(removeAlert, alert.alertId)
      const digits = read(instrumentValue(symbol))?.digits ?? 0
      announce({
        accountId: alert.alertId,
        sequence: 0,
        at: nowMillis(),
        tone: "warning",
        title: i18n.t("alerts.reached", { symbol, price: formatDecimal(alert.price, digits) })
      })
    }
  }
  const follow = () => {
    const symbols = new Set(read(alertsCell).map(({ symbol }) => symbol))
    for (const [symbol, stop] of watched) {
      if (symbols.has(symbol)) continue
      stop()
      watched.delete(symbol)
    }
    for (const symbol of symbols) if (!watched.has(symbol)) watched.set(symbol, watch(quoteValue(symbol), check(symbol)))
  }
  const stopFollowing = watch(alertsCell, follow)
  follow()
  return () => {
    stopFollowing()
    for (const stop of watched.values()) stop()
  }
}
