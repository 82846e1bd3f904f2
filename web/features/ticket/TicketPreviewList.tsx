/** TicketPreviewList: what the order would tie up, cost and leave, live. */
import { useTranslation } from "react-i18next"
import type { ReactNode } from "react"
import { formatDecimal, parseDecimal } from "#domain/Decimal.ts"
import { cn } from "../../lib/cn.ts"
import { formatAmount, formatPercent, formatSignedAmount, UNKNOWN } from "../../locales/formats.ts"
import { accountCell } from "../../state/account.ts"
import { useValue } from "../../state/store.ts"
import { ticketCell } from "../../state/ticket.ts"
import { ticketPreviewValue } from "./useTicket.ts"

export function TicketPreviewList() {
  const { t } = useTranslation()
  const preview = useValue(ticketPreviewValue)
  const account = useValue(accountCell)
  const isMarket = useValue(ticketCell).type === "market"
  const digits = account?.currencyDigits ?? 2
  const money = (value: bigint | undefined) => (value === undefined ? UNKNOWN : formatAmount(value, digits))
  const signed = (value: bigint | undefined) => (value === undefined ? UNKNOWN : formatSignedAmount(value, digits))
  const level = preview?.after.marginLevelPercent
  const marginCall = parseDecimal(account?.marginCallLevelPercent ?? "") ?? 0n
  const isLow = level !== undefined && level !== null && level <= marginCall
  const isShort = preview !== undefined && preview.after.freeMargin < 0n
  return (
    <dl className="grid gap-1 rounded-md bg-muted px-2.5 py-2 text-xs" aria-label={t("ticket.preview")}>
      <Line name={t("ticket.margin")} value={money(preview?.margin)} unit={account?.currency} />
      <Line name={t("ticket.pipValue")} value={money(preview?.pipValue)} />
      {isMarket && <Line name={t("ticket.spreadCost")} value={signed(preview?.spreadCost)} />}
      {preview !== undefined && preview.commission !== 0n && <Line name={t("ticket.commission")} value={signed(-preview.commission)} />}
      {preview?.swapPerNight !== undefined && preview.swapPerNight !== 0n && (
        <Line name={t("ticket.swapPerNight")} value={signed(preview.swapPerNight)} />
      )}
      <Line name={t("ticket.freeMarginAfter")} value={money(preview?.after.freeMargin)} tone={isShort ? "text-danger" : undefined} />
      <Line
        name={t("ticket.marginLevelAfter")}
        value={level === undefined || level === null ? UNKNOWN : formatPercent(formatDecimal(level))}
        tone={isLow ? "text-danger" : undefined}
      />
    </dl>
  )
}

function Line(props: {
  readonly name: string
  readonly value: ReactNode
  readonly unit?: string | undefined
  readonly tone?: string | undefined
}) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-muted-foreground">{props.name}</dt>
      <dd className={cn("figures font-medium", props.tone)}>
        {props.value}
        {props.unit !== undefined && <span className="ml-1 font-normal text-muted-foreground">{props.unit}</span>}
      </dd>
    </div>
  )
}
