/** SubmitOrder: the button that sends the order, saying exactly what it will do, or why it cannot be pressed. */
import { LoaderCircleIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { formatLots, formatPrice } from "../../locales/formats.ts"
import { isLiveValue } from "../../state/connection.ts"
import { isStaleValue, quoteValue } from "../../state/market.ts"
import { derived, useValue } from "../../state/store.ts"
import { ticketCell } from "../../state/ticket.ts"
import { Button } from "../../ui/button.tsx"
import { sendingCell } from "./sendTicket.ts"
import { readTicketValue, ticketInstrumentValue, ticketPreviewValue } from "./useTicket.ts"

/** Why nothing can be sent now, whatever the ticket says. */
const unavailableValue = derived((read): "offline" | "halted" | "noQuote" | "stale" | undefined => {
  const instrument = read(ticketInstrumentValue)
  if (!read(isLiveValue)) return "offline"
  if (instrument === undefined || read(quoteValue(instrument.symbol)) === undefined) return "noQuote"
  if (instrument.halted) return "halted"
  return read(isStaleValue(instrument.symbol)) && read(ticketCell).type === "market" ? "stale" : undefined
})
export const isBlockedValue = derived((read) => read(unavailableValue) !== undefined || read(readTicketValue)?.order === undefined)

export function SubmitOrder(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
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
        <output className="block text-center text-xs text-warning">{t(`ticket.unavailable.${unavailable}`, { symbol })}</output>
      )}
    </div>
  )
}

function SubmitLabel(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const draft = useValue(ticketCell)
  const preview = useValue(ticketPreviewValue)
  const words = { side: t(`ticket.${draft.side}`), lots: formatLots(draft.lots), symbol: props.instrument.symbol }
  return preview === undefined
    ? t("ticket.submit", words)
    : t("ticket.submitAt", { ...words, price: formatPrice(preview.price, props.instrument.digits) })
}
