/** Fills: what an execution at a price does to positions, trades and the ledger, in hedging and in netting accounts. */
import type { Side, TrailingStop } from "#domain/Order.ts"
import { book, type ModelAccount, type ModelPosition, tiersFilled } from "./Account.ts"
import { commissionOf, marginOf, marginRate, profitOf } from "./Formulas.ts"
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

/** Margin of a volume that would be opened at that price now, and the rate it is fixed at; undefined without a rate. */
export const openingMargin = (
  account: ModelAccount,
  view: MarketView,
  deal: Pick<Fill, "symbol" | "side" | "lots" | "price">
): { readonly margin: bigint; readonly rate: bigint } | undefined => {
  const rate = marginRate(view, deal.symbol, deal.side, deal.price)
  if (rate === undefined) return undefined
  const margin = marginOf(view, account, { ...deal, rate }, tiersFilled(view, account.positions, deal.symbol, deal.side))
  return { margin, rate: roundScaled(rate, 8) }
}

const mustMargin = (account: ModelAccount, view: MarketView, deal: Fill) => {
  const opening = openingMargin(account, view, deal)
  if (opening === undefined) throw new Error(`no margin rate for ${deal.symbol}`)
  return opening
}

/** A position that this fill would open, not yet in the account. */
const openedBy = (account: ModelAccount, view: MarketView, execution: Fill): ModelPosition => {
  const { margin, rate } = mustMargin(account, view, execution)
  return {
    positionId: `P${account.positionCount + 1}`,
    symbol: execution.symbol,
    side: execution.side,
    lots: execution.lots,
    openPrice: execution.price,
    openedAt: view.now,
    stopLoss: execution.stopLoss,
    takeProfit: execution.takeProfit,
    trailingStop: execution.trailingStop,
    marginRate: rate,
    margin,
    swap: 0n
  }
}

/** Netting, same direction: the open price and the rate become the averages by volume, margins add up. */
const increasedBy = (account: ModelAccount, view: MarketView, position: ModelPosition, execution: Fill): ModelPosition => {
  const lots = position.lots + execution.lots
  const { margin, rate } = mustMargin(account, view, execution)
  const average = (before: bigint, added: bigint): bigint => {
    const weighted = plus(times(ofScaled(position.lots), ofScaled(before)), times(ofScaled(execution.lots), ofScaled(added)))
    return roundScaled(over(weighted, ofScaled(lots)), 8)
  }
  return {
    ...position,
    lots,
    openPrice: average(position.openPrice, execution.price),
    marginRate: average(position.marginRate, rate),
    margin: position.margin + margin
  }
}

/** The share of an amount that belongs to `part` of the lots, rounded once. */
const share = (account: ModelAccount, amount: bigint, part: bigint, lots: bigint): bigint =>
  roundScaled(times(ofScaled(amount), fraction(part, lots)), account.currencyDigits)

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

/** Closes `lots` of a position at `price`: books profit, its share of swap, and commission. */
export const close = (
  account: ModelAccount,
  view: MarketView,
  position: ModelPosition,
  lots: bigint,
  price: bigint,
  cause: Cause,
  profitInstead?: bigint
): void => {
  const profit = profitInstead ?? profitOf(view, account.currencyDigits, position.symbol, position.side, lots, position.openPrice, price)
  const swap = share(account, position.swap, lots, position.lots)
  if (profit !== 0n) book(account, "profit", profit)
  if (swap !== 0n) book(account, "swap", swap)
  const commission = chargeCommission(account, view, position.symbol, lots, price)
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
  position.margin = share(account, position.margin, position.lots - lots, position.lots)
  position.swap -= swap
  position.lots -= lots
  if (position.lots === 0n) account.positions = account.positions.filter((candidate) => candidate !== position)
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
  const lots = present.lots - execution.lots
  return [...others, { ...present, lots, margin: share(account, present.margin, lots, present.lots) }]
}
