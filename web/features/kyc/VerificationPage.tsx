/** VerificationPage: how clients prove who they are: what is asked for, what was sent, and where it stands, as it changes. */
import { BadgeCheckIcon, ShieldQuestionIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { KycOverview } from "#contract/KycViews.ts"
import { loadKyc } from "../../api/kyc.ts"
import { useLoaded } from "../../lib/useLoaded.ts"
import { Alert } from "../../ui/alert.tsx"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { Empty } from "../../ui/empty.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { usePolling } from "../funding/usePolling.ts"
import { PageFrame } from "../workspace/PageFrame.tsx"
import { kycText } from "./kycText.ts"
import { ProofCard } from "./ProofCard.tsx"
import { STATUS_BADGES } from "./statusBadges.ts"

/** Somebody is waiting for the answer. */
const POLL_MILLIS = 2_000

export default function VerificationPage() {
  const { t } = useTranslation()
  const { failure, reload, value: overview } = useLoaded(loadKyc)
  const isWaiting = overview?.documents.some(({ state }) => state === "submitted" || state === "inReview") === true
  usePolling(isWaiting, POLL_MILLIS, reload)
  return (
    <PageFrame title={t("kyc.title")}>
      {overview === undefined && failure === undefined && <Loading />}
      {overview === undefined && failure !== undefined && (
        <Card title={t("kyc.status")}>
          <Empty title={t("state.failed")} description={kycText(failure)} action={<Button onClick={reload}>{t("action.retry")}</Button>} />
        </Card>
      )}
      {overview !== undefined && failure !== undefined && <Alert variant="warning">{kycText(failure)}</Alert>}
      {overview !== undefined && !overview.enabled && (
        <Empty icon={<BadgeCheckIcon aria-hidden />} title={t("kyc.off")} description={t("kyc.offHint")} />
      )}
      {overview?.enabled === true && (
        <>
          <Status overview={overview} />
          {overview.required.map(({ proof }) => (
            <ProofCard key={proof} proof={proof} overview={overview} onChanged={reload} />
          ))}
        </>
      )}
    </PageFrame>
  )
}

function Status(props: { readonly overview: KycOverview }) {
  const { t } = useTranslation()
  const { gates, status } = props.overview
  const Icon = status === "approved" ? BadgeCheckIcon : ShieldQuestionIcon
  return (
    <Card
      title={t("kyc.status")}
      aside={
        <Badge variant={STATUS_BADGES[status]} data-testid="kyc-status">
          {t(`kyc.statuses.${status}`)}
        </Badge>
      }
    >
      <div className="grid gap-3">
        <p role="status" className="flex items-start gap-2 text-sm">
          <Icon className="mt-0.5 size-4 shrink-0 text-faint-foreground" aria-hidden />
          {t(`kyc.statusHints.${status}`)}
        </p>
        {status !== "approved" &&
          gates.map((gate) => (
            <Alert key={gate} variant="info">
              {t(`kyc.gates.${gate}`)}
            </Alert>
          ))}
      </div>
    </Card>
  )
}

function Loading() {
  return (
    <div className="grid gap-4" aria-busy>
      <Skeleton className="h-28" />
      <Skeleton className="h-72" />
      <Skeleton className="h-72" />
    </div>
  )
}
