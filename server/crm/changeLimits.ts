/** changeLimits: settings of several accounts of one client at once: all of them, or none when one would refuse. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { SettingsResult } from "#contract/AdminGroup.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import { CommandRefused } from "#contract/Problem.ts"
import { viewOf } from "#server/api/accountReads.ts"
import { executeAs } from "#server/api/execute.ts"
import { decisionMarket } from "#server/api/market.ts"
import { settingsEffect } from "#server/api/settingsEffect.ts"
import { accountFigures } from "#server/api/views.ts"
import { serviceOrigin } from "#server/crm/serviceOrigin.ts"
import { Effect } from "effect"

export type Limits = Omit<Extract<AccountCommand, { readonly _tag: "ChangeSettings" }>, "_tag">

/** Accounts that are looked at, and changed, at once. */
const CONCURRENT_ACCOUNTS = 8

/** What the limits would do to an account now. */
const previewOne = Effect.fnUntraced(function* (accountId: string, limits: Limits) {
  const market = yield* decisionMarket
  const { state, version } = yield* viewOf(accountId)
  const result: typeof SettingsResult.Type = {
    accountId,
    version,
    applied: false,
    before: accountFigures(state, market),
    ...settingsEffect(state, limits, market)
  }
  return result
})

export const previewLimits = (accountIds: ReadonlyArray<string>, limits: Limits) =>
  Effect.forEach(accountIds, (accountId) => previewOne(accountId, limits), { concurrency: CONCURRENT_ACCOUNTS })

const withAccount = (accountId: string) => (refused: CommandRefused) =>
  new CommandRefused({ code: refused.code, version: refused.version, context: { ...refused.context, accountId } })

/** In force in each account when this answers. */
export const changeLimits = Effect.fn("crm.changeLimits")(function* (accountIds: ReadonlyArray<string>, limits: Limits, commandId: string) {
  const origin = serviceOrigin(yield* CurrentService)
  const previews = yield* previewLimits(accountIds, limits)
  for (const { accountId, refusal, version } of previews) {
    if (refusal !== null) return yield* new CommandRefused({ ...refusal, version, context: { ...refusal.context, accountId } })
  }
  return yield* Effect.forEach(
    previews,
    (preview) =>
      executeAs(origin, preview.accountId, commandId, { _tag: "ChangeSettings", ...limits }).pipe(
        Effect.catchTag("CommandRefused", (refused) => Effect.fail(withAccount(preview.accountId)(refused))),
        Effect.map(({ version }) => ({ ...preview, version, applied: true }))
      ),
    { concurrency: CONCURRENT_ACCOUNTS }
  )
})
