/** DocumentItem: a document that was sent: where it stands, why it was turned down, until when it holds. */
import { BadgeCheckIcon, ClockIcon, FileClockIcon, FileXIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { KycDocumentView } from "#contract/KycViews.ts"
import type { KycDocumentState } from "#domain/KycDocumentState.ts"
import { cancelDocument } from "../../api/kyc.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { formatDate, formatDateTime } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { kycText } from "./kycText.ts"

const BADGES: Readonly<Record<KycDocumentState, "neutral" | "accent" | "buy" | "warning" | "danger">> = {
  pendingUpload: "warning",
  submitted: "accent",
  inReview: "accent",
  approved: "buy",
  rejected: "danger",
  expired: "warning",
  canceled: "neutral"
}

const ICONS = {
  pendingUpload: FileClockIcon,
  submitted: ClockIcon,
  inReview: ClockIcon,
  approved: BadgeCheckIcon,
  rejected: FileXIcon,
  expired: FileXIcon,
  canceled: FileXIcon
} as const

export function DocumentItem(props: { readonly document: KycDocumentView; readonly onCanceled: () => void }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const { document } = props
  const { comment, documentId, kind, rejection, state } = document
  // it ends with a day, as the document says: that day is the last one
  const lastDay = document.validUntil === null ? undefined : formatDate(document.validUntil - 1, "UTC")
  const form = useSubmit(() => cancelDocument(documentId), props.onCanceled)
  const Icon = ICONS[state]
  const when =
    state === "approved" && lastDay !== undefined
      ? t("kyc.validUntil", { date: lastDay })
      : document.decidedAt !== null
        ? t("kyc.decidedAt", { time: formatDateTime(document.decidedAt, timeZone) })
        : t("kyc.sentAt", { time: formatDateTime(document.submittedAt ?? document.createdAt, timeZone) })
  return (
    <li className="grid gap-2 py-3" data-testid={`document-${kind}-${state}`}>
      <div className="flex items-start gap-3">
        <Icon className="mt-0.5 size-4 shrink-0 text-faint-foreground" aria-hidden />
        <div className="grid min-w-0 flex-1 gap-0.5">
          <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
            {t(`kyc.kinds.${kind}`)}
            <Badge variant={BADGES[state]}>{t(`kyc.states.${state}`)}</Badge>
          </p>
          <p className="figures text-xs text-muted-foreground">{when}</p>
        </div>
        {(state === "pendingUpload" || state === "submitted") && (
          <Button
            size="sm"
            disabled={form.isBusy}
            onClick={() => form.submit()}
            aria-label={t("kyc.takeBackName", { kind: t(`kyc.kinds.${kind}`) })}
          >
            {t("kyc.takeBack")}
          </Button>
        )}
      </div>
      {form.failure !== undefined && <Alert variant="danger">{kycText(form.failure)}</Alert>}
      {rejection !== null && (
        <Alert variant="warning">
          {t(`kyc.rejections.${rejection}`)}
          {comment !== null && <q className="mt-1 block">{comment}</q>}
        </Alert>
      )}
      {state === "expired" && <Alert variant="warning">{t("kyc.expiredHint")}</Alert>}
    </li>
  )
}
