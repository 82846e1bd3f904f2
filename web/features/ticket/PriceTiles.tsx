/** PriceTiles: SELL at the bid, BUY at the ask, the spread between. They choose the side, and by choice send it: with a double click, or at once. */
import { ZapIcon } from "lucide-react"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import { cn } from "../../lib/cn.ts"
import { isLiveValue } from "../../state/connection.ts"
import { isStaleValue } from "../../state/market.ts"
import { orderModeCell } from "../../state/preferences.ts"
import { useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell } from "../../state/ticket.ts"
import { Popover, PopoverContent, PopoverTrigger } from "../../ui/popover.tsx"
import { QuotePrice } from "../instrument/QuotePrice.tsx"
import { Spread } from "../instrument/Spread.tsx"
import { sendTicket } from "./sendTicket.ts"
import { isBlockedValue } from "./SubmitOrder.tsx"

export function PriceTiles(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { symbol } = props.instrument
  return (
    <fieldset aria-label={t("ticket.side")} className="relative grid grid-cols-2 gap-1">
      <Tile side="sell" symbol={symbol} />
      <Tile side="buy" symbol={symbol} />
      <Popover>
        <PopoverTrigger className="figures absolute top-1/2 left-1/2 h-6 min-w-6 -translate-1/2 rounded-full border border-border bg-panel px-1.5 text-2xs text-muted-foreground hover:text-foreground">
          <span className="sr-only">{t("ticket.spread")} </span>
          <Spread symbol={symbol} />
        </PopoverTrigger>
        <PopoverContent align="center" className="w-64">
          <Suspense>
            <SpreadHistory instrument={props.instrument} />
          </Suspense>
        </PopoverContent>
      </Popover>
    </fieldset>
  )
}

/** Behind the prices: nobody waits for it. */
const SpreadHistory = lazy(() => import("./SpreadHistory.tsx"))

const looks = {
  sell: { chosen: "bg-sell text-side-foreground border-sell", other: "bg-sell-soft text-down border-transparent hover:border-down/50" },
  buy: { chosen: "bg-buy text-side-foreground border-buy", other: "bg-buy-soft text-up border-transparent hover:border-up/50" }
} as const

function Tile(props: { readonly side: Side; readonly symbol: string }) {
  const { t } = useTranslation()
  const { side } = props
  const mode = useValue(orderModeCell)
  const isOneClick = mode === "oneClick"
  const isBlocked = useValue(isBlockedValue)
  const isFrozen = !useValue(isLiveValue)
  const isStale = useValue(isStaleValue(props.symbol))
  const isChosen = useValue(ticketCell).side === side && !isOneClick
  const onClick = () => {
    write(editTicket, { side })
    if (isOneClick) sendTicket(side)
  }
  return (
    <button
      type="button"
      aria-pressed={isOneClick ? undefined : isChosen}
      disabled={isOneClick && isBlocked}
      onClick={onClick}
      onDoubleClick={() => mode === "doubleClick" && !isBlocked && sendTicket(side)}
      className={cn(
        "grid h-[3.75rem] [&_.stale]:text-inherit content-center gap-0.5 rounded-md border px-3 transition-colors disabled:opacity-45",
        side === "buy" ? "justify-items-end" : "justify-items-start",
        isChosen ? looks[side].chosen : looks[side].other,
        (isFrozen || isStale) && "grayscale"
      )}
    >
      <span className="flex items-center gap-1 text-xs font-semibold">
        {isOneClick && <ZapIcon className="size-3 fill-current" aria-hidden />}
        {t(`ticket.${side}`)}
      </span>
      <QuotePrice symbol={props.symbol} side={side === "buy" ? "ask" : "bid"} large className="text-base leading-6" />
    </button>
  )
}
