/** Watch: margin call, stop-out step by step, negative balance protection. Runs after everything that can change a figure. */
import { book, figuresOf, floatingProfitOf, levelAtMost, type ModelAccount, type ModelPosition } from "./Account.ts"
import { cancel } from "./Canceling.ts"
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

/** Exactly as closing would, on a copy. */
const levelWouldClear = (account: ModelAccount, view: MarketView, position: ModelPosition, lots: bigint): boolean => {
  const copy: ModelAccount = {
    ...account,
    positions: account.positions.map((candidate) => ({ ...candidate })),
    trades: [],
    ledger: []
  }
  const target = copy.positions[account.positions.indexOf(position)]
  if (target === undefined) throw new Error("the position is not in the account")
  close(copy, view, target, lots, closingPrice(view, target, lots), "stopOut")
  return !isStoppedOut(copy, view)
}

/** The fewest volume steps after which the level is higher than the threshold; all of it when no count suffices. */
const smartLots = (account: ModelAccount, view: MarketView, position: ModelPosition): bigint => {
  const step = view.known(position.symbol).lotsStep
  for (let lots = step; lots < position.lots; lots += step) {
    if (levelWouldClear(account, view, position, lots)) return lots
  }
  return position.lots
}

/** Largest loss first; if all are in profit, the smallest profit: both are the lowest result. */
const lowestResult = (account: ModelAccount, view: MarketView, positions: ReadonlyArray<ModelPosition>): ModelPosition | undefined =>
  first(positions, (a, b) => floatingProfitOf(account, view, a) < floatingProfitOf(account, view, b))

const liquidate = (account: ModelAccount, view: MarketView): void => {
  while (isStoppedOut(account, view)) {
    const order = first(account.orders, (a, b) => a.reservedMargin > b.reservedMargin)
    if (order !== undefined && view.group.stopOutStrategy === "largestLoss") {
      cancel(account, order)
      continue
    }
    const closable = account.positions.filter((position) => view.isTradable(position.symbol))
    const chosen =
      view.group.stopOutStrategy === "largestLoss" ? lowestResult(account, view, closable) : first(closable, (a, b) => a.margin > b.margin)
    if (chosen === undefined) return
    const lots = view.group.stopOutStrategy === "largestLoss" ? chosen.lots : smartLots(account, view, chosen)
    close(account, view, chosen, lots, closingPrice(view, chosen, lots), "stopOut")
  }
}

export const settle = (account: ModelAccount, view: MarketView): void => {
  liquidate(account, view)
  if (view.group.negativeBalanceProtection && account.positions.length === 0 && account.balance < 0n) {
    book(account, "negativeBalanceProtection", -account.balance)
  }
  const figures = figuresOf(account, view)
  account.watch = levelAtMost(figures, view.group.stopOutLevelPercent)
    ? "stopOut"
    : levelAtMost(figures, view.group.marginCallLevelPercent)
      ? "marginCall"
      : "healthy"
}
