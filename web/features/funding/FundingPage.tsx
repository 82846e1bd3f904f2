/** FundingPage: money in and out: what may be moved and how, a form, and every request with where it stands and who acts next. */
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link, useSearchParams } from "wouter"
import type { FundingKind } from "#domain/FundingRequest.ts"
import { cn } from "../../lib/cn.ts"
import { formatAmount, formatMoney, UNKNOWN } from "../../locales/formats.ts"
import { accountCell, figuresCell } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { Empty } from "../../ui/empty.tsx"
import { Segmented } from "../../ui/segmented.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { PageFrame } from "../workspace/PageFrame.tsx"
import { FundingForm } from "./FundingForm.tsx"
import { FundingRequests } from "./FundingRequests.tsx"
import { fundingText } from "./fundingText.ts"
import { useFundingOverview } from "./useFundingOverview.ts"
import { withdrawableNow } from "./withdrawableNow.ts"

const KINDS: ReadonlyArray<FundingKind> = ["deposit", "withdrawal"]

export default function FundingPage() {
  const { t } = useTranslation()
  const [search, setSearch] = useSearchParams()
  const kind = search.get("kind") === "withdrawal" ? "withdrawal" : "deposit"
  const [requestsMade, setRequestsMade] = useState(0)
  return (
    <PageFrame
      title={t("funding.title")}
      aside={
        <Segmented
          label={t("funding.kind")}
          value={kind}
          onValueChange={(value) => setSearch({ kind: value }, { replace: true })}
          options={KINDS.map((value) => ({ value, label: t(`funding.kinds.${value}`) }))}
        />
      }
    >
      <Money />
      <Request key={kind} kind={kind} onRequested={() => setRequestsMade((count) => count + 1)} />
      <FundingRequests key={`${kind} list`} kind={kind} requestsMade={requestsMade} />
    </PageFrame>
  )
}

function Request(props: { readonly kind: FundingKind; readonly onRequested: () => void }) {
  const { t } = useTranslation()
  const { failure, overview, reload } = useFundingOverview()
  const { kind } = props
  const requested = () => {
    reload()
    props.onRequested()
  }
  const content = (): ReactNode => {
    if (overview === undefined && failure !== undefined) {
      return (
        <Empty
          title={t("state.failed")}
          description={fundingText(failure)}
          action={<Button onClick={reload}>{t("action.retry")}</Button>}
        />
      )
    }
    if (overview === undefined) return <Skeleton className="h-72" />
    const refusal = kind === "withdrawal" ? overview.withdrawalRefusal : null
    if (refusal !== null) return <GateClosed code={refusal.code} context={refusal.context} />
    const isServed = overview.methods.some((method) => method[kind] !== null)
    if (!isServed) return <Empty title={t("funding.noMethod", { currency: overview.currency })} description={t("funding.noMethodHint")} />
    return <FundingForm kind={kind} overview={overview} onRequested={requested} />
  }
  return (
    <Card title={t(`funding.request.${kind}`)} description={t(`funding.requestLead.${kind}`)}>
      {content()}
    </Card>
  )
}

/** Nothing can be withdrawn whatever the amount: why, and the way out of it. */
function GateClosed(props: { readonly code: string; readonly context: Readonly<Record<string, string>> }) {
  const { t } = useTranslation()
  return (
    <div className="grid gap-3">
      <Alert variant="warning">{fundingText(props)}</Alert>
      {props.code === "VERIFICATION_REQUIRED" && (
        <Button asChild className="justify-self-start">
          <Link href="/verification">{t("funding.toVerification")}</Link>
        </Button>
      )}
    </div>
  )
}

function Money() {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  const figures = useValue(figuresCell)
  const withdrawable = useValue(withdrawableNow)
  const isConnected = useValue(isLiveValue)
  const digits = account?.currencyDigits ?? 2
  return (
    <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-lg border border-border bg-border max-sm:grid-cols-1">
      <Figure
        name={t("account.balance")}
        testId="funding-balance"
        currency={account?.currency}
        value={figures && formatMoney(figures.balance)}
      />
      <Figure
        name={t("funding.withdrawable")}
        testId="funding-withdrawable"
        currency={account?.currency}
        value={account && (withdrawable === undefined ? UNKNOWN : formatAmount(withdrawable, digits))}
        isStale={!isConnected}
      />
      <Figure
        name={t("funding.reserved")}
        testId="funding-reserved"
        currency={account?.currency}
        value={account && formatMoney(account.reservedForWithdrawals)}
      />
    </dl>
  )
}

function Figure(props: {
  readonly name: string
  readonly testId: string
  readonly value: string | undefined
  readonly currency: string | undefined
  readonly isStale?: boolean
}) {
  return (
    <div className="grid gap-1 bg-panel px-5 py-3.5 max-sm:grid-cols-[1fr_auto] max-sm:items-baseline">
      <dt className="text-xs text-muted-foreground">{props.name}</dt>
      <dd
        data-testid={props.testId}
        className={cn("figures flex items-baseline gap-1 text-lg font-semibold", props.isStale === true && "stale")}
      >
        {props.value ?? <Skeleton className="h-5 w-24" />}
        {props.value !== undefined && <span className="text-xs font-normal text-faint-foreground">{props.currency}</span>}
      </dd>
    </div>
  )
}
