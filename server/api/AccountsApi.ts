/** AccountsApi: the signed-in client's accounts. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { account, changes, conditions, ledger, order, orders, position, positions, trades, viewOf } from "#server/api/accountReads.ts"
import { currentMarket } from "#server/api/market.ts"
import { unavailable } from "#server/api/refusals.ts"
import { accountSummary } from "#server/api/views.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

/** Accounts of one client that are read at once. */
const CONCURRENT_VIEWS = 16

export const AccountsApi = HttpApiBuilder.group(Api, "accounts", (handlers) =>
  handlers.handleAll({
    accounts: Effect.fnUntraced(function* () {
      const { userId } = yield* CurrentUser
      const reads = yield* AccountReads
      const records = yield* reads.accountsOfClient(userId).pipe(Effect.mapError(unavailable))
      const views = yield* Effect.forEach(records, ({ accountId }) => viewOf(accountId), { concurrency: CONCURRENT_VIEWS })
      const market = yield* currentMarket
      return { accounts: views.map((view) => accountSummary(view, market)) }
    }),
    account,
    conditions,
    orders,
    order,
    positions,
    position,
    trades,
    ledger,
    changes
  })
)
