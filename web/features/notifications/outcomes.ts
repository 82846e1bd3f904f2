/** outcomes: what a command did, in words, from the server's own answer. */
import { parseDecimal } from "#domain/Decimal.ts"
import type { CommandResult, OrderView, PositionView, TradeView } from "#contract/Views.ts"
import { formatLots, formatSignedAmount } from "../../locales/formats.ts"
import { i18n } from "../../locales/i18n.ts"
import type { Outcome } from "./commandToast.ts"

const sideName = (side: "buy" | "sell"): string => i18n.t(`state.${side}`)
type Sided = Pick<PositionView, "side" | "lots" | "symbol">

/** `Buy 0.10 EURUSD` */
export const nameOf = (thing: Sided): string =>
  i18n.t("positions.name", { side: sideName(thing.side), lots: formatLots(thing.lots), symbol: thing.symbol })

const sumOf = (trades: ReadonlyArray<TradeView>, field: "realizedProfit" | "swap" | "commission"): bigint =>
  trades.reduce((sum, trade) => sum + (parseDecimal(trade[field]) ?? 0n), 0n)

const netOf = (trades: ReadonlyArray<TradeView>): string => {
  const digits = trades[0]?.realizedProfit.split(".")[1]?.length ?? 0
  return formatSignedAmount(sumOf(trades, "realizedProfit") + sumOf(trades, "swap") + sumOf(trades, "commission"), digits)
}

export const placedOutcome = (result: CommandResult): Outcome => {
  const order = result.order
  const fill = result.trades[0]
  if (fill !== undefined) {
    return { title: filledTitle(fill) }
  }
  return order === null ? { title: "" } : { title: placedTitle(order) }
}

const filledTitle = (fill: TradeView): string =>
  i18n.t("notification.filled", { side: sideName(fill.side), lots: formatLots(fill.lots), symbol: fill.symbol, price: fill.price })

const placedTitle = (order: OrderView): string =>
  i18n.t("notification.placed", {
    type: i18n.t(`ticket.types.${order.type}`),
    side: sideName(order.side),
    lots: formatLots(order.lots),
    symbol: order.symbol
  })

export const closedOutcome =
  (position: Sided) =>
  (result: CommandResult): Outcome => {
    const fill = result.trades.at(-1)
    if (fill === undefined) return { title: nameOf(position) }
    return {
      title: i18n.t("notification.closed", {
        side: sideName(position.side),
        lots: formatLots(fill.lots),
        symbol: fill.symbol,
        price: fill.price
      }),
      description: i18n.t("notification.closedResult", { amount: netOf(result.trades) })
    }
  }

export const closedManyOutcome = (result: CommandResult): Outcome => {
  const count = result.trades.length
  return count === 0
    ? { title: i18n.t("notification.nothingToClose") }
    : {
        title: i18n.t("notification.closedMany", { count }),
        description: i18n.t("notification.closedResult", { amount: netOf(result.trades) })
      }
}

export const reversedOutcome = (result: CommandResult): Outcome => {
  const opened = result.trades.findLast((trade) => trade.entry === "open")
  return opened === undefined
    ? closedManyOutcome(result)
    : { title: filledTitle(opened), description: i18n.t("notification.closedResult", { amount: netOf(result.trades) }) }
}
