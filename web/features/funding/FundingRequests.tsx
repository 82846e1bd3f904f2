/** FundingRequests: what was asked for, newest first, each with its way so far and who acts next. */
import { ArrowDownToLineIcon, ArrowUpFromLineIcon, InboxIcon } from "lucide-react"
import { useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import type { FundingView } from "#contract/FundingViews.ts"
import type { FundingKind, FundingStatus } from "#domain/FundingRequest.ts"
import { loadFunding } from "../../api/funding.ts"
import { useHistory } from "../../lib/useHistory.ts"
import { formatMoney } from "../../locales/formats.ts"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { Empty } from "../../ui/empty.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { CancelRequest } from "./CancelRequest.tsx"
import { fundingText } from "./fundingText.ts"
import { RequestTimeline } from "./RequestTimeline.tsx"
import { usePolling } from "./usePolling.ts"

/** Decisions are made elsewhere, and not all of them change the account. */
const POLL_MILLIS = 4_000

const requestId = (request: FundingView): string => request.requestId
const isOpen = ({ status }: FundingView): boolean => status === "requested" || status === "processing"

const BADGES: Readonly<Record<FundingStatus, "neutral" | "accent" | "buy" | "warning" | "danger">> = {
  requested: "accent",
  processing: "warning",
  approved: "buy",
  declined: "danger",
  canceled: "neutral",
  failed: "danger"
}

export function FundingRequests(props: { readonly kind: FundingKind; readonly requestsMade: number }) {
  const { t } = useTranslation()
  const { kind, requestsMade } = props
  const history = useHistory(loadFunding[kind], requestId)
  const [canceling, setCanceling] = useState<FundingView>()
  const { rows, failure, retry: reload } = history
  // a new request of this page is there at once
  useEffect(() => {
    if (requestsMade > 0) reload()
  }, [requestsMade, reload])
  usePolling(rows?.some(isOpen) === true, POLL_MILLIS, reload)
  return (
    <Card title={t(`funding.list.${kind}`)}>
      {rows === undefined && failure === undefined && <Skeleton className="h-24" />}
      {rows === undefined && failure !== undefined && (
        <Empty
          title={t("state.failed")}
          description={fundingText(failure)}
          action={<Button onClick={reload}>{t("action.retry")}</Button>}
        />
      )}
      {rows?.length === 0 && (
        <Empty icon={<InboxIcon aria-hidden />} title={t(`funding.empty.${kind}`)} description={t(`funding.emptyHint.${kind}`)} />
      )}
      <ul className="-my-4 grid divide-y divide-border empty:hidden" aria-label={t(`funding.list.${kind}`)}>
        {rows?.map((request) => (
          <RequestItem key={request.requestId} request={request} onCancel={() => setCanceling(request)} />
        ))}
      </ul>
      {history.hasMore && (
        <Button className="mt-6" disabled={history.isLoading} onClick={history.loadMore}>
          {t("trades.loadMore")}
        </Button>
      )}
      {canceling !== undefined && (
        <CancelRequest
          request={canceling}
          onDone={() => {
            setCanceling(undefined)
            reload()
          }}
        />
      )}
    </Card>
  )
}

function RequestItem(props: { readonly request: FundingView; readonly onCancel: () => void }) {
  const { t } = useTranslation()
  const { request } = props
  const { approvedAmount, amount, currency, kind, reason, status } = request
  const Icon = kind === "deposit" ? ArrowDownToLineIcon : ArrowUpFromLineIcon
  const isDifferent = approvedAmount !== null && approvedAmount !== amount
  return (
    <li className="grid gap-3 py-4" data-testid={`request-${request.requestId}`}>
      <div className="flex items-start gap-3">
        <Icon className="mt-0.5 size-4 shrink-0 text-faint-foreground" aria-hidden />
        <div className="grid min-w-0 flex-1 gap-0.5">
          <p className="figures flex flex-wrap items-baseline gap-x-2 text-sm font-semibold">
            {formatMoney(approvedAmount ?? amount)} {currency}
            <Badge variant={BADGES[status]}>{t(`funding.statuses.${status}`)}</Badge>
          </p>
          <p className="figures text-xs text-muted-foreground">
            {request.requestId} · {t(`funding.next.${kind}.${status}`)}
          </p>
          {isDifferent && (
            <p className="figures text-xs text-muted-foreground">
              {t("funding.requestedAmount", { amount: formatMoney(amount), currency })}
            </p>
          )}
          {reason !== null && <p className="text-xs">{t("funding.reason", { reason })}</p>}
        </div>
        {status === "requested" && (
          <Button size="sm" onClick={props.onCancel} aria-label={t("funding.cancelName", { id: request.requestId })}>
            {t("action.cancel")}
          </Button>
        )}
      </div>
      <RequestTimeline request={request} />
    </li>
  )
}
