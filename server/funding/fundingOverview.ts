/** fundingOverview: what an account may pay in and out now, and how. */
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { CurrentAccount } from "#contract/Access.ts"
import type { FundingOverview } from "#contract/FundingViews.ts"
import { FundingConditionsStore } from "#db/FundingConditionsStore.ts"
import { FundingRequests } from "#db/FundingRequests.ts"
import { clientPrices } from "#domain/Book.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import { clientFigures, reservedWithdrawals, withdrawableAmount } from "#domain/Figures.ts"
import { decisionMarket } from "#server/api/market.ts"
import { unavailable, unavailableProblem } from "#server/api/refusals.ts"
import { fundingWayView } from "#server/funding/fundingView.ts"
import { WithdrawalGate } from "#server/funding/WithdrawalGate.ts"
import { Clock, Effect } from "effect"

export const fundingOverview = Effect.fn("fundingOverview")(function* () {
  const account = yield* CurrentAccount
  const { accountId, clientId, currency, currencyDigits } = account
  const { state, version } = yield* Accounts.use((accounts) => accounts.view(accountId)).pipe(Effect.mapError(unavailableProblem))
  const { conditions } = yield* FundingConditionsStore.use((store) => store.current).pipe(Effect.mapError(unavailable))
  const gated = yield* WithdrawalGate.use((gate) => gate.refusal(clientId)).pipe(Effect.mapError(unavailable))
  const requests = yield* FundingRequests
  const now = yield* Clock.currentTimeMillis
  const used = yield* requests.usage(accountId, now).pipe(Effect.mapError(unavailable))
  const prices = clientPrices(yield* decisionMarket, state.group)
  const figures = prices === undefined ? undefined : clientFigures(state, prices)
  const money = (value: bigint) => formatDecimal(value, currencyDigits)
  const methods = conditions.methods
    .map(({ deposit, name, title, withdrawal }) => ({
      name,
      title,
      deposit: fundingWayView(deposit, account, used.deposit.dayAmounts.get(name) ?? 0n),
      withdrawal: fundingWayView(withdrawal, account, used.withdrawal.dayAmounts.get(name) ?? 0n)
    }))
    .filter(({ deposit, withdrawal }) => deposit !== null || withdrawal !== null)
  return {
    accountId,
    version,
    currency,
    currencyDigits,
    withdrawable: figures === undefined ? null : money(withdrawableAmount(state, figures)),
    reservedForWithdrawals: money(reservedWithdrawals(state)),
    withdrawalRefusal: gated === undefined ? null : { code: gated.reason, context: gated.context },
    openDeposits: used.deposit.openRequests,
    openDepositsMax: conditions.openDepositsMax,
    openWithdrawals: used.withdrawal.openRequests,
    openWithdrawalsMax: conditions.openWithdrawalsMax,
    methods
  } satisfies FundingOverview
})
