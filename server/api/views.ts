/** views: accounts, orders, positions, trades and bookings as the contract shows them. Pure; the HTTP answers and the stream use the same ones. */
import { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountView } from "#actors/account/AccountProtocol.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import type { Refusal } from "#contract/Refusal.ts"
import type { AccountSummary, ChangeView, FiguresView, LedgerEntryView, OrderView, PositionView, TradeView } from "#contract/Views.ts"
import type { OrderRecord, PositionRecord } from "#db/AccountReads.ts"
import { clientPrices, type Book } from "#domain/Book.ts"
import { formatDecimal, roundDecimal, type Decimal } from "#domain/Decimal.ts"
import { clientFigures, floatingProfit, floatingProfitTotal, reservedWithdrawals, type Figures } from "#domain/Figures.ts"
import type { LedgerEntry } from "#domain/LedgerEntry.ts"
import { usedMargin } from "#domain/Margin.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { clientQuote, closingPrice, type ClientPrices, type Prices } from "#domain/Prices.ts"
import type { Trade } from "#domain/Trade.ts"
import { Schema } from "effect"

/** Digits of a margin level: enough to see on which side of a threshold it is. */
const PERCENT_DIGITS = 4

/** What amounts and prices are written with. */
export interface Digits {
  readonly money: number
  readonly ofSymbol: (symbol: string) => number
}

export const digitsOf = (currencyDigits: number, configuration: Prices["configuration"]): Digits => ({
  money: currencyDigits,
  ofSymbol: (symbol) => configuration.instruments[symbol]?.digits ?? 0
})

const percent = (value: Decimal): string => formatDecimal(roundDecimal(value, PERCENT_DIGITS), 2)
const orNull = (value: Decimal | undefined | null, digits: number): string | null =>
  value === undefined || value === null ? null : formatDecimal(value, digits)

export const refusalView = ({ context, reason }: Rejection): Refusal => ({ code: reason, context })

const accruedSwap = (book: Pick<Book, "positions">): Decimal => {
  let sum = 0n
  for (const position of book.positions.values()) sum += position.swap
  return sum
}

export const figuresView = (figures: Figures, floating: Decimal, swap: Decimal, digits: number): FiguresView => ({
  balance: formatDecimal(figures.balance, digits),
  credit: formatDecimal(figures.credit, digits),
  equity: formatDecimal(figures.equity, digits),
  usedMargin: formatDecimal(figures.usedMargin, digits),
  freeMargin: formatDecimal(figures.freeMargin, digits),
  marginLevelPercent: figures.marginLevelPercent === null ? null : percent(figures.marginLevelPercent),
  floatingProfit: formatDecimal(floating, digits),
  swap: formatDecimal(swap, digits)
})

/** An account's figures at the current quotes. */
export const accountFigures = (state: AccountState, prices: Prices): FiguresView => {
  const seen = clientPrices(prices, state.group)
  const figures = seen && clientFigures(state, seen)
  const digits = state.currencyDigits
  if (figures !== undefined) return figuresView(figures, floatingProfitTotal(state, figures), accruedSwap(state), digits)
  return {
    balance: formatDecimal(state.balance, digits),
    credit: formatDecimal(state.credit, digits),
    equity: null,
    usedMargin: formatDecimal(seen === undefined ? 0n : usedMargin(state, seen), digits),
    freeMargin: null,
    marginLevelPercent: null,
    floatingProfit: null,
    swap: formatDecimal(accruedSwap(state), digits)
  }
}

export const accountSummary = ({ state, version }: AccountView, prices: Prices): AccountSummary => {
  const group = prices.configuration.groups[state.group]
  return {
    accountId: state.accountId,
    version,
    clientId: state.clientId,
    currency: state.currency,
    currencyDigits: state.currencyDigits,
    mode: state.mode,
    group: state.group,
    leverage: state.leverage,
    tradingMode: state.tradingMode,
    lotsMax: orNull(state.lotsMax, 0),
    openPositionsMax: state.openPositionsMax ?? null,
    ...accountFigures(state, prices),
    reservedForWithdrawals: formatDecimal(reservedWithdrawals(state), state.currencyDigits),
    marginWatch: state.marginWatch,
    marginCallLevelPercent: percent(group?.marginCallLevelPercent ?? 0n),
    stopOutLevelPercent: percent(group?.stopOutLevelPercent ?? 0n),
    openPositions: state.positions.size,
    pendingOrders: state.orders.size,
    openedAt: state.openedAt
  }
}

/** What became of an order; a resting one has nothing of it yet. */
export type OrderOutcomeView = Partial<Pick<OrderRecord, "updatedAt" | "fillPrice" | "positionId" | "cancelCause" | "rejection">>

export const orderView = (order: Order & OrderOutcomeView, digits: Digits): OrderView => {
  const price = (value: Decimal | undefined) => orNull(value, digits.ofSymbol(order.symbol))
  return {
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    status: order.status,
    lots: formatDecimal(order.lots),
    limitPrice: price(order.limitPrice),
    stopPrice: price(order.stopPrice),
    timeInForce: order.timeInForce,
    expiresAt: order.expiresAt ?? null,
    stopLoss: price(order.stopLoss),
    takeProfit: price(order.takeProfit),
    trailingStop: order.trailingStop ?? null,
    maxSlippagePoints: order.maxSlippagePoints ?? null,
    ocoGroup: order.ocoGroup ?? null,
    comment: order.comment ?? null,
    reservedMargin: formatDecimal(order.reservedMargin, digits.money),
    placedAt: order.placedAt,
    updatedAt: order.updatedAt ?? order.placedAt,
    fillPrice: price(order.fillPrice),
    positionId: order.positionId ?? null,
    cancelCause: order.cancelCause ?? null,
    refusal: order.rejection === undefined ? null : refusalView(order.rejection)
  }
}

/** A position at a price, or closed. */
export interface PositionOutcomeView {
  readonly status: PositionView["status"]
  readonly realizedProfit?: Decimal | undefined
  readonly closePrice?: Decimal | undefined
  readonly closedAt?: number | undefined
  readonly currentPrice?: Decimal | undefined
  readonly floatingProfit?: Decimal | undefined
}

export const positionView = (position: Position, outcome: PositionOutcomeView, digits: Digits): PositionView => {
  const price = (value: Decimal | undefined) => orNull(value, digits.ofSymbol(position.symbol))
  const money = (value: Decimal) => formatDecimal(value, digits.money)
  return {
    positionId: position.positionId,
    symbol: position.symbol,
    side: position.side,
    status: outcome.status,
    lots: formatDecimal(position.lots),
    openPrice: formatDecimal(position.openPrice, digits.ofSymbol(position.symbol)),
    stopLoss: price(position.stopLoss),
    takeProfit: price(position.takeProfit),
    trailingStop: position.trailingStop ?? null,
    margin: money(position.margin),
    swap: money(position.swap),
    commission: money(position.commission),
    orderId: position.orderId,
    openedAt: position.openedAt,
    currentPrice: price(outcome.currentPrice),
    floatingProfit: orNull(outcome.floatingProfit, digits.money),
    realizedProfit: orNull(outcome.realizedProfit, digits.money),
    closePrice: price(outcome.closePrice),
    closedAt: outcome.closedAt ?? null
  }
}

/** What an open position would be closed at now, and what that would realize. */
export const positionAtMarket = (
  position: Position,
  state: AccountState,
  prices: ClientPrices | undefined
): Pick<PositionOutcomeView, "currentPrice" | "floatingProfit"> => {
  const instrument = prices?.configuration.instruments[position.symbol]
  if (prices === undefined || instrument === undefined) return {}
  const quote = clientQuote(prices, instrument)
  return {
    currentPrice: quote && closingPrice(position.side, quote),
    floatingProfit: floatingProfit(prices, state, position)
  }
}

/** All open positions of an account at the current quotes, in order of opening. */
export const openPositions = (state: AccountState, prices: Prices): ReadonlyArray<PositionView> => {
  const seen = clientPrices(prices, state.group)
  const digits = digitsOf(state.currencyDigits, prices.configuration)
  return [...state.positions.values()].map((position) =>
    positionView(position, { status: "open", ...positionAtMarket(position, state, seen) }, digits)
  )
}

export const activeOrders = (state: AccountState, prices: Prices): ReadonlyArray<OrderView> => {
  const digits = digitsOf(state.currencyDigits, prices.configuration)
  return [...state.orders.values()].map((order) => orderView(order, digits))
}

export const positionRecordView = (record: PositionRecord, digits: Digits): PositionView =>
  positionView(record, record.status === "closed" ? record : { status: "open" }, digits)

export const tradeView = (trade: Trade, digits: Digits): TradeView => {
  const price = (value: Decimal) => formatDecimal(value, digits.ofSymbol(trade.symbol))
  const money = (value: Decimal) => formatDecimal(value, digits.money)
  return {
    tradeId: trade.tradeId,
    orderId: trade.orderId ?? null,
    positionId: trade.positionId,
    symbol: trade.symbol,
    side: trade.side,
    entry: trade.entry,
    cause: trade.cause,
    lots: formatDecimal(trade.lots),
    price: price(trade.price),
    realizedProfit: money(trade.realizedProfit),
    swap: money(trade.swap),
    commission: money(trade.commission),
    bid: price(trade.quote.bid),
    ask: price(trade.quote.ask),
    executedAt: trade.executedAt
  }
}

export const ledgerEntryView = (entry: LedgerEntry, moneyDigits: number): LedgerEntryView => ({
  entryId: entry.entryId,
  kind: entry.kind,
  amount: formatDecimal(entry.amount, moneyDigits),
  balanceAfter: formatDecimal(entry.balanceAfter, moneyDigits),
  creditAfter: formatDecimal(entry.creditAfter, moneyDigits),
  reference: entry.reference ?? null,
  comment: entry.comment ?? null,
  bookedAt: entry.bookedAt
})

const encodeEvent = Schema.encodeSync(Schema.toCodecJson(AccountEvent))
const decodeJsonObject = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Json))

export const changeView = (sequence: number, event: AccountEvent): ChangeView => {
  const { _tag, at: _at, ...data } = decodeJsonObject(encodeEvent(event))
  return { sequence, type: event._tag, time: event.at, data }
}
