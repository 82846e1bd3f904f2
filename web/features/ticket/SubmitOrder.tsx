/** SubmitOrder: the button that sends the order, saying exactly what it will do, or why it cannot be pressed. */
import { LoaderCircleIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { formatDateTime, formatLots, formatPrice } from "../../locales/formats.ts"
import { isLiveValue } from "../../state/connection.ts"
import { isStaleValue, marketCell, quoteValue } from "../../state/market.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { derived, useSelected, useValue } from "../../state/store.ts"
import { ticketCell } from "../../state/ticket.ts"
import { Button } from "../../ui/button.tsx"
import { sendingCell } from "./sendTicket.ts"
import { readTicketValue, ticketInstrumentValue, ticketPreviewValue } from "./useTicket.ts"

type Unavailable = "offline" | "halted" | "noQuote" | "closed" | "stale"

/** Why nothing can be sent now, whatever the ticket says. Pending orders may be placed while the market sleeps. */
const unavailableValue = derived((read): Unavailable | undefined => {
  const instrument = read(ticketInstrumentValue)
  if (!read(isLiveValue)) return "offline"
  if (instrument === undefined || read(quoteValue(instrument.symbol)) === undefined) return "noQuote"
  const market = read(marketCell(instrument.symbol))
  if (market?.halted ?? instrument.halted) return "halted"
  if (read(ticketCell).type !== "market") return undefined
  if (market?.sessionOpen === false) return "closed"
  return read(isStaleValue(instrument.symbol)) ? "stale" : undefined
})
export const isBlockedValue = derived((read) => read(unavailableValue) !== undefined || read(readTicketValue)?.order === undefined)

export function SubmitOrder(props: { readonly instrument: Instrument }) {
  const { symbol } = props.instrument
  const unavailable = useValue(unavailableValue)
  const isBlocked = useValue(isBlockedValue)
  const isSending = useValue(sendingCell) > 0
  const { side } = useValue(ticketCell)
  return (
    <div className="grid gap-1.5">
      <Button variant={side} size="lg" className="figures w-full" disabled={isBlocked} type="submit" data-testid="submit-order">
        {isSending && <LoaderCircleIcon className="size-4 animate-spin" aria-hidden />}
        <SubmitLabel instrument={props.instrument} />
      </Button>
      {unavailable !== undefined && (
        <output className="block text-center text-xs text-warning">
          <Reason unavailable={unavailable} symbol={symbol} />
        </output>
      )}
    </div>
  )
}

function Reason(props: { readonly unavailable: Unavailable; readonly symbol: string }) {
  const { t } = useTranslation()
  const { symbol } = props
  const opensAt = useValue(marketCell(symbol))?.opensAt
  const timeZone = useValue(timeZoneValue)
  if (props.unavailable === "closed" && typeof opensAt === "number")
    return t("ticket.unavailable.closedUntil", { symbol, time: formatDateTime(opensAt, timeZone) })
  return t(`ticket.unavailable.${props.unavailable}`, { symbol })
}

function SubmitLabel(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const draft = useValue(ticketCell)
  const price = useSelected(ticketPreviewValue, (preview) => preview && formatPrice(preview.price, props.instrument.digits))
  const words = { side: t(`ticket.${draft.side}`), lots: formatLots(draft.lots), symbol: props.instrument.symbol }
  return price === undefined ? t("ticket.submit", words) : t("ticket.submitAt", { ...words, price })
}
