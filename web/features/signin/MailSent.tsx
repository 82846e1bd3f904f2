/** MailSent: what comes next stands in a mail. The same whether the address is known or not. */
import { useTranslation } from "react-i18next"
import { EntryPage, OtherWay } from "./EntryPage.tsx"

export function MailSent(props: { readonly email: string }) {
  const { t } = useTranslation()
  return (
    <EntryPage title={t("mail.title")} lead={t("mail.lead", { email: props.email.trim() })}>
      <p className="text-sm text-muted-foreground">{t("mail.hint")}</p>
      <OtherWay label={t("mail.toSignin")} href="/" />
    </EntryPage>
  )
}
