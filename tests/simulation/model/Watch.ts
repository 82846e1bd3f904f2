/** Watch: margin call, stop-out step by step, negative balance protection. Runs after everything that can change a figure. */
import { book, figuresOf, floatingProfitOf, levelAtMost, type ModelAccount, type ModelPosition } from "./Account.ts"
import { cancel } from "./Ending.ts"
import { close } from "./Fills.ts"
import { slipped } from "./Formulas.ts"
import { type MarketView, opposite } from "./MarketView.ts"

/** The market's price for closing, after the slippage model. */
export const closingPrice = (view: MarketView, position: ModelPosition, lots: bigint): bigint =>
  slipped(view.known(position.symbol), opposite(position.side), lots, view.closePrice(position.symbol, position.side))

const first = <A>(items: ReadonlyArray<A>, better: (a: A, b: A) => boolean): A | undefined =>
  items.reduce<A | undefined>((best, item) => (best === undefined || better(item, best) ? item : best), undefined)

const isStoppedOut = (account: ModelAccount, view: MarketView): boolean =>
  levelAtMost(figuresOf(account, view), view.group.stopOutLevelPercent)

/** To try something out on. */
export const copyOf = (account: ModelAccount): ModelAccount => ({
  ...account,
  positions: account.positions.map((position) => ({ ...position })),
  trades: [],
  ledger: [],
  endings: [],
  steps: []
})

/** Exactly as closing would, on a copy. */
export const levelWouldClear = (account: ModelAccount, view: MarketView, position: ModelPosition, lots: bigint): boolean => {
  const copy = copyOf(account)
  const target = copy.positions[account.positions.indexOf(position)]
  if (target === undefined) throw new Error("the position is not in the account")
  close(copy, view, target, lots, closingPrice(view, target, lots), "stopOut")
  return !isStoppedOut(copy, view)
}

/** The fewest volume steps after which the level is higher than the threshold; all of it when no count suffices. */
const smartLots = (account: ModelAccount, view: MarketView, position: ModelPosition): bigint => {
  const { lotsMin, lotsStep } = view.known(position.symbol)
  for (let lots = lotsStep; position.lots - lots >= lotsMin; lots += lotsStep) {
    if (levelWouldClear(account, view, position, lots)) return lots
  }
  return position.lots
}

/** Largest loss first; if all are in profit, the smallest profit: both are the lowest result. */
const lowestResult = (account: ModelAccount, view: MarketView, positions: ReadonlyArray<ModelPosition>): ModelPosition | undefined =>
  first(positions, (a, b) => floatingProfitOf(account, view, a) < floatingProfitOf(account, view, b))

const liquidate = (account: ModelAccount, view: MarketView): void => {
  while (isStoppedOut(account, view)) {
    const isSmart = view.group.stopOutStrategy === "smart"
    const order = first(account.orders, (a, b) => a.reservedMargin > b.reservedMargin)
    const closable = account.positions.filter((position) => view.isTradable(position.symbol))
    // Smart looks at orders only when no position can go.
    if (order !== undefined && (!isSmart || closable.length === 0)) {
      account.steps.push(`largestReservedMargin ${order.orderId}`)
      cancel(account, order, "stopOut")
      continue
    }
    const chosen = isSmart ? first(closable, (a, b) => a.margin > b.margin) : lowestResult(account, view, closable)
    if (chosen === undefined) return
    const lots = isSmart ? smartLots(account, view, chosen) : chosen.lots
    const rule = isSmart ? "mostMargin" : floatingProfitOf(account, view, chosen) < 0n ? "largestLoss" : "smallestProfit"
    account.steps.push(`${rule} ${chosen.positionId} ${lots}`)
    close(account, view, chosen, lots, closingPrice(view, chosen, lots), "stopOut")
  }
}

/** Once no position is open, a negative balance that closing left is made good by one entry. */
const protect = (account: ModelAccount, view: MarketView): void => {
  const closedLast = account.positions.length === 0 && account.trades.slice(account.tradesBefore).some((trade) => trade.entry === "close")
  if (view.group.negativeBalanceProtection && closedLast && account.balance < 0n) {
    book(account, "negativeBalanceProtection", -account.balance)
  }
}

export const settle = (account: ModelAccount, view: MarketView): void => {
  protect(account, view)
  liquidate(account, view)
  protect(account, view)
  const figures = figuresOf(account, view)
  account.watch = levelAtMost(figures, view.group.stopOutLevelPercent)
    ? "stopOut"
    : levelAtMost(figures, view.group.marginCallLevelPercent)
      ? "marginCall"
      : "healthy"
}
