/** PriceMenu: what can be done at the price that was clicked on: an order there, or an alert. */
import { type RefObject, useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import { decimalFromNumber, roundDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderType, Side } from "#domain/Order.ts"
import { formatPrice } from "../../locales/formats.ts"
import { addAlert } from "../../state/alerts.ts"
import { quoteValue } from "../../state/market.ts"
import { read, write } from "../../state/store.ts"
import { editTicket } from "../../state/ticket.ts"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuSeparator, DropdownMenuTrigger } from "../../ui/dropdown-menu.tsx"
import type { PriceChart } from "./PriceChart.ts"

interface Place {
  readonly x: number
  readonly y: number
  readonly price: bigint
}

export function PriceMenu(props: {
  readonly chart: PriceChart | undefined
  readonly element: RefObject<HTMLElement | null>
  readonly instrument: Instrument
}) {
  const { t } = useTranslation()
  const { chart, element, instrument } = props
  const [place, setPlace] = useState<Place>()
  useEffect(() => {
    const target = element.current
    if (target === null || chart === undefined) return
    const onContextMenu = (event: MouseEvent) => {
      event.preventDefault()
      const box = target.getBoundingClientRect()
      const price = chart.series.coordinateToPrice(event.clientY - box.top)
      const decimal = price === null ? undefined : decimalFromNumber(price)
      if (decimal !== undefined)
        setPlace({ x: event.clientX - box.left, y: event.clientY - box.top, price: roundDecimal(decimal, instrument.digits) })
    }
    target.addEventListener("contextmenu", onContextMenu)
    return () => target.removeEventListener("contextmenu", onContextMenu)
  }, [chart, element, instrument])
  if (place === undefined) return null
  const price = formatPrice(place.price, instrument.digits)
  const quote = read(quoteValue(instrument.symbol))
  const isBelow = quote !== undefined && place.price < quote.bid
  const draft = (side: Side, type: OrderType) =>
    write(editTicket, { side, type, ...(type === "limit" ? { limitPrice: price } : { stopPrice: price }) })
  return (
    <DropdownMenu open onOpenChange={() => setPlace(undefined)}>
      <DropdownMenuTrigger asChild>
        <span className="absolute size-px" style={{ left: place.x, top: place.y }} />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="figures">
        <DropdownMenuItem onSelect={() => draft("buy", isBelow ? "limit" : "stop")}>
          {t("chart.orderHere", { side: t("ticket.buy"), type: t(`ticket.types.${isBelow ? "limit" : "stop"}`), price })}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => draft("sell", isBelow ? "stop" : "limit")}>
          {t("chart.orderHere", { side: t("ticket.sell"), type: t(`ticket.types.${isBelow ? "stop" : "limit"}`), price })}
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <DropdownMenuItem
          disabled={quote === undefined}
          onSelect={() => quote !== undefined && write(addAlert, instrument.symbol, place.price, quote.bid)}
        >
          {t("chart.alertHere", { price })}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
