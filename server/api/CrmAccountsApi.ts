/** CrmAccountsApi: accounts as the CRM reads them and books in them, and everything that happened. */
import { CurrentAccount } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { BalanceOperationResult } from "#contract/AdminGroup.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import { Configurations } from "#actors/Configurations.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { Changes } from "#db/Changes.ts"
import { Users } from "#db/Users.ts"
import { note } from "#server/audit/AuditNote.ts"
import { account, changes, ledger, order, orders, position, positions, trades, viewOf } from "#server/api/accountReads.ts"
import { accountRows } from "#server/api/accountRows.ts"
import { executeAs } from "#server/api/execute.ts"
import { currentMarket } from "#server/api/market.ts"
import { unavailable } from "#server/api/refusals.ts"
import { accountSummary, ledgerEntryView } from "#server/api/views.ts"
import { bookOnce } from "#server/crm/bookOnce.ts"
import { clientOf } from "#server/crm/clientOf.ts"
import { once } from "#server/crm/once.ts"
import { serviceOrigin } from "#server/crm/serviceOrigin.ts"
import { eventBody } from "#server/webhooks/eventBody.ts"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"

export const CrmAccountsApi = HttpApiBuilder.group(Api, "crmAccounts", (handlers) =>
  handlers.handleAll({
    account,
    orders,
    order,
    positions,
    position,
    trades,
    ledger,
    accountChanges: changes,
    balanceOperation: Effect.fnUntraced(function* ({ headers, payload }) {
      const { accountId, currencyDigits } = yield* CurrentAccount
      const origin = serviceOrigin(yield* CurrentService)
      yield* note({ reason: payload.comment ?? payload.reference, after: payload })
      const booked = Effect.map(bookOnce(origin, accountId, payload), ({ entry, version }) => ({
        accountId,
        version,
        entry: ledgerEntryView(entry, currencyDigits)
      }))
      return yield* once(headers["idempotency-key"], ["balanceOperation", accountId, payload], BalanceOperationResult, booked)
    }),
    accounts: Effect.fnUntraced(function* ({ query: { clientId, cursor, limit } }) {
      const reads = yield* AccountReads
      if (clientId !== undefined) {
        const own = yield* reads.accountsOfClient(clientId).pipe(Effect.mapError(unavailable))
        return { accounts: yield* accountRows(own), nextCursor: null }
      }
      const page = yield* reads.accounts({ limit: limit ?? PAGE_LIMIT, cursor }).pipe(Effect.mapError(unavailable))
      return { accounts: yield* accountRows(page.rows), nextCursor: page.cursor === undefined ? null : String(page.cursor) }
    }),
    openAccount: Effect.fnUntraced(function* ({ headers, payload: { clientId, ...conditions } }) {
      const current = yield* CurrentService
      const reads = yield* AccountReads
      const users = yield* Users
      const key = headers["idempotency-key"]
      const { userId } = yield* clientOf(clientId)
      const fresh = yield* reads.nextAccountId.pipe(Effect.mapError(unavailable))
      const accountId = yield* users.accountForRequest(`crm ${current.service} ${key}`, fresh).pipe(Effect.mapError(unavailable))
      yield* note({ subject: `account:${accountId}`, after: { clientId: userId, ...conditions } })
      yield* executeAs(serviceOrigin(current), accountId, key, { _tag: "OpenAccount", clientId: userId, ...conditions })
      const body = accountSummary(yield* viewOf(accountId), yield* currentMarket)
      return HttpApiSchema.withHeaders({ body, headers: { location: `/crm/accounts/${accountId}` } })
    }),
    changes: Effect.fnUntraced(function* ({ query }) {
      const stored = yield* Changes
      const configurations = yield* Configurations
      const limit = query.limit ?? PAGE_LIMIT
      const found = yield* stored.after(Number(query.since), limit + 1).pipe(Effect.mapError(unavailable))
      const told = found.slice(0, limit)
      // the very text that is sent, so that nobody finds a difference
      const texts = told.map(({ event }) => eventBody(event, configurations.current()).text)
      const next = String(told.at(-1)?.number ?? query.since)
      const text = `{"changes":[${texts.join(",")}],"next":${JSON.stringify(next)},"more":${found.length > limit}}`
      return HttpServerResponse.text(text, { contentType: "application/json" })
    })
  })
)
