/** settingsEffect: what a change of settings would do to an account's margin, by the very rules that would apply it. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { marginCallLevel } from "#actors/account/decide/judgeMargin.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { Market } from "#actors/account/Market.ts"
import type { Refusal } from "#contract/Refusal.ts"
import type { FiguresView } from "#contract/Views.ts"
import { figuresOf, isLevelAtOrBelow } from "#domain/Figures.ts"
import { accountFigures, refusalView } from "#server/api/views.ts"

type Settings = Omit<Extract<AccountCommand, { readonly _tag: "ChangeSettings" }>, "_tag">

export interface SettingsEffect {
  readonly refusal: Refusal | null
  readonly after: FiguresView
  /** Where the margin watch would stand, before any liquidation that follows. */
  readonly marginWatchAfter: AccountState["marginWatch"]
}

/** The change itself; what the margin watch would do about it comes after these. */
const isChange = ({ _tag }: AccountEvent): boolean => _tag === "SettingsChanged" || _tag === "PositionModified" || _tag === "OrderModified"

const watchOf = (state: AccountState, market: Market): AccountState["marginWatch"] => {
  const figures = figuresOf(state, market)
  const group = market.configuration.groups[state.group]
  if (figures === undefined || group === undefined) return state.marginWatch
  if (isLevelAtOrBelow(figures, group.stopOutLevelPercent)) return "stopOut"
  return isLevelAtOrBelow(figures, marginCallLevel(group)) ? "marginCall" : "healthy"
}

export const settingsEffect = (state: AccountState, settings: Settings, market: Market): SettingsEffect => {
  const { events, rejection } = decide(state.accountId, state, { _tag: "ChangeSettings", ...settings }, market)
  const after = events.filter(isChange).reduce(evolve, state)
  return {
    refusal: rejection === undefined ? null : refusalView(rejection),
    after: accountFigures(after, market),
    marginWatchAfter: watchOf(after, market)
  }
}
