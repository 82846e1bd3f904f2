/** PriceMenu: what can be done at a price of the chart: an order there, or an alert. Opened by the + beside the price scale, or by a right click. */
import { PlusIcon } from "lucide-react"
import { type RefObject, useCallback, useEffect, useRef, useState } from "react"
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
  const plus = useRef<HTMLButtonElement>(null)
  const openAt = useCallback(
    (x: number, y: number) => {
      const price = chart?.series.coordinateToPrice(y)
      const decimal = price === null || price === undefined ? undefined : decimalFromNumber(price)
      if (decimal !== undefined) setPlace({ x, y, price: roundDecimal(decimal, instrument.digits) })
    },
    [chart, instrument]
  )
  useEffect(() => {
    const target = element.current
    if (target === null || chart === undefined) return
    const within = ({ clientX, clientY }: MouseEvent) => {
      const box = target.getBoundingClientRect()
      return { x: clientX - box.left, y: clientY - box.top }
    }
    const onContextMenu = (event: MouseEvent) => {
      event.preventDefault()
      const { x, y } = within(event)
      openAt(x, y)
    }
    // The + follows the pointer, or the finger, without a render.
    const onPointer = (event: PointerEvent) => {
      if (plus.current !== null) plus.current.style.top = `${within(event).y}px`
    }
    target.addEventListener("contextmenu", onContextMenu)
    target.addEventListener("pointermove", onPointer)
    target.addEventListener("pointerdown", onPointer)
    return () => {
      target.removeEventListener("contextmenu", onContextMenu)
      target.removeEventListener("pointermove", onPointer)
      target.removeEventListener("pointerdown", onPointer)
    }
  }, [chart, element, openAt])
  const openAtPlus = () => {
    const button = plus.current
    if (button !== null) openAt(button.offsetLeft, button.offsetTop)
  }
  return (
    <>
      <button
        ref={plus}
        type="button"
        aria-label={t("chart.atPrice")}
        onClick={openAtPlus}
        className="absolute top-1/2 right-18 z-10 grid size-6 -translate-y-1/2 place-items-center rounded-sm border border-border bg-raised text-muted-foreground opacity-0 group-hover/chart:opacity-100 hover:text-foreground focus-visible:opacity-100 pointer-coarse:right-auto pointer-coarse:left-2 pointer-coarse:size-9 pointer-coarse:opacity-100"
      >
        <PlusIcon className="size-3.5" aria-hidden />
      </button>
      {place !== undefined && <PlaceMenu place={place} instrument={instrument} onDone={() => setPlace(undefined)} />}
    </>
  )
}

function PlaceMenu(props: { readonly place: Place; readonly instrument: Instrument; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { place, instrument } = props
  const price = formatPrice(place.price, instrument.digits)
  const quote = read(quoteValue(instrument.symbol))
  const isBelow = quote !== undefined && place.price < quote.bid
  const draft = (side: Side, type: OrderType) =>
    write(editTicket, { side, type, ...(type === "limit" ? { limitPrice: price } : { stopPrice: price }) })
  return (
    <DropdownMenu open onOpenChange={props.onDone}>
      <DropdownMenuTrigger asChild>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t("chart.atPrice")}
          className="absolute size-px"
          style={{ left: place.x, top: place.y }}
        />
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
