/** StatementPage: what was booked in a period, as sums, as a curve and one by one; to print or to keep. */
import { PrinterIcon } from "lucide-react"
import { lazy, type ReactNode, Suspense, useMemo } from "react"
import { useTranslation } from "react-i18next"
import type { LedgerEntryView } from "#contract/Views.ts"
import { loadLedger } from "../../api/history.ts"
import { cn } from "../../lib/cn.ts"
import { usePrinting } from "../../lib/usePrinting.ts"
import { useHistory } from "../../lib/useHistory.ts"
import { formatAmount, formatMoment, formatSignedAmount } from "../../locales/formats.ts"
import { accountCell, figuresCell } from "../../state/account.ts"
import { nowMillis } from "../../state/clock.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { periodCell } from "../../state/selection.ts"
import { userValue } from "../../state/session.ts"
import { useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { PrintedLedger } from "./PrintedLedger.tsx"
import { LedgerTable } from "../ledger/LedgerTable.tsx"
import { periodStart } from "../trades/period.ts"
import { PageFrame } from "../workspace/PageFrame.tsx"
import { PeriodChoice } from "../workspace/PeriodChoice.tsx"
import { type Statement, statementOf } from "./statementOf.ts"

const BalanceChart = lazy(() => import("../chart/BalanceChart.tsx"))

const entryId = (entry: LedgerEntryView): string => entry.entryId
const bookedAt = (entry: LedgerEntryView): number => entry.bookedAt

export default function StatementPage() {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const period = useValue(periodCell)
  // A statement is whole: everything is loaded back to the beginning.
  const since = useMemo(() => periodStart(period, timeZone, nowMillis()) ?? 0, [period, timeZone])
  const { rows } = useHistory(loadLedger, entryId, { since, timeOf: bookedAt })
  const figures = useValue(figuresCell)
  const isPrinting = usePrinting()
  const statement = useMemo(() => rows && statementOf(rows), [rows])
  return (
    <PageFrame
      title={t("header.statement")}
      aside={
        <div className="flex flex-wrap items-center gap-2">
          <PeriodChoice />
          <Button size="sm" onClick={() => window.print()}>
            <PrinterIcon className="size-3.5" aria-hidden />
            {t("statement.print")}
          </Button>
        </div>
      }
    >
      {isPrinting && <Whose since={since} entries={rows ?? []} />}
      <Card title={t("statement.summary")}>
        {statement === undefined ? <Skeleton className="h-24" /> : <Summary statement={statement} />}
      </Card>
      <Card title={t("statement.curve")}>
        {statement === undefined || statement.points.length === 0 ? (
          <p className="text-sm text-muted-foreground">{t("ledger.empty")}</p>
        ) : (
          <Suspense fallback={<Skeleton className="h-56" />}>
            <BalanceChart
              points={statement.points}
              equity={figures?.equity === undefined || figures.equity === null ? undefined : Number(figures.equity)}
              label={t("statement.curve")}
            />
          </Suspense>
        )}
      </Card>
      <Card title={t("ledger.title")}>
        {isPrinting ? (
          <PrintedLedger entries={rows ?? []} />
        ) : (
          <div className="-mx-5 -mb-5 h-96 overflow-hidden rounded-b-lg border-t border-border">
            <LedgerTable since={since} />
          </div>
        )}
      </Card>
    </PageFrame>
  )
}

/** On paper a statement says whose it is, of which time, and when it was made. */
function Whose(props: { readonly since: number; readonly entries: ReadonlyArray<LedgerEntryView> }) {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  const user = useValue(userValue)
  const timeZone = useValue(timeZoneValue)
  const now = nowMillis()
  const from = props.since > 0 ? props.since : (props.entries.at(-1)?.bookedAt ?? now)
  return (
    <p className="text-sm">
      {t("statement.whose", {
        name: user?.name ?? user?.email ?? "",
        accountId: account?.accountId ?? "",
        currency: account?.currency ?? "",
        from: formatMoment(from, timeZone),
        to: formatMoment(now, timeZone)
      })}
    </p>
  )
}

function Summary(props: { readonly statement: Statement }) {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  const digits = account?.currencyDigits ?? 2
  const { opening, closing, sums } = props.statement
  return (
    <dl className="grid gap-1.5 text-sm">
      <Line name={t("statement.opening")}>{formatAmount(opening, digits)}</Line>
      {[...sums].map(([kind, sum]) => (
        <Line key={kind} name={t(`ledger.kinds.${kind}`)} tone={sum < 0n ? "text-down" : sum > 0n ? "text-up" : undefined}>
          {formatSignedAmount(sum, digits)}
        </Line>
      ))}
      <div className="flex justify-between gap-4 border-t border-border pt-1.5 font-semibold">
        <dt>{t("statement.closing")}</dt>
        <dd className="figures">
          {formatAmount(closing, digits)} {account?.currency}
        </dd>
      </div>
    </dl>
  )
}

function Line(props: { readonly name: string; readonly tone?: string | undefined; readonly children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted-foreground">{props.name}</dt>
      <dd className={cn("figures font-medium", props.tone)}>{props.children}</dd>
    </div>
  )
}
