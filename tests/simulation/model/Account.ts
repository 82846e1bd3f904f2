/** Account: the model's own record of one trading account, changed in place, and the figures derived from it by full revaluation. */
import type { OrderRequest, Side, TrailingStop } from "#domain/Order.ts"
import type { LedgerEntry } from "#domain/LedgerEntry.ts"
import type { Trade } from "#domain/Trade.ts"
import { marginOf, profitOf, tierFactor } from "./Formulas.ts"
import { compare, type Fraction, integer, minus, ofScaled, over, plus, roundScaled, times, ZERO } from "./Fraction.ts"
import type { MarketView } from "./MarketView.ts"

export type Changeable<T> = { -readonly [K in keyof T]: T[K] }

export interface ModelOrder extends Changeable<OrderRequest> {
  readonly orderId: string
  readonly placedAt: number
  status: "pending" | "triggered"
  reservedMargin: bigint
}

export interface ModelPosition {
  readonly positionId: string
  readonly symbol: string
  readonly side: Side
  lots: bigint
  openPrice: bigint
  readonly openedAt: number
  stopLoss: bigint | undefined
  takeProfit: bigint | undefined
  trailingStop: TrailingStop | undefined
  /** Margin currency to account currency, fixed at the opening. */
  marginRate: Fraction
  margin: bigint
  swap: bigint
}

export type ModelTrade = Pick<Trade, "symbol" | "side" | "entry" | "cause" | "lots" | "price" | "realizedProfit" | "swap" | "commission">
export type ModelEntry = Pick<LedgerEntry, "kind" | "amount" | "balanceAfter" | "creditAfter">
export type MarginWatch = "healthy" | "marginCall" | "stopOut"

export interface ModelAccount {
  currency: string
  currencyDigits: number
  mode: "hedging" | "netting"
  group: string
  leverage: number
  lotsMax: bigint | undefined
  openPositionsMax: number | undefined
  tradingMode: "full" | "closeOnly" | "none"
  balance: bigint
  credit: bigint
  reservations: Array<{ readonly requestId: string; readonly amount: bigint }>
  references: Array<string>
  orders: Array<ModelOrder>
  positions: Array<ModelPosition>
  trades: Array<ModelTrade>
  ledger: Array<ModelEntry>
  watch: MarginWatch
  openedAt: number
  rolledOverDay: string
  orderCount: number
  positionCount: number
}

export const newAccount = (): ModelAccount => ({
  currency: "",
  currencyDigits: 0,
  mode: "hedging",
  group: "",
  leverage: 1,
  lotsMax: undefined,
  openPositionsMax: undefined,
  tradingMode: "full",
  balance: 0n,
  credit: 0n,
  reservations: [],
  references: [],
  orders: [],
  positions: [],
  trades: [],
  ledger: [],
  watch: "healthy",
  openedAt: 0,
  rolledOverDay: "",
  orderCount: 0,
  positionCount: 0
})

const sum = (amounts: ReadonlyArray<bigint>): bigint => amounts.reduce((total, amount) => total + amount, 0n)
const sumOf = (amounts: ReadonlyArray<Fraction>): Fraction => amounts.reduce(plus, ZERO)

/** Profit of the position if it were closed now at the market's price, account currency. */
export const floatingProfitOf = (account: ModelAccount, view: MarketView, position: ModelPosition): bigint =>
  profitOf(
    view,
    account.currencyDigits,
    position.symbol,
    position.side,
    position.lots,
    position.openPrice,
    view.closePrice(position.symbol, position.side)
  )

/** Margin of a position by itself: fixed by its open price and rate. */
export const positionMargin = (
  account: ModelAccount,
  view: MarketView,
  position: Pick<ModelPosition, "symbol" | "lots" | "openPrice" | "marginRate">
): bigint => {
  const instrument = view.known(position.symbol)
  const lots = ofScaled(position.lots)
  const price = ofScaled(position.openPrice)
  const plain = marginOf(view, account.leverage, position.symbol, lots, price, position.marginRate, ofScaled(instrument.contractSize))
  return roundScaled(times(plain, tierFactor(instrument, lots, price)), account.currencyDigits)
}

/** Averages by volume: of the open prices and of the margin rates. */
const averages = (positions: ReadonlyArray<ModelPosition>) => {
  const lots = ofScaled(sum(positions.map((position) => position.lots)))
  return {
    price: over(sumOf(positions.map((position) => times(ofScaled(position.lots), ofScaled(position.openPrice)))), lots),
    rate: over(sumOf(positions.map((position) => times(ofScaled(position.lots), position.marginRate))), lots)
  }
}

/** Covered volume at the hedged contract size and the average price of all; uncovered at its own average. */
const basicMargin = (
  account: ModelAccount,
  view: MarketView,
  symbol: string,
  longs: Array<ModelPosition>,
  shorts: Array<ModelPosition>
): bigint => {
  const instrument = view.known(symbol)
  const longLots = ofScaled(sum(longs.map((position) => position.lots)))
  const shortLots = ofScaled(sum(shorts.map((position) => position.lots)))
  const longer = compare(longLots, shortLots) >= 0
  const covered = longer ? shortLots : longLots
  const uncovered = longer ? minus(longLots, shortLots) : minus(shortLots, longLots)
  const all = averages([...longs, ...shorts])
  const own = averages(longer ? longs : shorts)
  const coveredMargin = marginOf(view, account.leverage, symbol, covered, all.price, all.rate, ofScaled(instrument.hedgedContractSize))
  const uncoveredMargin = marginOf(view, account.leverage, symbol, uncovered, own.price, own.rate, ofScaled(instrument.contractSize))
  const total = plus(
    times(coveredMargin, tierFactor(instrument, covered, all.price)),
    times(uncoveredMargin, tierFactor(instrument, uncovered, own.price))
  )
  return roundScaled(total, account.currencyDigits)
}

/** Margin of all positions in one symbol. */
const symbolMargin = (account: ModelAccount, view: MarketView, symbol: string, positions: ReadonlyArray<ModelPosition>): bigint => {
  const longs = positions.filter((position) => position.symbol === symbol && position.side === "buy")
  const shorts = positions.filter((position) => position.symbol === symbol && position.side === "sell")
  const longMargin = sum(longs.map((position) => position.margin))
  const shortMargin = sum(shorts.map((position) => position.margin))
  if (longs.length > 0 && shorts.length > 0 && view.group.hedgedMargin === "basic") return basicMargin(account, view, symbol, longs, shorts)
  return longMargin > shortMargin ? longMargin : shortMargin
}

export const positionsMargin = (account: ModelAccount, view: MarketView, positions: ReadonlyArray<ModelPosition>): bigint =>
  sum([...new Set(positions.map((position) => position.symbol))].map((symbol) => symbolMargin(account, view, symbol, positions)))

export interface ModelFigures {
  readonly balance: bigint
  readonly credit: bigint
  readonly equity: bigint
  readonly usedMargin: bigint
  readonly freeMargin: bigint
  readonly reserved: bigint
}

export const figuresOf = (account: ModelAccount, view: MarketView): ModelFigures => {
  const floating = sum(account.positions.map((position) => floatingProfitOf(account, view, position)))
  const swap = sum(account.positions.map((position) => position.swap))
  const equity = account.balance + account.credit + floating + swap
  const usedMargin = positionsMargin(account, view, account.positions) + sum(account.orders.map((order) => order.reservedMargin))
  const reserved = sum(account.reservations.map((reservation) => reservation.amount))
  return { balance: account.balance, credit: account.credit, equity, usedMargin, freeMargin: equity - usedMargin - reserved, reserved }
}

/** Whether equity / margin × 100 is at most `percent` (scaled); never when there is no margin. */
export const levelAtMost = (figures: ModelFigures, percent: bigint): boolean =>
  figures.usedMargin > 0n &&
  compare(times(ofScaled(figures.equity), integer(100)), times(ofScaled(percent), ofScaled(figures.usedMargin))) <= 0

/** Books one entry: the balance is always the sum of its entries, credit likewise. */
export const book = (account: ModelAccount, kind: ModelEntry["kind"], amount: bigint): void => {
  if (kind === "creditIn" || kind === "creditOut") account.credit += amount
  else account.balance += amount
  account.ledger.push({ kind, amount, balanceAfter: account.balance, creditAfter: account.credit })
}
