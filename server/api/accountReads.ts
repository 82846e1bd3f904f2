/**
 * accountReads: what an account holds (from the account itself) and what happened to it (from the read tables); of the account in the path,
 * whoever asks.
 */
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { Configurations } from "#actors/Configurations.ts"
import { CurrentAccount } from "#contract/Access.ts"
import { NotFound } from "#contract/Problem.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import { AccountReads, type PageRequest } from "#db/AccountReads.ts"
import { clientPrices } from "#domain/Book.ts"
import type { SymbolName } from "#domain/Quote.ts"
import type { OrderStatus, Side } from "#domain/Order.ts"
import { currentMarket } from "#server/api/market.ts"
import { unavailable, unavailableProblem } from "#server/api/refusals.ts"
import {
  accountSummary,
  activeOrders,
  changeView,
  digitsOf,
  ledgerEntryView,
  openPositions,
  orderView,
  positionAtMarket,
  positionRecordView,
  positionView,
  tradeView
} from "#server/api/views.ts"
import { Effect } from "effect"

interface ListQuery {
  readonly limit?: number
  readonly cursor?: number
}

const pageOf = (query: ListQuery): PageRequest => ({
  limit: query.limit ?? PAGE_LIMIT,
  cursor: query.cursor
})
const nextCursor = (cursor: number | undefined): string | null => (cursor === undefined ? null : String(cursor))

export const viewOf = (accountId: string) => Accounts.use((accounts) => accounts.view(accountId)).pipe(Effect.mapError(unavailableProblem))

/** A read, and the version that it is at least as new as. */
const reading = Effect.fnUntraced(function* () {
  const { accountId, currencyDigits } = yield* CurrentAccount
  const reads = yield* AccountReads
  const configurations = yield* Configurations
  const account = yield* reads.account(accountId)
  return { accountId, reads, digits: digitsOf(currencyDigits, configurations.current()), version: account?.version ?? 0 }
})

const fits = (item: { readonly symbol: string; readonly side: Side }, filter: { readonly symbol?: SymbolName; readonly side?: Side }) =>
  (filter.symbol === undefined || item.symbol === filter.symbol) && (filter.side === undefined || item.side === filter.side)

export const account = Effect.fnUntraced(function* () {
  const { accountId } = yield* CurrentAccount
  return accountSummary(yield* viewOf(accountId), yield* currentMarket)
})

export const conditions = Effect.fnUntraced(function* () {
  const { accountId } = yield* CurrentAccount
  const { state } = yield* viewOf(accountId)
  const configurations = yield* Configurations
  const group = configurations.current().groups[state.group]
  return group ?? (yield* new NotFound({ code: "GROUP_NOT_FOUND" }))
})

export const orders = Effect.fnUntraced(function* ({
  query
}: {
  readonly query: ListQuery & { readonly status?: OrderStatus | "active"; readonly symbol?: SymbolName }
}) {
  if (query.status === "active") {
    const { accountId } = yield* CurrentAccount
    const view = yield* viewOf(accountId)
    const orders = activeOrders(view.state, yield* currentMarket).filter((order) => fits(order, query))
    return { version: view.version, orders, nextCursor: null }
  }
  const { accountId, digits, reads, version } = yield* reading().pipe(Effect.mapError(unavailable))
  const filter = { ...pageOf(query), status: query.status, symbol: query.symbol }
  const { cursor, rows } = yield* reads.orders(accountId, filter).pipe(Effect.mapError(unavailable))
  return { version, orders: rows.map((order) => orderView(order, digits)), nextCursor: nextCursor(cursor) }
})

export const order = Effect.fnUntraced(function* ({ params: { orderId } }: { readonly params: { readonly orderId: string } }) {
  const { accountId, digits, reads } = yield* reading().pipe(Effect.mapError(unavailable))
  const order = yield* reads.order(accountId, orderId).pipe(Effect.mapError(unavailable))
  return order === undefined ? yield* new NotFound({ code: "ORDER_NOT_FOUND" }) : orderView(order, digits)
})

export const positions = Effect.fnUntraced(function* ({
  query
}: {
  readonly query: ListQuery & { readonly status?: "open" | "closed"; readonly symbol?: SymbolName; readonly side?: Side }
}) {
  if (query.status !== "closed") {
    const { accountId } = yield* CurrentAccount
    const view = yield* viewOf(accountId)
    const positions = openPositions(view.state, yield* currentMarket).filter((position) => fits(position, query))
    return { version: view.version, positions, nextCursor: null }
  }
  const { accountId, digits, reads, version } = yield* reading().pipe(Effect.mapError(unavailable))
  const filter = { ...pageOf(query), status: query.status, symbol: query.symbol, side: query.side }
  const { cursor, rows } = yield* reads.positions(accountId, filter).pipe(Effect.mapError(unavailable))
  return { version, positions: rows.map((position) => positionRecordView(position, digits)), nextCursor: nextCursor(cursor) }
})

export const position = Effect.fnUntraced(function* ({ params: { positionId } }: { readonly params: { readonly positionId: string } }) {
  const { accountId, digits, reads } = yield* reading().pipe(Effect.mapError(unavailable))
  const { state } = yield* viewOf(accountId)
  const open = state.positions.get(positionId)
  if (open !== undefined) {
    const prices = clientPrices(yield* currentMarket, state.group)
    return positionView(open, { status: "open", ...positionAtMarket(open, state, prices) }, digits)
  }
  const record = yield* reads.position(accountId, positionId).pipe(Effect.mapError(unavailable))
  return record === undefined ? yield* new NotFound({ code: "POSITION_NOT_FOUND" }) : positionRecordView(record, digits)
})

export const trades = Effect.fnUntraced(function* ({
  query
}: {
  readonly query: ListQuery & { readonly symbol?: SymbolName; readonly positionId?: string }
}) {
  const { accountId, digits, reads, version } = yield* reading().pipe(Effect.mapError(unavailable))
  const filter = { ...pageOf(query), symbol: query.symbol, positionId: query.positionId }
  const { cursor, rows } = yield* reads.trades(accountId, filter).pipe(Effect.mapError(unavailable))
  return { version, trades: rows.map((trade) => tradeView(trade, digits)), nextCursor: nextCursor(cursor) }
})

export const ledger = Effect.fnUntraced(function* ({ query }: { readonly query: ListQuery & { readonly kind?: string } }) {
  const { accountId, digits, reads, version } = yield* reading().pipe(Effect.mapError(unavailable))
  const { cursor, rows } = yield* reads.ledger(accountId, { ...pageOf(query), kind: query.kind }).pipe(Effect.mapError(unavailable))
  return { version, entries: rows.map((entry) => ledgerEntryView(entry, digits.money)), nextCursor: nextCursor(cursor) }
})

export const changes = Effect.fnUntraced(function* ({ query }: { readonly query: { readonly since: number; readonly limit?: number } }) {
  const { accountId, reads, version } = yield* reading().pipe(Effect.mapError(unavailable))
  const limit = query.limit ?? PAGE_LIMIT
  const records = yield* reads.changes(accountId, query.since, limit + 1).pipe(Effect.mapError(unavailable))
  const changes = records.slice(0, limit).map(({ event, sequence }) => changeView(sequence, event))
  return { version, changes, more: records.length > limit }
})
