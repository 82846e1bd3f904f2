/** ProofCard: one thing that has to be proved: by which document, what was sent, and where the next file goes. */
import { CheckIcon } from "lucide-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { KycDocumentView, KycOverview } from "#contract/KycViews.ts"
import type { KycKind, KycProof, KycSide } from "#domain/KycKind.ts"
import { Button } from "../../ui/button.tsx"
import { Badge } from "../../ui/badge.tsx"
import { Card } from "../../ui/card.tsx"
import { Field } from "../../ui/field.tsx"
import { NativeSelect } from "../../ui/native-select.tsx"
import { DocumentItem } from "./DocumentItem.tsx"
import { STATUS_BADGES } from "./statusBadges.ts"
import { UploadSlot } from "./UploadSlot.tsx"

/** Older ones are of no interest any more. */
const DOCUMENTS_SHOWN_MAX = 3

export function ProofCard(props: { readonly proof: KycProof; readonly overview: KycOverview; readonly onChanged: () => void }) {
  const { t } = useTranslation()
  const { onChanged, overview, proof } = props
  const [isRenewing, setRenewing] = useState(false)
  const kinds = overview.kinds.filter((kind) => kind.proves === proof)
  const documents = overview.documents.filter(({ kind }) => kinds.some((one) => one.kind === kind))
  const status = overview.required.find((one) => one.proof === proof)?.status ?? "notStarted"
  const begun = documents.find(({ state }) => state === "pendingUpload")
  const isWaiting = documents.some(({ state }) => state === "submitted" || state === "inReview")
  const isAsking = !isWaiting && (status !== "approved" || isRenewing || begun !== undefined)
  const sent = () => {
    setRenewing(false)
    onChanged()
  }
  return (
    <Card
      title={t(`kyc.proofs.${proof}`)}
      description={t(`kyc.proofHints.${proof}`)}
      aside={<Badge variant={STATUS_BADGES[status]}>{t(`kyc.statuses.${status}`)}</Badge>}
    >
      <div className="grid gap-4">
        <ul className="-my-3 grid divide-y divide-border empty:hidden" aria-label={t("kyc.sentDocuments")}>
          {documents.slice(0, DOCUMENTS_SHOWN_MAX).map((document) => (
            <DocumentItem key={document.documentId} document={document} onCanceled={onChanged} />
          ))}
        </ul>
        {isAsking && <Sending kinds={kinds} begun={begun} bytesMax={overview.fileBytesMax} onSent={sent} />}
        {!isAsking && !isWaiting && (
          <Button size="sm" className="justify-self-start" onClick={() => setRenewing(true)}>
            {t("kyc.sendNewer")}
          </Button>
        )}
      </div>
    </Card>
  )
}

function Sending(props: {
  readonly kinds: KycOverview["kinds"]
  readonly begun: KycDocumentView | undefined
  readonly bytesMax: number
  readonly onSent: () => void
}) {
  const { t } = useTranslation()
  const { begun, kinds } = props
  const [chosen, setChosen] = useState<KycKind | undefined>(kinds[0]?.kind)
  const rules = kinds.find(({ kind }) => kind === (begun?.kind ?? chosen))
  if (rules === undefined) return null
  const isThere = (side: KycSide): boolean => begun?.sides.some((one) => one.side === side) === true
  return (
    <div className="grid gap-4">
      {begun === undefined && (
        <Field
          label={t("kyc.kind")}
          hint={rules.ageDaysMax === null ? undefined : t("kyc.ageHint", { months: Math.floor(rules.ageDaysMax / 30) })}
        >
          {(control) => (
            <NativeSelect
              {...control}
              value={rules.kind}
              onChange={(event) => setChosen(kinds.find(({ kind }) => kind === event.target.value)?.kind)}
            >
              {kinds.map(({ kind }) => (
                <option key={kind} value={kind}>
                  {t(`kyc.kinds.${kind}`)}
                </option>
              ))}
            </NativeSelect>
          )}
        </Field>
      )}
      {rules.sides.map((side) =>
        isThere(side) ? (
          <p key={side} className="flex items-center gap-2 text-sm">
            <CheckIcon className="size-4 text-up" aria-hidden />
            {t("kyc.sideThere", { side: t(`kyc.sides.${side}`) })}
          </p>
        ) : (
          <UploadSlot key={`${rules.kind} ${side}`} kind={rules.kind} side={side} bytesMax={props.bytesMax} onSent={props.onSent} />
        )
      )}
    </div>
  )
}
