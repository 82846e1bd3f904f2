/** failureText: a refusal or problem in words. */
import { Schema } from "effect"
import { RejectionReason } from "#domain/RejectionReason.ts"
import { parseDecimal } from "#domain/Decimal.ts"
import type { Failure } from "../../api/failure.ts"
import en from "../../locales/en.json"
import { formatAmount } from "../../locales/formats.ts"
import { i18n } from "../../locales/i18n.ts"
import { accountCell } from "../../state/account.ts"
import { read } from "../../state/store.ts"

const isRefusal = Schema.is(RejectionReason)
const isProblem = (code: string): code is keyof typeof en.problem => Object.hasOwn(en.problem, code)

/** Figures of a refusal that are money; the others are prices, volumes and counts, which are written as they came. */
const MONEY: ReadonlySet<string> = new Set(["requiredMargin", "freeMargin", "commission", "amount", "withdrawable"])

const readable = (context: Failure["context"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(context).map(([name, text]) => {
      const value = MONEY.has(name) ? parseDecimal(text) : undefined
      return [name, value === undefined ? text : formatAmount(value, read(accountCell)?.currencyDigits ?? 2)]
    })
  )

export const failureText = (failure: Failure): string => {
  const { code } = failure
  if (isRefusal(code)) return i18n.t(`refusal.${code}`, { replace: readable(failure.context) })
  const [issue] = failure.issues
  // The server's own words say more about a field than ours could.
  if (issue !== undefined) return issue.detail
  if (isProblem(code)) return i18n.t(`problem.${code}`, { code, seconds: failure.retryAfterSeconds ?? 60 })
  return i18n.t("problem.UNKNOWN", { code })
}
