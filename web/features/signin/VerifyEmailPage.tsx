/** VerifyEmailPage: confirms an address with the link that was mailed to it. */
import { useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import type { Failure } from "../../api/failure.ts"
import { verifyEmail } from "../../api/session.ts"
import { EntryPage, FormFailure, OtherWay } from "./EntryPage.tsx"
import { linkToken } from "./linkToken.ts"

type Outcome = { readonly status: "checking" } | { readonly status: "done" } | { readonly status: "failed"; readonly failure: Failure }

export function VerifyEmailPage() {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<Outcome>({ status: "checking" })
  useEffect(
    () =>
      void verifyEmail(linkToken()).then((failure) =>
        setOutcome(failure === undefined ? { status: "done" } : { status: "failed", failure })
      ),
    []
  )
  return (
    <EntryPage title={t(`verify.${outcome.status}Title`)} lead={t(`verify.${outcome.status}Lead`)}>
      {outcome.status === "failed" && <FormFailure failure={outcome.failure} />}
      {outcome.status !== "checking" && <OtherWay label={t("verify.goOn")} href="/" />}
    </EntryPage>
  )
}
