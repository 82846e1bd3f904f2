/** kycText: why a file or a document is not taken, in words. */
import { Schema } from "effect"
import { KycFileRefusal } from "#domain/KycFile.ts"
import type { Failure } from "../../api/failure.ts"
import en from "../../locales/en.json"
import { i18n } from "../../locales/i18n.ts"
import { failureText } from "../notifications/failureText.ts"

const isOwn = (code: string): code is keyof typeof en.kyc.refusal => Object.hasOwn(en.kyc.refusal, code)

export const kycText = (failure: Failure): string => (isOwn(failure.code) ? i18n.t(`kyc.refusal.${failure.code}`) : failureText(failure))

const isFileRefusal = Schema.is(KycFileRefusal)

/** Whether the same file may be taken another time. */
export const isWorthAnotherTry = ({ code }: Failure): boolean => !isFileRefusal(code) && code !== "DOCUMENT_OPEN" && code !== "KYC_OFF"

const MEGABYTE = 1024 * 1024

/** `2.4 MB`, `310 kB` */
export const fileSize = (bytes: number): string =>
  bytes >= MEGABYTE ? `${Number((bytes / MEGABYTE).toFixed(1))} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`
