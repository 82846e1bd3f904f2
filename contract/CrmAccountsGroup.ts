/** CrmAccountsGroup: accounts as the CRM reads them and books in them, and everything that happened, for reconciling. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { LedgerEntryKind } from "#domain/LedgerEntry.ts"
import { OrderStatus, Side } from "#domain/Order.ts"
import { SymbolName } from "#domain/Quote.ts"
import { AdminAccountRow, BalanceOperationRequest, BalanceOperationResult } from "#contract/AdminGroup.ts"
import { requiresScope, ServiceAccess, ServiceAccountAccess } from "#contract/CrmAccess.ts"
import { AccountConditions, serviceHeaders } from "#contract/CrmUsersGroup.ts"
import { CommandRefused, Conflict, IdempotencyKeyMissing, IdempotencyKeyReused, NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { commandHeaders } from "#contract/Requests.ts"
import { UserId } from "#contract/UsersGroup.ts"
import { AccountSummary, ChangePage, LedgerPage, OrderPage, OrderView, PositionPage, PositionView, TradePage } from "#contract/Views.ts"
import { WebhookEvent } from "#contract/WebhookEvents.ts"
import { AccountId, LimitFromQuery, NextCursor, OrderId, PAGE_LIMIT_MAX, pageQuery, PositionId, VersionFromQuery } from "#contract/Wire.ts"

const inAccount = { accountId: AccountId }
const commandErrors = [NotFound, Conflict, CommandRefused, IdempotencyKeyReused, ServiceUnavailable] as const

/** A place in the stream of changes: digits that only grow. */
const ChangeCursor = Schema.String.check(Schema.isPattern(/^\d{1,15}$/u, { expected: "digits" })).annotate({
  description: "A place among the changes: `next` of an answer before, 0 for the beginning",
  examples: ["0"]
})

export const CrmChanges = Schema.Struct({
  changes: Schema.Array(WebhookEvent).check(Schema.isMaxLength(PAGE_LIMIT_MAX)),
  next: ChangeCursor.annotate({ description: "Ask from here the next time; the same again when there was nothing new", examples: ["42"] }),
  more: Schema.Boolean.annotate({ description: "There are more already" })
}).annotate({
  identifier: "CrmChanges",
  examples: [
    {
      changes: [
        {
          id: "evt_2f1c09be22a74f1c09be22a74f1c09be",
          type: "user.created",
          timestamp: 1_795_438_882_123,
          data: {
            user: {
              userId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77",
              externalId: null,
              email: "trader@example.com",
              name: "Ada Trader",
              emailVerified: false,
              blocked: false,
              createdAt: 1_795_438_882_123
            }
          }
        }
      ],
      next: "1",
      more: false
    }
  ]
})

const exampleConditions = { currency: "USD", mode: "hedging", group: "retail", leverage: 30 } as const

export const OpenAccountRequest = Schema.Struct({ clientId: UserId, ...AccountConditions.fields }).annotate({
  identifier: "OpenAccount",
  examples: [{ clientId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77", ...exampleConditions }]
})

const ofAccount = HttpApiGroup.make("crmAccounts")
  .add(
    HttpApiEndpoint.get("account", "/crm/accounts/:accountId", { params: inAccount, success: AccountSummary, error: ServiceUnavailable })
      .annotateMerge(OpenApi.annotations({ summary: "An account with its figures at the current quotes" }))
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.get("orders", "/crm/accounts/:accountId/orders", {
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
    })
      .annotateMerge(OpenApi.annotations({ summary: "Orders, newest first" }))
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.get("order", "/crm/accounts/:accountId/orders/:orderId", {
      params: { ...inAccount, orderId: OrderId },
      success: OrderView,
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "One order, whatever became of it" }))
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.get("positions", "/crm/accounts/:accountId/positions", {
      params: inAccount,
      query: {
        ...pageQuery,
        status: Schema.optionalKey(Schema.Literals(["open", "closed"]).annotate({ description: "open when absent" })),
        symbol: Schema.optionalKey(SymbolName),
        side: Schema.optionalKey(Side)
      },
      success: PositionPage,
      error: ServiceUnavailable
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Positions",
          description: "Open ones come all at once with their floating profit; closed ones in pages, newest first."
        })
      )
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.get("position", "/crm/accounts/:accountId/positions/:positionId", {
      params: { ...inAccount, positionId: PositionId },
      success: PositionView,
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "One position, open or closed" }))
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.get("trades", "/crm/accounts/:accountId/trades", {
      params: inAccount,
      query: { ...pageQuery, symbol: Schema.optionalKey(SymbolName), positionId: Schema.optionalKey(PositionId) },
      success: TradePage,
      error: ServiceUnavailable
    })
      .annotateMerge(OpenApi.annotations({ summary: "Trades, newest first" }))
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.get("ledger", "/crm/accounts/:accountId/ledger", {
      params: inAccount,
      query: { ...pageQuery, kind: Schema.optionalKey(LedgerEntryKind) },
      success: LedgerPage,
      error: ServiceUnavailable
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Bookings, newest first",
          description: "The balance is the sum of all of them but creditIn and creditOut, which move the credit."
        })
      )
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.get("accountChanges", "/crm/accounts/:accountId/changes", {
      params: inAccount,
      query: { since: VersionFromQuery, limit: LimitFromQuery },
      success: ChangePage,
      error: ServiceUnavailable
    })
      .annotateMerge(OpenApi.annotations({ summary: "The account's events after a version, oldest first" }))
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.post("balanceOperation", "/crm/accounts/:accountId/balance-operations", {
      params: inAccount,
      headers: serviceHeaders,
      payload: BalanceOperationRequest,
      success: BalanceOperationResult.pipe(HttpApiSchema.status(201)),
      error: commandErrors
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Book a deposit, a withdrawal, credit or a correction",
          description:
            "`reference` books once: the same operation again is answered like the first one and books nothing; another operation under the same " +
            "reference is refused. What was refused booked nothing and may be tried anew. A withdrawal never exceeds the free amount."
        })
      )
      .annotateMerge(requiresScope("balance:write"))
  )
  .middleware(ServiceAccountAccess)

export class CrmAccountsGroup extends ofAccount
  .add(
    HttpApiEndpoint.get("accounts", "/crm/accounts", {
      query: { ...pageQuery, clientId: Schema.optionalKey(UserId) },
      success: Schema.Struct({
        accounts: Schema.Array(AdminAccountRow).check(Schema.isMaxLength(PAGE_LIMIT_MAX)),
        nextCursor: NextCursor
      }).annotate({
        identifier: "CrmAccounts",
        examples: [
          {
            accounts: [
              {
                accountId: "100001",
                clientId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77",
                clientEmail: "trader@example.com",
                ...exampleConditions,
                version: 12,
                balance: "9990.00",
                credit: "0.00",
                exposed: true
              }
            ],
            nextCursor: null
          }
        ]
      }),
      error: ServiceUnavailable
    })
      .annotateMerge(OpenApi.annotations({ summary: "Accounts by number", description: "Those of one client come all at once." }))
      .annotateMerge(requiresScope("accounts:read")),
    HttpApiEndpoint.post("openAccount", "/crm/accounts", {
      headers: commandHeaders,
      payload: OpenAccountRequest,
      success: HttpApiSchema.WithHeaders(AccountSummary.pipe(HttpApiSchema.status(201)), { location: Schema.String }),
      error: [IdempotencyKeyMissing, ...commandErrors]
    })
      .annotateMerge(
        OpenApi.annotations({ summary: "Open an account for a client", description: "The same key again is the same account." })
      )
      .annotateMerge(requiresScope("accounts:write")),
    HttpApiEndpoint.get("changes", "/crm/changes", {
      query: { since: ChangeCursor, limit: LimitFromQuery },
      success: CrmChanges,
      error: ServiceUnavailable
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Everything that webhooks tell, in one order",
          description:
            "For who was away, or wants to be sure: every event that is or was to be sent, with the id under which it is sent, none left out and none " +
            "twice. Events about one account, and about one user, stand in the order in which they happened. Ask again from `next`."
        })
      )
      .annotateMerge(requiresScope("changes:read"))
  )
  .middleware(ServiceAccess)
  .annotateMerge(OpenApi.annotations({ title: "CRM: accounts", description: "For the CRM, with an API key or a service token." })) {}
