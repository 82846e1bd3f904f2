/** AdminApi: what staff do with accounts. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { NotFound } from "#contract/Problem.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { Users } from "#db/Users.ts"
import { note } from "#server/audit/AuditNote.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"
import { accountRows } from "#server/api/accountRows.ts"
import { balanceCommandId, bookedEntry } from "#server/api/bookedEntry.ts"
import { group, instrument, killSwitch, listGroups, putGroup, putInstrument } from "#server/api/configurationHandlers.ts"
import { marketHealth } from "#server/api/marketHealth.ts"
import { execute } from "#server/api/execute.ts"
import { currentMarket, decisionMarket } from "#server/api/market.ts"
import { unavailable, unavailableProblem } from "#server/api/refusals.ts"
import { settingsEffect } from "#server/api/settingsEffect.ts"
import { accountFigures, accountSummary, ledgerEntryView } from "#server/api/views.ts"
import { Effect } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"
import { randomUUID } from "node:crypto"

type OpenAccount = Extract<AccountCommand, { readonly _tag: "OpenAccount" }>

const entryOf = (accountId: string) =>
  Effect.gen(function* () {
    const directory = yield* AccountDirectory
    const entry = yield* directory.find(accountId).pipe(Effect.mapError(unavailable))
    return entry ?? (yield* new NotFound({ code: "ACCOUNT_NOT_FOUND" }))
  })

const viewOf = (accountId: string) => Accounts.use((accounts) => accounts.view(accountId)).pipe(Effect.mapError(unavailableProblem))

export const AdminApi = HttpApiBuilder.group(Api, "admin", (handlers) =>
  handlers.handleAll({
    listAccounts: Effect.fnUntraced(function* ({ query }) {
      const reads = yield* AccountReads
      const page = yield* reads.accounts({ limit: query.limit ?? PAGE_LIMIT, cursor: query.cursor }).pipe(Effect.mapError(unavailable))
      return { accounts: yield* accountRows(page.rows), nextCursor: page.cursor === undefined ? null : String(page.cursor) }
    }),
    createAccount: Effect.fnUntraced(function* ({ headers, payload: { clientId, ...conditions } }) {
      const reads = yield* AccountReads
      const users = yield* Users
      const staff = yield* CurrentUser
      const key = headers["idempotency-key"]
      const owner = yield* users.byId(clientId ?? staff.userId).pipe(Effect.mapError(unavailable))
      if (owner === undefined) return yield* new NotFound({ code: "CLIENT_NOT_FOUND" })
      const fresh = yield* reads.nextAccountId.pipe(Effect.mapError(unavailable))
      const accountId =
        key === undefined ? fresh : yield* users.accountForRequest(`${staff.userId} ${key}`, fresh).pipe(Effect.mapError(unavailable))
      const command: OpenAccount = { _tag: "OpenAccount", clientId: owner.userId, ...conditions }
      yield* note({ subject: `account:${accountId}`, after: { clientId: owner.userId, ...conditions } })
      yield* execute(accountId, key ?? randomUUID(), command)
      const body = accountSummary(yield* viewOf(accountId), yield* currentMarket)
      return HttpApiSchema.withHeaders({ body, headers: { location: `/accounts/${accountId}` } })
    }),
    balanceOperation: Effect.fnUntraced(function* ({ headers, params: { accountId }, payload }) {
      const { currencyDigits } = yield* entryOf(accountId)
      yield* note({ reason: payload.comment ?? payload.reference, after: payload })
      const commandId = headers["idempotency-key"] ?? balanceCommandId(payload.reference)
      const outcome = yield* execute(accountId, commandId, { _tag: "ApplyBalanceOperation", ...payload })
      return { accountId, version: outcome.version, entry: ledgerEntryView(yield* bookedEntry(outcome), currencyDigits) }
    }),
    changeSettings: Effect.fnUntraced(function* ({ headers, params: { accountId }, payload, query }) {
      yield* entryOf(accountId)
      const market = yield* decisionMarket
      const before = yield* viewOf(accountId)
      const effect = settingsEffect(before.state, payload, market)
      const shown = { accountId, before: accountFigures(before.state, market), ...effect }
      const { group, leverage, lotsMax, openPositionsMax, tradingMode } = before.state
      yield* note({
        before: { group, leverage, lotsMax, openPositionsMax, tradingMode },
        after: { ...payload, preview: query.preview === "true" }
      })
      if (query.preview === "true") return { ...shown, version: before.version, applied: false }
      const outcome = yield* execute(accountId, headers["idempotency-key"] ?? randomUUID(), { _tag: "ChangeSettings", ...payload })
      return { ...shown, version: outcome.version, applied: true, refusal: null }
    }),
    instrument,
    putInstrument,
    listGroups,
    group,
    putGroup,
    killSwitch,
    marketHealth
  })
)
