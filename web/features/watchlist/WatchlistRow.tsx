/** WatchlistRow: one symbol. The prices subscribe by themselves, so a tick renders two figures and no row. */
import { StarIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { cn } from "../../lib/cn.ts"
import { formatSignedAmount } from "../../locales/formats.ts"
import { firstQuoteCell, quoteValue } from "../../state/market.ts"
import { selectSymbol, symbolValue } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { favoritesCell, toggleFavorite } from "../../state/watchlist.ts"
import { changePercent } from "../instrument/instrumentFigures.ts"
import { QuotePrice } from "../instrument/QuotePrice.tsx"
import { Spread } from "../instrument/Spread.tsx"

export const WATCHLIST_COLUMNS =
  "grid-cols-[minmax(4.5rem,1fr)_4.35rem_4.35rem_1.65rem_2.9rem] max-sm:grid-cols-[minmax(4.5rem,1fr)_5.2rem_5.2rem_2rem_3.1rem]"

export function WatchlistRow(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { symbol, description } = props.instrument
  const isSelected = useValue(symbolValue) === symbol
  return (
    <div className={cn("group relative h-full hover:bg-hover", isSelected && "bg-accent-soft hover:bg-accent-soft")}>
      {isSelected && <span className="absolute inset-y-0 left-0 w-0.5 bg-accent" aria-hidden />}
      <button
        type="button"
        aria-label={t("watchlist.select", { symbol, description })}
        aria-current={isSelected || undefined}
        onClick={() => write(selectSymbol, symbol)}
        className={cn(
          "grid h-full w-full content-center items-center gap-x-1 gap-y-0.5 px-2.5 leading-4 text-left text-xs max-sm:text-sm outline-offset-[-2px]",
          WATCHLIST_COLUMNS
        )}
      >
        <span className="truncate text-sm leading-4 font-semibold tracking-tight">{symbol}</span>
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

/** Since this page was opened. */
function Change(props: { readonly symbol: string }) {
  const first = useValue(firstQuoteCell(props.symbol))
  const last = useValue(quoteValue(props.symbol))
  if (first === undefined || last === undefined) return <span />
  const percent = changePercent(first, last)
  return (
    <span className={cn("figures text-right text-2xs", percent > 0n ? "text-up" : percent < 0n ? "text-down" : "text-muted-foreground")}>
      {formatSignedAmount(percent, 2)}%
    </span>
  )
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
      onClick={() => write(toggleFavorite, props.symbol)}
      className={cn(
        "absolute top-0.5 left-[3.7rem] grid size-6 place-items-center rounded-sm bg-hover text-faint-foreground opacity-0 group-hover:opacity-100 hover:text-foreground focus-visible:opacity-100 pointer-coarse:hidden",
        isFavorite && "text-warning"
      )}
    >
      <StarIcon className={cn("size-3.5", isFavorite && "fill-current")} aria-hidden />
    </button>
  )
}
