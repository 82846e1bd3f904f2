/** Account: the model's own record of one trading account, changed in place, and the figures derived from it by full revaluation. */
import type { OrderRequest, Side, TrailingStop } from "#domain/Order.ts"
import type { LedgerEntry } from "#domain/LedgerEntry.ts"
import type { Trade } from "#domain/Trade.ts"
import { plainMargin, profitOf, tierAmount } from "./Formulas.ts"
import { compare, type Fraction, integer, ofScaled, over, plus, roundScaled, times, ZERO } from "./Fraction.ts"
import type { MarketView } from "./MarketView.ts"

export type Changeable<T> = { -readonly [K in keyof T]: T[K] }

export interface ModelOrder extends Changeable<OrderRequest> {
  readonly orderId: string
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
  /** Margin currency to account currency, fixed at the opening; kept with 8 digits. */
  marginRate: bigint
  /** Fixed by the opening price and rate; a reduced position keeps its share. */
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
  /** How many trades there were before the command under way. */
  tradesBefore: number
  ledger: Array<ModelEntry>
  /** How each order ended, in order. */
  endings: Array<string>
  /** Steps of stop-outs: the rule and what it chose. */
  steps: Array<string>
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
  tradesBefore: 0,
  ledger: [],
  endings: [],
  steps: [],
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

/** What the account already has of that symbol on that side, in the measure of the tiers. */
export const tiersFilled = (view: MarketView, positions: ReadonlyArray<ModelPosition>, symbol: string, side: Side): Fraction =>
  sumOf(
    positions
      .filter((position) => position.symbol === symbol && position.side === side)
      .map((position) => tierAmount(view.known(symbol), position.lots, position.openPrice))
  )

/**
 * A position's margin before it was rounded, so that an average is rounded once: what its price and rate give, if that is the margin it has;
 * a margin of another origin (tiers, a partial close) counts as it is.
 */
const unroundedMargin = (account: ModelAccount, view: MarketView, position: ModelPosition): Fraction => {
  const { symbol, lots, openPrice, marginRate, margin } = position
  const plain = plainMargin(view, account.leverage, { symbol, lots, price: openPrice, rate: ofScaled(marginRate) })
  return roundScaled(plain, account.currencyDigits) === margin ? plain : ofScaled(margin)
}

/** Covered volume at the hedged contract size and the average of all; uncovered at its own average. */
const basicMargin = (account: ModelAccount, view: MarketView, symbol: string, positions: ReadonlyArray<ModelPosition>): bigint => {
  const instrument = view.known(symbol)
  const hedgedShare = over(ofScaled(instrument.hedgedContractSize), ofScaled(instrument.contractSize))
  const perLot = (some: ReadonlyArray<ModelPosition>) =>
    over(sumOf(some.map((position) => unroundedMargin(account, view, position))), ofScaled(sum(some.map(lotsIn))))
  const longs = positions.filter((position) => position.side === "buy")
  const shorts = positions.filter((position) => position.side === "sell")
  const longLots = sum(longs.map(lotsIn))
  const shortLots = sum(shorts.map(lotsIn))
  const covered = ofScaled(longLots < shortLots ? longLots : shortLots)
  const uncovered = ofScaled(longLots < shortLots ? shortLots - longLots : longLots - shortLots)
  const coveredMargin = times(covered, hedgedShare, perLot(positions))
  const uncoveredMargin = times(uncovered, perLot(longLots < shortLots ? shorts : longs))
  return roundScaled(plus(coveredMargin, uncoveredMargin), account.currencyDigits)
}

const marginIn = (position: ModelPosition): bigint => position.margin
const lotsIn = (position: ModelPosition): bigint => position.lots
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Margin in one symbol: the larger side with its orders; or the basic mode's, and the larger side's orders on top. */
const symbolMargin = (
  account: ModelAccount,
  view: MarketView,
  symbol: string,
  positions: ReadonlyArray<ModelPosition>,
  orders: ReadonlyArray<ModelOrder>
): bigint => {
  const present = positions.filter((position) => position.symbol === symbol)
  const held = (side: Side) => sum(present.filter((position) => position.side === side).map(marginIn))
  const reserved = (side: Side) =>
    sum(orders.filter((order) => order.symbol === symbol && order.side === side).map((order) => order.reservedMargin))
  const isHedged = present.some((position) => position.side === "buy") && present.some((position) => position.side === "sell")
  if (view.group.hedgedMargin === "largerLeg" || account.mode === "netting") {
    return larger(held("buy") + reserved("buy"), held("sell") + reserved("sell"))
  }
  const positionsMargin = isHedged ? basicMargin(account, view, symbol, present) : held("buy") + held("sell")
  return positionsMargin + larger(reserved("buy"), reserved("sell"))
}

/** Margin of all positions and orders. */
export const usedMarginOf = (
  account: ModelAccount,
  view: MarketView,
  positions: ReadonlyArray<ModelPosition>,
  orders: ReadonlyArray<ModelOrder>
): bigint => {
  const symbols = new Set([...positions, ...orders].map((item) => item.symbol))
  return sum([...symbols].map((symbol) => symbolMargin(account, view, symbol, positions, orders)))
}

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
  const usedMargin = usedMarginOf(account, view, account.positions, account.orders)
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
