/** AccountsGroup: what an account holds and what happened to it. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { AccountGroup } from "#domain/AccountGroup.ts"
import { LedgerEntryKind } from "#domain/LedgerEntry.ts"
import { OrderStatus, Side } from "#domain/Order.ts"
import { SymbolName } from "#domain/Quote.ts"
import { AccountAccess, Session } from "#contract/Access.ts"
import { NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { AccountSummary, ChangePage, LedgerPage, OrderPage, OrderView, PositionPage, PositionView, TradePage } from "#contract/Views.ts"
import { AccountId, LimitFromQuery, OrderId, pageQuery, PositionId, VersionFromQuery } from "#contract/Wire.ts"

const inAccount = { accountId: AccountId }

export class AccountsGroup extends HttpApiGroup.make("accounts")
  .add(
    HttpApiEndpoint.get("account", "/accounts/:accountId", {
      params: inAccount,
      success: AccountSummary,
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "An account with its figures at the current quotes" })),
    HttpApiEndpoint.get("conditions", "/accounts/:accountId/conditions", {
      params: inAccount,
      success: AccountGroup,
      error: ServiceUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        summary: "The conditions that the account trades under",
        description:
          "Its group's levels, leverage caps, mark-up and commissions: with them and the instruments a client computes margin and cost by itself."
      })
    ),
    HttpApiEndpoint.get("orders", "/accounts/:accountId/orders", {
      params: inAccount,
      query: {
        ...pageQuery,
        status: Schema.optionalKey(
          Schema.Union([OrderStatus, Schema.Literal("active")]).annotate({ description: "active: pending or triggered" })
        ),
        symbol: Schema.optionalKey(SymbolName)
      },
      success: OrderPage,
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "Orders, newest first" })),
    HttpApiEndpoint.get("order", "/accounts/:accountId/orders/:orderId", {
      params: { ...inAccount, orderId: OrderId },
      success: OrderView,
      error: [NotFound, ServiceUnavailable]
    }).annotateMerge(OpenApi.annotations({ summary: "One order, whatever became of it" })),
    HttpApiEndpoint.get("positions", "/accounts/:accountId/positions", {
      params: inAccount,
      query: {
        ...pageQuery,
        status: Schema.optionalKey(Schema.Literals(["open", "closed"]).annotate({ description: "open when absent" })),
        symbol: Schema.optionalKey(SymbolName),
        side: Schema.optionalKey(Side)
      },
      success: PositionPage,
      error: ServiceUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Positions",
        description: "Open ones come all at once with their floating profit; closed ones in pages, newest first."
      })
    ),
    HttpApiEndpoint.get("position", "/accounts/:accountId/positions/:positionId", {
      params: { ...inAccount, positionId: PositionId },
      success: PositionView,
      error: [NotFound, ServiceUnavailable]
    }).annotateMerge(OpenApi.annotations({ summary: "One position, open or closed" })),
    HttpApiEndpoint.get("trades", "/accounts/:accountId/trades", {
      params: inAccount,
      query: { ...pageQuery, symbol: Schema.optionalKey(SymbolName), positionId: Schema.optionalKey(PositionId) },
      success: TradePage,
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "Trades, newest first" })),
    HttpApiEndpoint.get("ledger", "/accounts/:accountId/ledger", {
      params: inAccount,
      query: { ...pageQuery, kind: Schema.optionalKey(LedgerEntryKind) },
      success: LedgerPage,
      error: ServiceUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Bookings, newest first",
        description: "The balance is the sum of all of them but creditIn and creditOut, which move the credit."
      })
    ),
    HttpApiEndpoint.get("changes", "/accounts/:accountId/changes", {
      params: inAccount,
      query: { since: VersionFromQuery, limit: LimitFromQuery },
      success: ChangePage,
      error: ServiceUnavailable
    }).annotateMerge(
      OpenApi.annotations({ summary: "Events after a version, oldest first", description: "How a client that was away catches up." })
    )
  )
  .middleware(AccountAccess)
  .add(
    HttpApiEndpoint.get("accounts", "/accounts", {
      success: Schema.Struct({ accounts: Schema.Array(AccountSummary) }),
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "The signed-in client's accounts" }))
  )
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Accounts", description: "Each answer carries the account's version." })) {}
