/** WatchlistRow: one symbol. The prices subscribe by themselves, so a tick renders two figures and no row. */
import { MoonIcon, OctagonMinusIcon, StarIcon } from "lucide-react"
import { type ComponentProps, type DragEvent } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { cn } from "../../lib/cn.ts"
import { marketCell, quoteValue } from "../../state/market.ts"
import { selectSymbol, symbolValue } from "../../state/selection.ts"
import { read, useSelected, useValue, write } from "../../state/store.ts"
import { favoritesCell, moveSymbol, ownSymbolsValue, toggleSymbol, watchlistGroupValue } from "../../state/watchlist.ts"
import { DayChange } from "../instrument/DayChange.tsx"
import { QuotePrice } from "../instrument/QuotePrice.tsx"
import { Spread } from "../instrument/Spread.tsx"
import { useDayOpen } from "../instrument/useDayOpen.ts"

/** Of a row and of the names above the rows: wider for fingers, narrower again on the smallest screens. */
export const WATCHLIST_COLUMNS = [
  "gap-x-1 px-2.5 grid-cols-[minmax(4.5rem,1fr)_4.35rem_4.35rem_1.65rem_2.9rem]",
  "max-sm:grid-cols-[minmax(4.5rem,1fr)_5.2rem_5.2rem_2rem_3.1rem]",
  "max-[23.5rem]:grid-cols-[minmax(4rem,1fr)_4.35rem_4.35rem_1.65rem_2.9rem] max-[23.5rem]:gap-x-0.5 max-[23.5rem]:px-2"
].join(" ")

const DRAGGED_SYMBOL = "text/x-keel-symbol"

/** What is given beside goes to the row itself: a menu hangs there. */
export function WatchlistRow({ instrument, ...props }: { readonly instrument: Instrument } & ComponentProps<"div">) {
  const { symbol, description } = instrument
  const isSelected = useValue(symbolValue) === symbol
  const group = useValue(watchlistGroupValue)
  const isDraggable = useValue(ownSymbolsValue(group)) !== undefined
  const onDrop = (event: DragEvent) => {
    const dropped = event.dataTransfer.getData(DRAGGED_SYMBOL)
    if (dropped === "" || dropped === symbol) return
    event.preventDefault()
    const symbols = read(ownSymbolsValue(group)) ?? []
    write(moveSymbol, group, dropped, symbols.indexOf(symbol) - symbols.indexOf(dropped))
  }
  return (
    <div
      {...props}
      draggable={isDraggable}
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED_SYMBOL, symbol)}
      onDragOver={(event) => isDraggable && event.preventDefault()}
      onDrop={onDrop}
      className={cn("group relative h-full hover:bg-hover", isSelected && "bg-accent-soft hover:bg-accent-soft")}
    >
      {isSelected && <span className="absolute inset-y-0 left-0 w-0.5 bg-accent" aria-hidden />}
      <button
        type="button"
        aria-current={isSelected || undefined}
        onClick={() => write(selectSymbol, symbol)}
        className={cn(
          "grid h-full w-full content-center items-center gap-y-0.5 leading-4 text-left text-xs max-sm:text-sm max-[23.5rem]:text-xs outline-offset-[-2px]",
          WATCHLIST_COLUMNS
        )}
      >
        <span className="flex min-w-0 items-center gap-1 text-sm leading-4 font-semibold tracking-tight">
          <span className="truncate">{symbol}</span>
          <ClosedMark symbol={symbol} />
        </span>
        <QuotePrice symbol={symbol} side="bid" className="justify-self-end" />
        <QuotePrice symbol={symbol} side="ask" className="justify-self-end" />
        <Spread symbol={symbol} className="figures text-right text-2xs text-muted-foreground" />
        <Change symbol={symbol} />
        <span className="col-span-5 truncate text-2xs leading-3 text-faint-foreground">{description}</span>
      </button>
      <FavoriteButton symbol={symbol} />
    </div>
  )
}

/** The market sleeps, or is halted. */
function ClosedMark(props: { readonly symbol: string }) {
  const { t } = useTranslation()
  const market = useValue(marketCell(props.symbol))
  if (market === undefined || (market.sessionOpen && !market.halted)) return null
  const Icon = market.halted ? OctagonMinusIcon : MoonIcon
  return (
    <Icon className="size-3 shrink-0 text-faint-foreground" aria-label={market.halted ? t("watchlist.halted") : t("watchlist.closed")} />
  )
}

/** Since the day began. */
function Change(props: { readonly symbol: string }) {
  const { symbol } = props
  const open = useDayOpen(symbol)
  const isQuoted = useSelected(quoteValue(symbol), (quote) => quote !== undefined)
  if (open === undefined || !isQuoted) return <span />
  return <DayChange symbol={symbol} open={open} className="figures text-right text-2xs text-muted-foreground" />
}

/** Over the row's left edge, where it hides nothing but the margin, until the row is pointed at. */
function FavoriteButton(props: { readonly symbol: string }) {
  const { t } = useTranslation()
  const isFavorite = useValue(favoritesCell).includes(props.symbol)
  return (
    <button
      type="button"
      aria-pressed={isFavorite}
      aria-label={t("watchlist.favorite", { symbol: props.symbol })}
      onClick={() => write(toggleSymbol, "favorites", props.symbol)}
      className={cn(
        "absolute -top-px left-[4.2rem] grid size-6 place-items-center rounded-sm bg-hover text-faint-foreground opacity-0 group-hover:opacity-100 hover:text-foreground focus-visible:opacity-100 pointer-coarse:hidden",
        isFavorite && "text-warning"
      )}
    >
      <StarIcon className={cn("size-3.5", isFavorite && "fill-current")} aria-hidden />
    </button>
  )
}
