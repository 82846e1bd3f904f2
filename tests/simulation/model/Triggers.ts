/** Triggers: what one quote sets off: exits, trailing stops, resting orders. */
import { type ModelAccount, type ModelOrder, type ModelPosition } from "./Account.ts"
import { cancelSiblings, remove } from "./Canceling.ts"
import { close, fill } from "./Fills.ts"
import { type MarketView, pointOf } from "./MarketView.ts"
import { addsExposure, additionalMargin, checkMargin, checkPermission, executionOf, limitReached, marketFillPrice } from "./Orders.ts"
import { Refusals } from "./Refusals.ts"
import { closingPrice, settle } from "./Watch.ts"

const reached = (position: ModelPosition, market: bigint, exit: "stopLoss" | "takeProfit"): boolean => {
  const level = position[exit]
  if (level === undefined) return false
  const below = (position.side === "buy") === (exit === "stopLoss")
  return below ? market <= level : market >= level
}

/** Stop-loss before take-profit. A stop-loss is a market order once touched; a take-profit is filled at the market or better, and never slips. */
const exit = (account: ModelAccount, view: MarketView, position: ModelPosition): void => {
  const market = view.closePrice(position.symbol, position.side)
  if (reached(position, market, "stopLoss"))
    close(account, view, position, position.lots, closingPrice(view, position, position.lots), "stopLoss")
  else if (reached(position, market, "takeProfit")) close(account, view, position, position.lots, market, "takeProfit")
}

/** Follows the market at its distance, in steps, and never moves back. */
export const trail = (view: MarketView, position: ModelPosition): void => {
  const trailing = position.trailingStop
  if (trailing === undefined) return
  const point = pointOf(view.known(position.symbol))
  const distance = BigInt(trailing.distancePoints) * point
  const step = BigInt(trailing.stepPoints) * point
  const market = view.closePrice(position.symbol, position.side)
  const candidate = position.side === "buy" ? market - distance : market + distance
  if (candidate <= 0n) return
  const gain =
    position.stopLoss === undefined ? undefined : position.side === "buy" ? candidate - position.stopLoss : position.stopLoss - candidate
  if (gain === undefined || (gain > 0n && gain >= step)) position.stopLoss = candidate
}

/** Free margin is checked again; the order's own share is free for itself. */
const activate = (account: ModelAccount, view: MarketView, order: ModelOrder): void => {
  remove(account, order)
  const refusals = new Refusals()
  const execution = executionOf(order, marketFillPrice(view, order))
  checkPermission(account, view, order.symbol, order.side, order.lots, refusals)
  const adds = addsExposure(account, order.symbol, order.side, order.lots)
  checkMargin(account, view, additionalMargin(account, view, execution), adds, refusals)
  if (refusals.first() !== undefined) return
  fill(account, view, execution)
  cancelSiblings(account, order)
}

const stopReached = (view: MarketView, order: ModelOrder): boolean => {
  const market = view.fillPrice(order.symbol, order.side)
  const stop = order.stopPrice ?? market
  return order.side === "buy" ? market >= stop : market <= stop
}

const judge = (account: ModelAccount, view: MarketView, order: ModelOrder): void => {
  if (order.type === "stopLimit" && order.status === "pending" && stopReached(view, order)) order.status = "triggered"
  const ready =
    order.type === "stop"
      ? stopReached(view, order)
      : order.type === "limit" || order.status === "triggered"
        ? limitReached(view, order)
        : false
  if (ready) activate(account, view, order)
}

/** Judges one symbol at the view's quote, then the account as a whole. */
export const applyQuote = (account: ModelAccount, view: MarketView, symbol: string): void => {
  if (view.isTradable(symbol)) {
    for (const position of account.positions.filter((candidate) => candidate.symbol === symbol)) exit(account, view, position)
    for (const position of account.positions) if (position.symbol === symbol) trail(view, position)
    for (const order of account.orders.filter((candidate) => candidate.symbol === symbol)) {
      if (account.orders.includes(order)) judge(account, view, order)
    }
  }
  settle(account, view)
}
