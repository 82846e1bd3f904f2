/** openAccount: the first event of every account. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { currencyDigitsOf } from "#domain/Currency.ts"

/** Highest leverage an account may have. */
export const LEVERAGE_MAX = 2_000

type OpenAccount = Extract<AccountCommand, { readonly _tag: "OpenAccount" }>

export const openAccount = (turn: Turn, { clientId, currency, mode, group, leverage }: OpenAccount): Rejection | undefined => {
  if (turn.state.accountId !== "") return reject("ACCOUNT_ALREADY_OPEN", { accountId: turn.state.accountId })
  const refusal = groupRefusal(turn, group) ?? leverageRefusal(leverage)
  if (refusal !== undefined) return refusal
  const currencyDigits = currencyDigitsOf(currency)
  if (currencyDigits === undefined) return reject("INVALID_CURRENCY", { currency })
  turn.emit({
    _tag: "AccountOpened",
    at: turn.now,
    accountId: turn.accountId,
    clientId,
    currency,
    currencyDigits,
    mode,
    group,
    leverage
  })
  return undefined
}

export const groupRefusal = (turn: Turn, group: string): Rejection | undefined =>
  Object.hasOwn(turn.configuration.groups, group) ? undefined : reject("UNKNOWN_GROUP", { group })

export const leverageRefusal = (leverage: number): Rejection | undefined =>
  Number.isInteger(leverage) && leverage >= 1 && leverage <= LEVERAGE_MAX
    ? undefined
    : reject("INVALID_LEVERAGE", { leverage: String(leverage), leverageMax: String(LEVERAGE_MAX) })
