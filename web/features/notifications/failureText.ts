/** failureText: a refusal or problem in words. */
import { Schema } from "effect"
import { RefusalCode } from "#contract/RefusalCode.ts"
import type { Failure } from "../../api/failure.ts"
import en from "../../locales/en.json"
import { i18n } from "../../locales/i18n.ts"

const isRefusal = Schema.is(RefusalCode)
const isProblem = (code: string): code is keyof typeof en.problem => Object.hasOwn(en.problem, code)

export const failureText = (failure: Failure): string => {
  const { code } = failure
  if (isRefusal(code)) return i18n.t(`refusal.${code}`)
  if (isProblem(code)) return i18n.t(`problem.${code}`, { code, seconds: failure.retryAfterSeconds ?? 60 })
  return i18n.t("problem.UNKNOWN", { code })
}
