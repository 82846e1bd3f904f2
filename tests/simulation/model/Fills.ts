/** Fills: what an execution at a price does to positions, trades and the ledger, in hedging and in netting accounts. */
import type { Side, TrailingStop } from "#domain/Order.ts"
import { book, type ModelAccount, type ModelPosition, positionMargin } from "./Account.ts"
import { commissionOf, marginRate, profitOf } from "./Formulas.ts"
import { fraction, ofScaled, over, plus, roundScaled, times } from "./Fraction.ts"
import { type MarketView, opposite } from "./MarketView.ts"

export type Cause = ModelAccount["trades"][number]["cause"]

export interface Fill {
  readonly symbol: string
  readonly side: Side
  readonly lots: bigint
  readonly price: bigint
  readonly cause: Cause
  readonly stopLoss: bigint | undefined
  readonly takeProfit: bigint | undefined
  readonly trailingStop: TrailingStop | undefined
}

const chargeCommission = (account: ModelAccount, view: MarketView, symbol: string, lots: bigint, price: bigint): bigint => {
  const amount = commissionOf(view, account.currencyDigits, symbol, lots, price)
  if (amount !== 0n) book(account, "commission", -amount)
  return -amount
}

const mustRate = (view: MarketView, fill: Pick<Fill, "symbol" | "side" | "price">) => {
  const rate = marginRate(view, fill.symbol, fill.side, fill.price)
  if (rate === undefined) throw new Error(`no margin rate for ${fill.symbol}`)
  return rate
}

/** A position that this fill would open, not yet in the account. */
export const openedBy = (account: ModelAccount, view: MarketView, fill: Fill): ModelPosition => {
  const rate = mustRate(view, fill)
  const core = { symbol: fill.symbol, lots: fill.lots, openPrice: fill.price, marginRate: rate }
  return {
    ...core,
    positionId: `P${account.positionCount + 1}`,
    side: fill.side,
    openedAt: view.now,
    stopLoss: fill.stopLoss,
    takeProfit: fill.takeProfit,
    trailingStop: fill.trailingStop,
    margin: positionMargin(account, view, core),
    swap: 0n
  }
}

/** Netting, same direction: the open price and the rate become the averages by volume. */
export const increasedBy = (account: ModelAccount, view: MarketView, position: ModelPosition, fill: Fill): ModelPosition => {
  const lots = position.lots + fill.lots
  const weighted = plus(times(ofScaled(position.lots), ofScaled(position.openPrice)), times(ofScaled(fill.lots), ofScaled(fill.price)))
  const rates = plus(times(ofScaled(position.lots), position.marginRate), times(ofScaled(fill.lots), mustRate(view, fill)))
  const core = {
    symbol: position.symbol,
    lots,
    openPrice: roundScaled(over(weighted, ofScaled(lots)), 8),
    marginRate: over(rates, ofScaled(lots))
  }
  return { ...position, ...core, margin: positionMargin(account, view, core) }
}

const open = (account: ModelAccount, view: MarketView, fill: Fill): void => {
  const position = openedBy(account, view, fill)
  account.positionCount += 1
  account.positions.push(position)
  recordOpening(account, view, fill)
}

const recordOpening = (account: ModelAccount, view: MarketView, fill: Fill): void => {
  const commission = chargeCommission(account, view, fill.symbol, fill.lots, fill.price)
  account.trades.push({
    symbol: fill.symbol,
    side: fill.side,
    entry: "open",
    cause: fill.cause,
    lots: fill.lots,
    price: fill.price,
    realizedProfit: 0n,
    swap: 0n,
    commission
  })
}

/** Closes `lots` of a position at `price`: books profit, its share of swap, and commission. `figures` override them for close-by. */
export const close = (
  account: ModelAccount,
  view: MarketView,
  position: ModelPosition,
  lots: bigint,
  price: bigint,
  cause: Cause,
  options: { readonly profit?: bigint; readonly free?: boolean } = {}
): void => {
  const profit = options.profit ?? profitOf(view, account.currencyDigits, position.symbol, position.side, lots, position.openPrice, price)
  const swap =
    lots === position.lots
      ? position.swap
      : roundScaled(times(ofScaled(position.swap), fraction(lots, position.lots)), account.currencyDigits)
  if (profit !== 0n) book(account, "profit", profit)
  if (swap !== 0n) book(account, "swap", swap)
  const commission = options.free === true ? 0n : chargeCommission(account, view, position.symbol, lots, price)
  account.trades.push({
    symbol: position.symbol,
    side: opposite(position.side),
    entry: "close",
    cause,
    lots,
    price,
    realizedProfit: profit,
    swap,
    commission
  })
  position.lots -= lots
  position.swap -= swap
  if (position.lots === 0n) account.positions = account.positions.filter((candidate) => candidate !== position)
  else position.margin = positionMargin(account, view, position)
}

/** An execution of an order: opens in hedging; in netting merges into the symbol's one position. */
export const fill = (account: ModelAccount, view: MarketView, execution: Fill): void => {
  const present = account.mode === "netting" ? account.positions.find((position) => position.symbol === execution.symbol) : undefined
  if (present === undefined) return open(account, view, execution)
  if (present.side === execution.side) {
    const index = account.positions.indexOf(present)
    account.positions[index] = {
      ...increasedBy(account, view, present, execution),
      stopLoss: execution.stopLoss ?? present.stopLoss,
      takeProfit: execution.takeProfit ?? present.takeProfit,
      trailingStop: execution.trailingStop ?? present.trailingStop
    }
    return recordOpening(account, view, execution)
  }
  const closing = execution.lots < present.lots ? execution.lots : present.lots
  close(account, view, present, closing, execution.price, execution.cause)
  if (execution.lots > closing) open(account, view, { ...execution, lots: execution.lots - closing })
}

/** Positions as they would stand after the execution: for margin checks, nothing is changed. */
export const positionsAfter = (account: ModelAccount, view: MarketView, execution: Fill): Array<ModelPosition> => {
  const present = account.mode === "netting" ? account.positions.find((position) => position.symbol === execution.symbol) : undefined
  if (present === undefined) return [...account.positions, openedBy(account, view, execution)]
  const others = account.positions.filter((position) => position !== present)
  if (present.side === execution.side) return [...others, increasedBy(account, view, present, execution)]
  if (execution.lots === present.lots) return others
  if (execution.lots > present.lots) return [...others, openedBy(account, view, { ...execution, lots: execution.lots - present.lots })]
  const left = { ...present, lots: present.lots - execution.lots }
  return [...others, { ...left, margin: positionMargin(account, view, left) }]
}
