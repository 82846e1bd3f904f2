/** AccountBar: what the account is worth right now, each figure with how it is computed. */
import { OctagonAlertIcon, TriangleAlertIcon } from "lucide-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { divideRounded, ONE, parseDecimal, toNumber } from "#domain/Decimal.ts"
import { cn } from "../../lib/cn.ts"
import { formatAmount, formatPercent, UNKNOWN } from "../../locales/formats.ts"
import { accountCell, figuresCell, marginWatchCell } from "../../state/account.ts"
import { withdrawableValue } from "../../state/prices.ts"
import { isLiveValue } from "../../state/connection.ts"
import { useSelected, useValue } from "../../state/store.ts"
import { LiveText } from "../../ui/live-text.tsx"
import { Popover, PopoverContent, PopoverTrigger } from "../../ui/popover.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { toneOf } from "../positions/PositionFigures.tsx"
import { type FigureName, figureTexts } from "./figureTexts.ts"

/** Where there is little room the figures that decide come first; the others follow behind the edge. */
export function AccountBar(props: { readonly className?: string; readonly isNarrow?: boolean }) {
  const { t } = useTranslation()
  const profitTone = useSelected(figuresCell, (figures) => toneOf(figures?.floatingProfit))
  const isShort = useSelected(figuresCell, (figures) => figures?.freeMargin?.startsWith("-") === true)
  return (
    <section aria-label={t("account.title")} className={cn("flex min-w-0 items-center gap-x-1", props.className)}>
      {props.isNarrow !== true && <Balance />}
      <Figure name="equity" isLive />
      <Figure name="floatingProfit" tone={profitTone} isLive />
      {props.isNarrow !== true && <Figure name="usedMargin" />}
      <Figure name="freeMargin" tone={isShort ? "text-danger" : undefined} isLive />
      <MarginLevel />
      {props.isNarrow === true && (
        <>
          <Balance />
          <Figure name="usedMargin" />
        </>
      )}
    </section>
  )
}

function Balance() {
  const hasCredit = useSelected(figuresCell, (figures) => figures !== undefined && parseDecimal(figures.credit) !== 0n)
  return (
    <>
      <Figure name="balance" />
      {hasCredit && <Figure name="credit" />}
    </>
  )
}

/** A figure and, behind a click or key, how it is computed. `isLive`: quotes move it, so it is greyed while none come. */
function Figure(props: {
  readonly name: FigureName
  readonly tone?: string | undefined
  readonly isLive?: boolean
  /** Beside the name: what the color says. */
  readonly icon?: ReactNode
  readonly children?: ReactNode
}) {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  const isKnown = useSelected(figuresCell, (figures) => figures !== undefined)
  const isConnected = useValue(isLiveValue)
  const levels = {
    marginCall: formatPercent(account?.marginCallLevelPercent ?? "", 0),
    stopOut: formatPercent(account?.stopOutLevelPercent ?? "", 0)
  }
  return (
    <Popover>
      <PopoverTrigger asChild>
        <button
          type="button"
          data-testid={`figure-${props.name}`}
          className="group relative grid rounded-md px-2 py-0.5 text-left hover:bg-hover"
        >
          <span className="text-2xs leading-3.5 whitespace-nowrap text-faint-foreground group-hover:text-muted-foreground">
            {t(`account.${props.name}`)}
            {props.icon}
          </span>
          <span
            className={cn(
              "figures text-sm leading-4.5 font-semibold whitespace-nowrap",
              props.tone,
              props.isLive === true && !isConnected && "stale"
            )}
          >
            {isKnown ? <LiveText value={figuresCell} text={figureTexts[props.name]} /> : <Skeleton className="mt-0.5 h-3.5 w-16" />}
          </span>
          {props.children}
        </button>
      </PopoverTrigger>
      <PopoverContent className="w-64 text-xs">
        <p className="font-semibold">{t(`account.${props.name}`)}</p>
        <p className="mt-1 text-muted-foreground">{t(`account.explain.${props.name}`, levels)}</p>
        {props.name === "balance" && (
          <Link href="/funding" className="mt-2 inline-block font-medium text-accent-text underline-offset-4 hover:underline">
            {t("header.funding")}
          </Link>
        )}
        {(props.name === "balance" || props.name === "freeMargin") && <Withdrawable />}
        {props.name === "marginLevel" && <LevelDistances />}
      </PopoverContent>
    </Popover>
  )
}

function Withdrawable() {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  const withdrawable = useValue(withdrawableValue)
  return (
    <p className="mt-2 flex justify-between gap-3 border-t border-border pt-2">
      {t("account.withdrawable")}
      <span data-testid="withdrawable" className="figures font-semibold">
        {withdrawable === undefined ? UNKNOWN : `${formatAmount(withdrawable, account?.currencyDigits ?? 2)} ${account?.currency ?? ""}`}
      </span>
    </p>
  )
}

/** At which equity margin call and stop-out begin, and how far away that is. */
function LevelDistances() {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  const figures = useValue(figuresCell)
  const [equity, usedMargin] = [parseDecimal(figures?.equity ?? ""), parseDecimal(figures?.usedMargin ?? "")]
  if (account === undefined || equity === undefined || usedMargin === undefined || usedMargin === 0n) return null
  return (
    <dl className="figures mt-2 grid gap-1 border-t border-border pt-2">
      {(["marginCall", "stopOut"] as const).map((kind) => {
        const at = divideRounded(usedMargin * (parseDecimal(account[`${kind}LevelPercent`]) ?? 0n), 100n * ONE)
        return (
          <div key={kind}>
            <dt className="font-medium">{t(`account.levelAt.${kind}`, { equity: formatAmount(at, account.currencyDigits) })}</dt>
            <dd className="text-muted-foreground">
              {t(equity > at ? "account.levelAt.away" : "account.levelAt.reached", {
                amount: formatAmount(equity - at, account.currencyDigits)
              })}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

const LEVEL_LOOKS = {
  healthy: { tone: undefined, icon: undefined },
  marginCall: { tone: "text-warning", icon: <TriangleAlertIcon className="ml-1 inline size-3 text-warning" aria-hidden /> },
  stopOut: { tone: "text-danger", icon: <OctagonAlertIcon className="ml-1 inline size-3 text-danger" aria-hidden /> }
} as const

function MarginLevel() {
  const { icon, tone } = LEVEL_LOOKS[useValue(marginWatchCell)]
  return (
    <Figure name="marginLevel" tone={tone} icon={icon} isLive>
      <Gauge />
    </Figure>
  )
}

/** Full at this many percent and above: far from any level that matters. */
const GAUGE_FULL_PERCENT = 500

function Gauge() {
  const { t } = useTranslation()
  const watch = useValue(marginWatchCell)
  const level = useSelected(figuresCell, (figures) => figures?.marginLevelPercent)
  if (level === undefined || level === null) return null
  const percent = toNumber(parseDecimal(level) ?? 0n)
  const share = Math.max(0.02, Math.min(1, percent / GAUGE_FULL_PERCENT))
  return (
    <>
      <span className="absolute inset-x-2 -bottom-0.5 block h-[3px] overflow-hidden rounded-full bg-input" aria-hidden>
        <span
          className={cn(
            "block h-full origin-left rounded-full",
            watch === "healthy" ? "bg-up" : watch === "marginCall" ? "bg-warning" : "bg-danger"
          )}
          style={{ transform: `scaleX(${share})` }}
        />
      </span>
      <span className="sr-only">
        {watch === "marginCall" ? t("notification.marginCallEntered") : watch === "stopOut" ? t("notification.stopOutStarted") : ""}
      </span>
    </>
  )
}
