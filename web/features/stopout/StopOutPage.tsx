/** StopOutPage: why and how an account was stopped out: its figures against its levels, every closing in its order, and the ticks behind each number. */
import { PrinterIcon } from "lucide-react"
import { type ReactNode, useCallback } from "react"
import { useTranslation } from "react-i18next"
import { Link, useParams } from "wouter"
import { type Decimal, formatDecimal } from "#domain/Decimal.ts"
import type { Figures } from "#domain/Figures.ts"
import type { Quote } from "#domain/Quote.ts"
import { findInChanges } from "../../api/changes.ts"
import { cn } from "../../lib/cn.ts"
import { useLoaded } from "../../lib/useLoaded.ts"
import { formatAmount, formatMoment, formatPercent, formatPrice, formatSignedAmount, UNKNOWN } from "../../locales/formats.ts"
import { accountCell, accountIdCell, versionCell } from "../../state/account.ts"
import { instrumentsCell } from "../../state/market.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { read, useValue } from "../../state/store.ts"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { Empty } from "../../ui/empty.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { spreadText } from "../instrument/instrumentFigures.ts"
import { failureText } from "../notifications/failureText.ts"
import { nameOf } from "../notifications/outcomes.ts"
import { toneOf } from "../positions/PositionFigures.tsx"
import { PageFrame } from "../workspace/PageFrame.tsx"
import { type StopOut, type StopOutStep, stopOutOf, tickKey } from "./stopOutOf.ts"

export default function StopOutPage() {
  const { t } = useTranslation()
  const accountId = useValue(accountIdCell)
  const isKnown = useValue(versionCell) > 0
  const { event = "" } = useParams()
  return (
    <PageFrame
      title={t("stopOut.title")}
      aside={
        <Button size="sm" onClick={() => window.print()}>
          <PrinterIcon className="size-3.5" aria-hidden />
          {t("statement.print")}
        </Button>
      }
    >
      {accountId === undefined || !isKnown ? <Skeleton className="h-72" /> : <Report key={event} accountId={accountId} event={event} />}
    </PageFrame>
  )
}

function Report(props: { readonly accountId: string; readonly event: string }) {
  const { t } = useTranslation()
  const { accountId, event } = props
  const load = useCallback(() => findInChanges(accountId, read(versionCell), (changes) => stopOutOf(changes, event)), [accountId, event])
  const { value, failure, isLoaded, reload } = useLoaded(load)
  if (failure !== undefined) {
    return (
      <Empty title={t("state.failed")} description={failureText(failure)} action={<Button onClick={reload}>{t("action.retry")}</Button>} />
    )
  }
  if (!isLoaded) return <Skeleton className="h-72" />
  if (value === undefined) {
    return (
      <Empty
        title={t("stopOut.none")}
        description={t("stopOut.noneHint")}
        action={
          <Button asChild>
            <Link href="/">{t("workspace.back")}</Link>
          </Button>
        }
      />
    )
  }
  return (
    <>
      <Why stopOut={value} />
      <Steps stopOut={value} />
      <Ticks ticks={value.ticks} />
    </>
  )
}

/** A level just below a threshold must not read as if it stood on it. */
const LEVEL_DIGITS = 4
const percentText = (percent: Decimal | null): string => (percent === null ? UNKNOWN : formatPercent(formatDecimal(percent), LEVEL_DIGITS))
const useDigits = (): number => useValue(accountCell)?.currencyDigits ?? 2

function Why(props: { readonly stopOut: StopOut }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const digits = useDigits()
  const { figures, stopOutLevelPercent, marginCallLevelPercent, strategy, time, end, configurationVersion } = props.stopOut
  const money = (amount: Decimal) => formatAmount(amount, digits)
  const levels = { level: percentText(figures.marginLevelPercent), stopOut: formatPercent(formatDecimal(stopOutLevelPercent), 0) }
  return (
    <Card title={t("stopOut.why")} description={formatMoment(time, timeZone)}>
      <p className="text-sm">{t("stopOut.because", levels)}</p>
      <p className="figures mt-1 text-sm text-muted-foreground">
        {t("stopOut.computed", { equity: money(figures.equity), usedMargin: money(figures.usedMargin), level: levels.level })}
      </p>
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        {(["balance", "credit", "equity", "usedMargin", "freeMargin"] as const).map((name) => (
          <Figure key={name} name={t(`account.${name}`)}>
            {money(figures[name])}
          </Figure>
        ))}
        <Figure name={t("account.marginLevel")}>{levels.level}</Figure>
        <Figure name={t("stopOut.marginCallLevel")}>{formatPercent(formatDecimal(marginCallLevelPercent), 0)}</Figure>
        <Figure name={t("stopOut.stopOutLevel")}>{levels.stopOut}</Figure>
        {configurationVersion !== undefined && <Figure name={t("stopOut.configuration")}>{configurationVersion}</Figure>}
      </dl>
      <p className="mt-4 text-sm text-muted-foreground">{t(`stopOut.strategies.${strategy}`)}</p>
      <p className="mt-1 text-sm text-muted-foreground">
        {end === undefined
          ? t("stopOut.goesOn")
          : end.figures.marginLevelPercent === null
            ? t("stopOut.endedFlat", { time: formatMoment(end.time, timeZone) })
            : t("stopOut.ended", { time: formatMoment(end.time, timeZone), level: percentText(end.figures.marginLevelPercent) })}
      </p>
    </Card>
  )
}

function Figure(props: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted-foreground">{props.name}</dt>
      <dd className="figures text-sm font-semibold">{props.children}</dd>
    </div>
  )
}

function Steps(props: { readonly stopOut: StopOut }) {
  const { t } = useTranslation()
  return (
    <Card title={t("stopOut.order")} description={t("stopOut.orderHint")}>
      <ol className="grid gap-4">
        {props.stopOut.steps.map((step) => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
    </Card>
  )
}

function Step(props: { readonly step: StopOutStep }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const { step } = props
  return (
    <li className="figures grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 border-t border-border pt-4 first:border-0 first:pt-0">
      <Badge className="mt-px">{step.step}</Badge>
      <div className="grid gap-1 text-sm">
        {step.trade === undefined ? (
          <p className="font-semibold">{t("stopOut.canceled", { orderId: step.orderId ?? "" })}</p>
        ) : (
          <Closed trade={step.trade} positionId={step.positionId ?? ""} />
        )}
        <p className="text-muted-foreground">
          {formatMoment(step.time, timeZone)} · {t(`stopOut.rules.${step.rule}`)}
        </p>
        <Change before={step.before} after={step.after} />
      </div>
    </li>
  )
}

function Closed(props: { readonly trade: NonNullable<StopOutStep["trade"]>; readonly positionId: string }) {
  const { t } = useTranslation()
  const { trade } = props
  const digits = useDigits()
  const priceDigits = useValue(instrumentsCell)?.get(trade.symbol)?.digits ?? 0
  const net = formatSignedAmount(trade.realizedProfit + trade.swap + trade.commission, digits)
  const position = nameOf({ symbol: trade.symbol, side: trade.side === "buy" ? "sell" : "buy", lots: formatDecimal(trade.lots) })
  return (
    <>
      <p className="flex flex-wrap justify-between gap-x-4 font-semibold">
        {t("stopOut.closed", { position, positionId: props.positionId, price: formatPrice(trade.price, priceDigits) })}
        <span className={toneOf(net)}>{net}</span>
      </p>
      <p className="text-muted-foreground">
        <TickLink quote={trade.quote} />
      </p>
    </>
  )
}

/** Bid, ask and spread at that moment, and the way to the tick that brought them. */
function TickLink(props: { readonly quote: Quote }) {
  const { t } = useTranslation()
  const { quote } = props
  const instrument = useValue(instrumentsCell)?.get(quote.symbol)
  const digits = instrument?.digits ?? 0
  return (
    <a href={`#${tickKey(quote)}`} className="underline decoration-dotted underline-offset-4 hover:text-foreground">
      {t("stopOut.at", {
        bid: formatPrice(quote.bid, digits),
        ask: formatPrice(quote.ask, digits),
        spread: instrument === undefined ? UNKNOWN : spreadText(instrument, quote)
      })}
    </a>
  )
}

function Change(props: { readonly before: Figures; readonly after: Figures }) {
  const { t } = useTranslation()
  const digits = useDigits()
  const { before, after } = props
  const lines = [
    [t("account.marginLevel"), percentText(before.marginLevelPercent), percentText(after.marginLevelPercent)],
    [t("account.equity"), formatAmount(before.equity, digits), formatAmount(after.equity, digits)],
    [t("account.usedMargin"), formatAmount(before.usedMargin, digits), formatAmount(after.usedMargin, digits)]
  ] as const
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 text-xs">
      {lines.map(([name, from, to]) => (
        <div key={name} className="flex gap-1.5">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="font-medium">
            {from} → {to}
          </dd>
        </div>
      ))}
    </dl>
  )
}

const COLUMNS = ["symbol", "bid", "ask", "spread", "received", "source", "sequence"] as const

function Ticks(props: { readonly ticks: ReadonlyArray<Quote> }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const instruments = useValue(instrumentsCell)
  return (
    <Card title={t("stopOut.ticks")} description={t("stopOut.ticksHint")}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <section className="overflow-x-auto" tabIndex={0} aria-label={t("stopOut.ticks")}>
        <table className="figures w-full text-xs" aria-label={t("stopOut.ticks")}>
          <thead>
            <tr>
              {COLUMNS.map((name, index) => (
                <th
                  key={name}
                  scope="col"
                  className={cn("px-2 py-1 font-medium text-muted-foreground", isFigure(index) ? "text-right" : "text-left")}
                >
                  {t(`stopOut.tick.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.ticks.map((quote) => {
              const instrument = instruments?.get(quote.symbol)
              const digits = instrument?.digits ?? 0
              const cells = [
                quote.symbol,
                formatPrice(quote.bid, digits),
                formatPrice(quote.ask, digits),
                instrument === undefined ? UNKNOWN : spreadText(instrument, quote),
                formatMoment(quote.receivedAt, timeZone),
                t(`stopOut.sources.${quote.source}`),
                String(quote.sequence)
              ]
              return (
                <tr key={tickKey(quote)} id={tickKey(quote)} className="scroll-mt-16 border-t border-border target:bg-accent-soft">
                  {cells.map((text, index) => (
                    <td key={COLUMNS[index]} className={cn("px-2 py-1.5 whitespace-nowrap", isFigure(index) && "text-right")}>
                      {text}
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
    </Card>
  )
}

const isFigure = (index: number): boolean => index >= 1 && index <= 3
