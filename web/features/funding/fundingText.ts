/** fundingText: why a deposit or a withdrawal is refused, in words. */
import { parseDecimal } from "#domain/Decimal.ts"
import { type Failure, failureWith } from "../../api/failure.ts"
import en from "../../locales/en.json"
import { formatAmount } from "../../locales/formats.ts"
import { i18n } from "../../locales/i18n.ts"
import { accountCell } from "../../state/account.ts"
import { read } from "../../state/store.ts"
import { failureText } from "../notifications/failureText.ts"

const isFundingRefusal = (code: string): code is keyof typeof en.funding.refusal => Object.hasOwn(en.funding.refusal, code)

/** Figures that are money; the others are counts and names. */
const MONEY: ReadonlySet<string> = new Set(["amount", "amountMin", "amountMax", "dayAmount", "dayMax", "withdrawable"])

export const fundingText = ({ code, context }: Pick<Failure, "code" | "context">): string => {
  if (!isFundingRefusal(code)) return failureText(failureWith(code, { context }))
  const account = read(accountCell)
  const readable = Object.fromEntries(
    Object.entries(context).map(([name, text]) => {
      const value = MONEY.has(name) ? parseDecimal(text) : undefined
      return [name, value === undefined ? text : formatAmount(value, account?.currencyDigits ?? 2)]
    })
  )
  return i18n.t(`funding.refusal.${code}`, { replace: { ...readable, currency: account?.currency ?? "" } })
}
