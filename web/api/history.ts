/** history: pages of what is over: trades and bookings, newest first. */
import { Result } from "effect"
import type { LedgerEntryView, TradeView } from "#contract/Views.ts"
import { call } from "./client.ts"
import type { Failure } from "./failure.ts"

export interface Page<Row> {
  readonly rows: ReadonlyArray<Row>
  /** Undefined on the last page. */
  readonly next: number | undefined
}

const PAGE_ROWS = 100

export type LoadPage<Row> = (accountId: string, cursor: number | undefined) => Promise<Result.Result<Page<Row>, Failure>>

const query = (cursor: number | undefined) => ({ limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) })
const nextOf = (cursor: string | null): number | undefined => (cursor === null ? undefined : Number(cursor))

export const loadTrades: LoadPage<TradeView> = async (accountId, cursor) =>
  Result.map(await call((client) => client.accounts.trades({ params: { accountId }, query: query(cursor) })), (page) => ({
    rows: page.trades,
    next: nextOf(page.nextCursor)
  }))

export const loadLedger: LoadPage<LedgerEntryView> = async (accountId, cursor) =>
  Result.map(await call((client) => client.accounts.ledger({ params: { accountId }, query: query(cursor) })), (page) => ({
    rows: page.entries,
    next: nextOf(page.nextCursor)
  }))

/** The newest fills in a symbol. */
export const loadSymbolTrades = async (accountId: string, symbol: string): Promise<Result.Result<ReadonlyArray<TradeView>, Failure>> =>
  Result.map(
    await call((client) => client.accounts.trades({ params: { accountId }, query: { symbol, limit: PAGE_ROWS } })),
    (page) => page.trades
  )
