/** Triggers: what one quote sets off: exits, trailing stops, resting orders. */
import { type ModelAccount, type ModelOrder, type ModelPosition } from "./Account.ts"
import { end, endSiblings } from "./Ending.ts"
import { close, fill } from "./Fills.ts"
import type { MarketView } from "./MarketView.ts"
import { checkMargin, checkNewTrades, checkPositionsLimit, demandOf, executionOf, limitReached, marketFillPrice } from "./Orders.ts"
import { Refusals } from "./Refusals.ts"
import { trailAll } from "./Trailing.ts"
import { closingPrice, settle } from "./Watch.ts"

const reached = (position: ModelPosition, market: bigint, exit: "stopLoss" | "takeProfit"): boolean => {
  const level = position[exit]
  if (level === undefined) return false
  const below = (position.side === "buy") === (exit === "stopLoss")
  return below ? market <= level : market >= level
}

/** Stop-loss before take-profit. A stop-loss is a market order once touched; a take-profit is filled at the market or better, and never slips. */
const exit = (account: ModelAccount, view: MarketView, position: ModelPosition): boolean => {
  const market = view.closePrice(position.symbol, position.side)
  if (reached(position, market, "stopLoss")) {
    close(account, view, position, position.lots, closingPrice(view, position, position.lots), "stopLoss")
    return true
  }
  if (!reached(position, market, "takeProfit")) return false
  close(account, view, position, position.lots, market, "takeProfit")
  return true
}

/** Permission and free margin are checked again; the order's own share is free for itself. */
const activate = (account: ModelAccount, view: MarketView, order: ModelOrder): void => {
  account.orders = account.orders.filter((candidate) => candidate !== order)
  const refusals = new Refusals()
  const execution = executionOf(order, order.type === "stop" ? marketFillPrice(view, order) : view.fillPrice(order.symbol, order.side))
  const demand = demandOf(account, view, execution)
  if (demand.adds) {
    refusals.when(account.tradingMode === "none", "TRADING_DISABLED")
    checkNewTrades(account, view, order.symbol, refusals)
    checkPositionsLimit(account, order.symbol, refusals)
  }
  checkMargin(account, view, demand, refusals)
  const refusal = refusals.first()
  end(account, order.orderId, refusal === undefined ? "filled" : `rejected ${refusal}`)
  if (refusal !== undefined) return
  fill(account, view, execution)
  endSiblings(account, order.ocoGroup)
}

const stopReached = (view: MarketView, order: ModelOrder): boolean => {
  const market = view.fillPrice(order.symbol, order.side)
  const stop = order.stopPrice ?? market
  return order.side === "buy" ? market >= stop : market <= stop
}

/** True when the order was triggered or is gone. */
const judge = (account: ModelAccount, view: MarketView, order: ModelOrder): boolean => {
  const triggers = order.type !== "limit" && order.status === "pending" && stopReached(view, order)
  if (triggers) order.status = "triggered"
  const isStop = order.type === "stop" && order.status === "triggered"
  const isLimit = order.type === "limit" || (order.type === "stopLimit" && order.status === "triggered")
  if (!isStop && !(isLimit && limitReached(view, order))) return triggers
  activate(account, view, order)
  return true
}

/** One round over exits, then orders, at the prices as they stand; true when anything happened. */
const round = (account: ModelAccount, view: MarketView): boolean => {
  for (const symbol of new Set(account.positions.map((position) => position.symbol))) trailAll(account, view, symbol)
  const exited = account.positions.filter((position) => view.isTradable(position.symbol) && exit(account, view, position))
  if (exited.length > 0) return true
  let happened = false
  for (const order of account.orders) {
    if (view.isTradable(order.symbol) && account.orders.includes(order) && judge(account, view, order)) happened = true
  }
  return happened
}

/** Brings the account to rest: what one fill sets off is judged at the same prices; then the account as a whole. */
export const judgeAt = (account: ModelAccount, view: MarketView): void => {
  let isMoving = true
  while (isMoving) isMoving = round(account, view)
  settle(account, view)
}
