/**
 * prices: what the domain computes previews from. The same functions as in the engine, fed with what this page knows: instruments, the
 * account's conditions, the last quotes, and the account itself as a `Book`.
 */
import { amountOf } from "../lib/amountOf.ts"
import type { Book } from "#domain/Book.ts"
import { type Decimal, parseDecimal } from "#domain/Decimal.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { withdrawableAmount } from "#domain/Figures.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { OrderView, PositionView } from "#contract/Views.ts"
import { accountCell, figuresCell, ordersCell, positionsCell } from "./account.ts"
import { conditionsCell, instrumentsCell, rawQuoteCell } from "./market.ts"
import { derived, read } from "./store.ts"

/** One object as long as nothing in it changes: the domain keeps what it derives from a configuration beside it. */
const configurationValue = derived((read): Configuration | undefined => {
  const instruments = read(instrumentsCell)
  const conditions = read(conditionsCell)
  if (instruments === undefined || conditions === undefined) return undefined
  return { version: 0, instruments: Object.fromEntries(instruments), groups: { [conditions.name]: conditions }, halted: false }
})

/** Prices as they are at the moment of asking; who wants to follow them subscribes to the quotes. Undefined while loading. */
export const clientPricesValue = derived((tracked): ClientPrices | undefined => {
  const configuration = tracked(configurationValue)
  const group = tracked(conditionsCell)
  if (configuration === undefined || group === undefined) return undefined
  return { configuration, group, quote: (symbol) => read(rawQuoteCell(symbol)) }
})

const optional = (name: string, text: string | null) => (text === null ? {} : { [name]: amountOf(text) })

const positionOf = (view: PositionView): Position => ({
  positionId: view.positionId,
  symbol: view.symbol,
  side: view.side,
  lots: amountOf(view.lots),
  openPrice: amountOf(view.openPrice),
  openedAt: view.openedAt,
  ...optional("stopLoss", view.stopLoss),
  ...optional("takeProfit", view.takeProfit),
  margin: amountOf(view.margin),
  // The engine's own bookkeeping for changes of leverage; no figure on this page depends on it.
  marginRate: 0n,
  swap: amountOf(view.swap),
  commission: amountOf(view.commission),
  orderId: view.orderId
})

const orderOf = (view: OrderView): Order => ({
  orderId: view.orderId,
  symbol: view.symbol,
  side: view.side,
  type: view.type,
  status: view.status,
  timeInForce: view.timeInForce,
  lots: amountOf(view.lots),
  ...optional("limitPrice", view.limitPrice),
  ...optional("stopPrice", view.stopPrice),
  placedAt: view.placedAt,
  reservedMargin: amountOf(view.reservedMargin)
})

/** The account as the domain's figures are computed from it. */
export const bookValue = derived((read): Book | undefined => {
  const account = read(accountCell)
  if (account === undefined) return undefined
  return {
    currency: account.currency,
    currencyDigits: account.currencyDigits,
    mode: account.mode,
    group: account.group,
    leverage: account.leverage,
    balance: amountOf(account.balance),
    credit: amountOf(account.credit),
    positions: new Map(read(positionsCell).map((view) => [view.positionId, positionOf(view)])),
    orders: new Map(read(ordersCell).map((view) => [view.orderId, orderOf(view)])),
    reservations: new Map([["withdrawals", amountOf(account.reservedForWithdrawals)]])
  }
})

/** What could be taken out now, by the engine's own rule; undefined while a position cannot be valued. */
export const withdrawableValue = derived((read): Decimal | undefined => {
  const book = read(bookValue)
  const figures = read(figuresCell)
  const equity = parseDecimal(figures?.equity ?? "")
  if (book === undefined || figures === undefined || equity === undefined) return undefined
  return withdrawableAmount({ ...book, balance: amountOf(figures.balance) }, { equity, usedMargin: amountOf(figures.usedMargin) })
})
