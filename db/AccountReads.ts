/** AccountReads: what clients and staff list, read from the projections. Newest first, by keyset: a page's cursor is the number of its last row. */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { LedgerEntry } from "#domain/LedgerEntry.ts"
import type { Order, OrderStatus, Side } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { Trade } from "#domain/Trade.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { Context, Schema, type Effect } from "effect"

export class ReadsUnavailable extends Schema.TaggedError<ReadsUnavailable>()("ReadsUnavailable", { cause: Schema.String }) {}

/** Most rows of a page. */
export const PAGE_ROWS_MAX = 1_000

export interface PageRequest {
  readonly limit: number
  /** Rows older than this one; undefined for the newest. */
  readonly cursor: number | undefined
}
export interface Page<Row> {
  readonly rows: ReadonlyArray<Row>
  /** Undefined on the last page. */
  readonly cursor: number | undefined
}

/** An order with what became of it. */
export interface OrderRecord extends Order {
  readonly updatedAt: number
  readonly fillPrice: Decimal | undefined
  readonly positionId: string | undefined
  readonly cancelCause: string | undefined
  readonly rejection: Rejection | undefined
}
/** A position with what became of it. */
export interface PositionRecord extends Position {
  readonly status: "open" | "closed"
  readonly closedAt: number | undefined
  /** Of the last closing fill. */
  readonly closePrice: Decimal | undefined
  /** Sum over all closing fills so far, account currency. */
  readonly realizedProfit: Decimal
}
export interface AccountRecord {
  readonly accountId: string
  readonly clientId: string
  readonly currency: string
  readonly mode: "hedging" | "netting"
  readonly group: string
  readonly leverage: number
  readonly version: number
  readonly balance: Decimal
  readonly credit: Decimal
  readonly exposed: boolean
  readonly openedAt: number
}
export interface ChangeRecord {
  readonly sequence: number
  readonly event: AccountEvent
}

type Read<A> = Effect.Effect<A, ReadsUnavailable>

export class AccountReads extends Context.Service<
  AccountReads,
  {
    readonly account: (accountId: string) => Read<AccountRecord | undefined>
    readonly accountsOfClient: (clientId: string) => Read<ReadonlyArray<AccountRecord>>
    /** All accounts, by id; for staff. */
    readonly accounts: (page: PageRequest) => Read<Page<AccountRecord>>
    readonly orders: (
      accountId: string,
      filter: PageRequest & { readonly status?: OrderStatus | undefined; readonly symbol?: string | undefined }
    ) => Read<Page<OrderRecord>>
    readonly order: (accountId: string, orderId: string) => Read<OrderRecord | undefined>
    readonly positions: (
      accountId: string,
      filter: PageRequest & {
        readonly status?: "open" | "closed" | undefined
        readonly symbol?: string | undefined
        readonly side?: Side | undefined
      }
    ) => Read<Page<PositionRecord>>
    readonly position: (accountId: string, positionId: string) => Read<PositionRecord | undefined>
    readonly trades: (
      accountId: string,
      filter: PageRequest & { readonly symbol?: string | undefined; readonly positionId?: string | undefined }
    ) => Read<Page<Trade>>
    readonly ledger: (accountId: string, filter: PageRequest & { readonly kind?: string | undefined }) => Read<Page<LedgerEntry>>
    /** What a balance operation booked under its reference, however long ago. */
    readonly bookedUnder: (accountId: string, reference: string) => Read<LedgerEntry | undefined>
    /** Ids of each client's accounts, by client. */
    readonly accountIdsOfClients: (clientIds: ReadonlyArray<string>) => Read<ReadonlyMap<string, ReadonlyArray<string>>>
    /** Events after `since`, oldest first. */
    readonly changes: (accountId: string, since: number, limit: number) => Read<ReadonlyArray<ChangeRecord>>
    /** A new account's id: numbers from a sequence, "100001" onward. */
    readonly nextAccountId: Read<string>
  }
>()("db/AccountReads") {}
