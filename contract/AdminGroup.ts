/** AdminGroup: what staff do: open accounts, book money, change settings and configuration, stop trading. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AccountGroup } from "#domain/AccountGroup.ts"
import { AccountMode } from "#domain/AccountMode.ts"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Currency, Instrument } from "#domain/Instrument.ts"
import { SymbolName } from "#domain/Quote.ts"
import { AccountGroupRequest, InstrumentRequest } from "#contract/InstrumentRequest.ts"
import { AllowedRoles, Session } from "#contract/Access.ts"
import { STAFF, type Role } from "#contract/Role.ts"
import { MarketHealth } from "#contract/MarketHealth.ts"
import { CommandRefused, Conflict, IdempotencyKeyReused, NotFound, ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"
import { IdempotencyKey } from "#contract/Requests.ts"
import { Refusal } from "#contract/Refusal.ts"
import { AccountSummary, FiguresView, LedgerEntryView, MarginWatchState, TradingMode } from "#contract/Views.ts"
import { AccountId, NextCursor, pageQuery, plainText, Version } from "#contract/Wire.ts"

const inAccount = { accountId: AccountId }
/** Optional here: without one the request is its own command. Balance operations are booked once by their reference in any case. */
const staffHeaders = { "idempotency-key": Schema.optionalKey(IdempotencyKey) }
const commandErrors = [NotFound, Conflict, CommandRefused, IdempotencyKeyReused, ServiceUnavailable] as const
const ADMIN: ReadonlyArray<Role> = ["admin"]
const CONFIGURATION: ReadonlyArray<Role> = ["operator", "admin"]
const RISK: ReadonlyArray<Role> = ["risk", "admin"]
const MARKET: ReadonlyArray<Role> = ["risk", "operator", "admin"]

export const CreateAccountRequest = Schema.Struct({
  clientId: Schema.optionalKey(plainText(1, 64).annotate({ description: "Absent: the account belongs to who opens it" })),
  currency: Currency,
  mode: AccountMode,
  group: AccountGroup.fields.name,
  leverage: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))
}).annotate({ identifier: "CreateAccount", examples: [{ currency: "USD", mode: "hedging", group: "professional", leverage: 100 }] })

export const BalanceOperationRequest = Schema.Struct({
  kind: Schema.Literals(["deposit", "withdrawal", "creditIn", "creditOut", "correction"]),
  amount: DecimalFromString.annotate({ description: "Positive; of a correction its sign counts" }),
  reference: plainText(1, 128).annotate({
    description: "Books once: a second operation with the same reference is refused"
  }),
  comment: Schema.optionalKey(plainText(0, 256))
}).annotate({ identifier: "BalanceOperation", examples: [{ kind: "deposit", amount: 1_000_000_000_000n, reference: "wire-2026-0042" }] })

export const BalanceOperationResult = Schema.Struct({ accountId: AccountId, version: Version, entry: LedgerEntryView }).annotate({
  identifier: "BalanceOperationResult",
  examples: [
    {
      accountId: "100001",
      version: 2,
      entry: {
        entryId: "L1",
        kind: "deposit",
        amount: "10000.00",
        balanceAfter: "10000.00",
        creditAfter: "0.00",
        reference: "wire-2026-0042",
        comment: null,
        bookedAt: 1_795_438_882_123
      }
    }
  ]
})

export const ChangeSettingsRequest = Schema.Struct({
  leverage: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))),
  group: Schema.optionalKey(AccountGroup.fields.name),
  lotsMax: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
  openPositionsMax: Schema.optionalKey(Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 500 })))),
  tradingMode: Schema.optionalKey(TradingMode)
}).annotate({
  identifier: "ChangeSettings",
  description: "A field that is absent stays as it is, null removes the limit",
  examples: [{ leverage: 50, tradingMode: "closeOnly" }]
})

/** What a change of settings does, or with `preview=true` would do, to the account's margin. */
export const SettingsResult = Schema.Struct({
  accountId: AccountId,
  version: Version,
  applied: Schema.Boolean,
  /** Why it would be refused. Only in a preview; otherwise a refusal is a problem. */
  refusal: Schema.NullOr(Refusal),
  before: FiguresView,
  after: FiguresView,
  /** Where the margin watch would stand afterwards. */
  marginWatchAfter: MarginWatchState
}).annotate({ identifier: "SettingsResult" })

/** `reason` is for the audit trail. */
const thrown = { halted: Schema.Boolean, reason: Schema.optionalKey(plainText(1, 500)) }
export const KillSwitchRequest = Schema.Union([
  Schema.Struct({ scope: Schema.Literal("everything"), ...thrown }),
  Schema.Struct({ scope: Schema.Literal("symbol"), symbol: SymbolName, ...thrown }),
  Schema.Struct({ scope: Schema.Literal("client"), clientId: plainText(1, 64), ...thrown }),
  Schema.Struct({ scope: Schema.Literal("account"), accountId: AccountId, ...thrown })
]).annotate({
  identifier: "KillSwitch",
  description: "While halted nothing new is traded; closing stays allowed",
  examples: [{ scope: "symbol", symbol: "EURUSD", halted: true }]
})

export const AdminAccountRow = Schema.Struct({
  accountId: AccountId,
  clientId: Schema.String,
  clientEmail: Schema.NullOr(Schema.String),
  currency: Currency,
  mode: AccountMode,
  group: Schema.String,
  leverage: Schema.Int,
  version: Version,
  balance: Schema.String,
  credit: Schema.String,
  exposed: Schema.Boolean
}).annotate({ identifier: "AdminAccountRow" })

export class AdminGroup extends HttpApiGroup.make("admin")
  .add(
    HttpApiEndpoint.get("listAccounts", "/admin/accounts", {
      query: pageQuery,
      success: Schema.Struct({ accounts: Schema.Array(AdminAccountRow), nextCursor: NextCursor }),
      error: ServiceUnavailable
    })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "All accounts" })),
    HttpApiEndpoint.post("createAccount", "/admin/accounts", {
      headers: staffHeaders,
      payload: CreateAccountRequest,
      success: HttpApiSchema.WithHeaders(AccountSummary.pipe(HttpApiSchema.status(201)), { location: Schema.String }),
      error: commandErrors
    })
      .annotate(AllowedRoles, ADMIN)
      .annotateMerge(OpenApi.annotations({ summary: "Open an account" })),
    HttpApiEndpoint.post("balanceOperation", "/admin/accounts/:accountId/balance-operations", {
      params: inAccount,
      headers: staffHeaders,
      payload: BalanceOperationRequest,
      success: BalanceOperationResult.pipe(HttpApiSchema.status(201)),
      error: commandErrors
    })
      .annotate(AllowedRoles, ADMIN)
      .annotateMerge(OpenApi.annotations({ summary: "Book a deposit, a withdrawal, credit or a correction" })),
    HttpApiEndpoint.patch("changeSettings", "/admin/accounts/:accountId/settings", {
      params: inAccount,
      query: { preview: Schema.optionalKey(Schema.Literals(["true", "false"])) },
      headers: staffHeaders,
      payload: ChangeSettingsRequest,
      success: SettingsResult,
      error: commandErrors
    })
      .annotate(AllowedRoles, RISK)
      .annotateMerge(
        OpenApi.annotations({
          summary: "Change leverage, group or limits",
          description: "With preview=true nothing changes; the answer shows the effect on margin."
        })
      ),
    HttpApiEndpoint.get("instrument", "/admin/instruments/:symbol", {
      params: { symbol: SymbolName },
      success: Instrument,
      error: NotFound
    })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "An instrument's conditions" })),
    HttpApiEndpoint.put("putInstrument", "/admin/instruments/:symbol", {
      params: { symbol: SymbolName },
      payload: InstrumentRequest,
      success: Schema.Struct({ configurationVersion: Schema.Int, instrument: Instrument }).annotate({ identifier: "InstrumentResult" }),
      error: [ValidationFailed, ServiceUnavailable]
    })
      .annotate(AllowedRoles, CONFIGURATION)
      .annotateMerge(
        OpenApi.annotations({
          summary: "Add an instrument, or replace its conditions",
          description: "Takes effect on the next decision; margin of open positions stays."
        })
      ),
    HttpApiEndpoint.get("listGroups", "/admin/groups", { success: Schema.Struct({ groups: Schema.Array(AccountGroup) }) })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "All account groups" })),
    HttpApiEndpoint.get("group", "/admin/groups/:name", {
      params: { name: AccountGroup.fields.name },
      success: AccountGroup,
      error: NotFound
    })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "An account group's conditions" })),
    HttpApiEndpoint.put("putGroup", "/admin/groups/:name", {
      params: { name: AccountGroup.fields.name },
      payload: AccountGroupRequest,
      success: Schema.Struct({ configurationVersion: Schema.Int, group: AccountGroup }).annotate({ identifier: "GroupResult" }),
      error: [ValidationFailed, ServiceUnavailable]
    })
      .annotate(AllowedRoles, CONFIGURATION)
      .annotateMerge(OpenApi.annotations({ summary: "Add an account group, or replace its conditions" })),
    HttpApiEndpoint.get("marketHealth", "/admin/market/health", {
      query: { symbol: Schema.optionalKey(SymbolName) },
      success: MarketHealth,
      error: NotFound
    })
      .annotate(AllowedRoles, MARKET)
      .annotateMerge(
        OpenApi.annotations({
          summary: "How the price feed and each symbol's quotes are",
          description: "Counts are those of the node that answers. With a symbol: that one alone, with the quotes that were rejected."
        })
      ),
    HttpApiEndpoint.put("killSwitch", "/admin/kill-switch", {
      payload: KillSwitchRequest,
      success: Schema.Struct({
        configurationVersion: Schema.Int,
        halted: Schema.Boolean,
        haltedSymbols: Schema.Array(SymbolName)
      }).annotate({
        identifier: "KillSwitchState"
      }),
      error: [NotFound, CommandRefused, ServiceUnavailable]
    })
      .annotate(AllowedRoles, RISK)
      .annotateMerge(OpenApi.annotations({ summary: "Stop or resume trading in everything, a symbol, a client or an account" }))
  )
  .middleware(Session)
  .annotateMerge(
    OpenApi.annotations({ title: "Administration", description: "For staff. The demo administrator of `npm start` may do all of it." })
  ) {}
