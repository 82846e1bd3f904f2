/** history: pages of what is over: trades and bookings, newest first. */
import { Result } from "effect"
import type { AccountsGroup } from "#contract/AccountsGroup.ts"
import { LedgerPage, type LedgerEntryView, OrderPage, type OrderView, TradePage, type TradeView } from "#contract/Views.ts"
import { call } from "./client.ts"
import { type Answer, operationsOf } from "./operation.ts"

const accounts = operationsOf<typeof AccountsGroup>()
const tradePage = accounts("GET /accounts/:accountId/trades", { success: TradePage })
const orderPage = accounts("GET /accounts/:accountId/orders", { success: OrderPage })
const ledgerPage = accounts("GET /accounts/:accountId/ledger", { success: LedgerPage })

export interface Page<Row> {
  readonly rows: ReadonlyArray<Row>
  /** Undefined on the last page. */
  readonly next: number | undefined
}

const PAGE_ROWS = 100

export type LoadPage<Row> = (accountId: string, cursor: number | undefined) => Promise<Answer<Page<Row>>>

const query = (cursor: number | undefined) => ({ limit: String(PAGE_ROWS), ...(cursor === undefined ? {} : { cursor: String(cursor) }) })
const nextOf = (cursor: string | null): number | undefined => (cursor === null ? undefined : Number(cursor))

export const loadTrades: LoadPage<TradeView> = async (accountId, cursor) =>
  Result.map(await call(tradePage({ params: { accountId }, query: query(cursor) })), (page) => ({
    rows: page.trades,
    next: nextOf(page.nextCursor)
  }))

/** Whatever became of them. */
export const loadOrders: LoadPage<OrderView> = async (accountId, cursor) =>
  Result.map(await call(orderPage({ params: { accountId }, query: query(cursor) })), (page) => ({
    rows: page.orders,
    next: nextOf(page.nextCursor)
  }))

export const loadLedger: LoadPage<LedgerEntryView> = async (accountId, cursor) =>
  Result.map(await call(ledgerPage({ params: { accountId }, query: query(cursor) })), (page) => ({
    rows: page.entries,
    next: nextOf(page.nextCursor)
  }))

/** The newest fills in a symbol. */
export const loadSymbolTrades = async (accountId: string, symbol: string): Promise<Answer<ReadonlyArray<TradeView>>> =>
  Result.map(await call(tradePage({ params: { accountId }, query: { symbol, limit: String(PAGE_ROWS) } })), (page) => page.trades)
