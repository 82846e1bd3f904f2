/** TicketPreviewList: what the order would tie up, cost and leave, live. */
import { useTranslation } from "react-i18next"
import { type Decimal, formatDecimal, parseDecimal } from "#domain/Decimal.ts"
import { cn } from "../../lib/cn.ts"
import { formatAmount, formatPercent, formatSignedAmount, UNKNOWN } from "../../locales/formats.ts"
import { accountCell } from "../../state/account.ts"
import { useSelected, useValue } from "../../state/store.ts"
import { ticketCell } from "../../state/ticket.ts"
import { LiveText } from "../../ui/live-text.tsx"
import type { TicketPreview } from "./ticketPreview.ts"
import { ticketPreviewValue } from "./useTicket.ts"

/** Renders when another line comes or its color changes; the figures move by themselves. */
export function TicketPreviewList() {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  const isMarket = useValue(ticketCell).type === "market"
  const marginCall = parseDecimal(account?.marginCallLevelPercent ?? "") ?? 0n
  const hasCommission = useSelected(ticketPreviewValue, (preview) => preview !== undefined && preview.commission !== 0n)
  const hasSwap = useSelected(ticketPreviewValue, (preview) => preview?.swapPerNight !== undefined && preview.swapPerNight !== 0n)
  const isShort = useSelected(ticketPreviewValue, (preview) => preview !== undefined && preview.after.freeMargin < 0n)
  const isLow = useSelected(ticketPreviewValue, (preview) => (levelOf(preview) ?? marginCall + 1n) <= marginCall)
  const text = (format: typeof formatAmount, amountOf: (preview: TicketPreview) => Decimal | undefined) => (preview?: TicketPreview) => {
    const amount = preview && amountOf(preview)
    return amount === undefined ? UNKNOWN : format(amount, account?.currencyDigits ?? 2)
  }
  return (
    <dl className="grid gap-1 rounded-md bg-muted px-2.5 py-2 text-xs" aria-label={t("ticket.preview")}>
      <Line name={t("ticket.margin")} text={text(formatAmount, ({ margin }) => margin)} unit={account?.currency} />
      <Line name={t("ticket.pipValue")} text={text(formatAmount, ({ pipValue }) => pipValue)} />
      {isMarket && <Line name={t("ticket.spreadCost")} text={text(formatSignedAmount, ({ spreadCost }) => spreadCost)} />}
      {hasCommission && <Line name={t("ticket.commission")} text={text(formatSignedAmount, ({ commission }) => -commission)} />}
      {hasSwap && <Line name={t("ticket.swapPerNight")} text={text(formatSignedAmount, ({ swapPerNight }) => swapPerNight)} />}
      <Line
        name={t("ticket.freeMarginAfter")}
        text={text(formatAmount, ({ after }) => after.freeMargin)}
        tone={isShort ? "text-danger" : undefined}
      />
      <Line name={t("ticket.marginLevelAfter")} text={levelText} tone={isLow ? "text-danger" : undefined} />
    </dl>
  )
}

/** Undefined when nothing ties up margin, too. */
const levelOf = (preview: TicketPreview | undefined): Decimal | undefined => preview?.after.marginLevelPercent ?? undefined
const levelText = (preview: TicketPreview | undefined): string => {
  const level = levelOf(preview)
  return level === undefined ? UNKNOWN : formatPercent(formatDecimal(level))
}

function Line(props: {
  readonly name: string
  readonly text: (preview: TicketPreview | undefined) => string
  readonly unit?: string | undefined
  readonly tone?: string | undefined
}) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-muted-foreground">{props.name}</dt>
      <dd className={cn("figures font-medium", props.tone)}>
        <LiveText value={ticketPreviewValue} text={props.text} />
        {props.unit !== undefined && <span className="ml-1 font-normal text-muted-foreground">{props.unit}</span>}
      </dd>
    </div>
  )
}
