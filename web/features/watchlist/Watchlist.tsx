/** Watchlist: symbols with their live bid, ask, spread and change; a click makes one the subject of chart and ticket. */
import { ListPlusIcon, SearchIcon, SearchXIcon, StarIcon } from "lucide-react"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { LIST_SYMBOLS_MAX, watchlistGroupValue, watchlistSearchCell, watchlistValue } from "../../state/watchlist.ts"
import { useValue, write } from "../../state/store.ts"
import { useScreen } from "../../lib/useScreen.ts"
import { Button } from "../../ui/button.tsx"
import { Empty } from "../../ui/empty.tsx"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { WATCHLIST_COLUMNS, WatchlistRow } from "./WatchlistRow.tsx"

const GroupMenu = lazy(() => import("./GroupMenu.tsx"))
const VirtualRows = lazy(() => import("./VirtualRows.tsx"))

/** Taller where fingers choose. */
const ROW_HEIGHT = { desktop: 40, tablet: 44, phone: 54 } as const

export function Watchlist() {
  const { t } = useTranslation()
  return (
    <PanelFrame aria-label={t("watchlist.title")}>
      <header className="flex items-center gap-1 border-b border-border p-1.5">
        <label className="relative min-w-0 flex-1">
          <SearchIcon className="absolute top-1/2 left-2 size-3.5 -translate-y-1/2 text-faint-foreground" aria-hidden />
          <input
            id="watchlist-search"
            type="search"
            aria-label={t("watchlist.search")}
            placeholder={t("watchlist.searchPlaceholder")}
            value={useValue(watchlistSearchCell)}
            onChange={(event) => write(watchlistSearchCell, event.target.value)}
            className="h-7 w-full rounded-md border border-transparent bg-muted pr-2 pl-7 text-xs outline-none placeholder:text-faint-foreground focus-visible:border-ring focus-visible:bg-panel focus-visible:ring-2 focus-visible:ring-ring/35 pointer-coarse:h-11 pointer-coarse:text-base"
          />
        </label>
        <Suspense fallback={<Skeleton className="h-7 w-12" />}>
          <GroupMenu />
        </Suspense>
      </header>
      <div
        className={`grid ${WATCHLIST_COLUMNS} h-6 shrink-0 items-center border-b border-border text-2xs text-faint-foreground`}
        aria-hidden
      >
        <span>{t("watchlist.symbol")}</span>
        <span className="text-right">{t("watchlist.bid")}</span>
        <span className="text-right">{t("watchlist.ask")}</span>
        <span className="text-right">{t("watchlist.spread")}</span>
        <span className="text-right">{t("watchlist.change")}</span>
      </div>
      <Rows />
    </PanelFrame>
  )
}

function Rows() {
  const { t } = useTranslation()
  const rowHeight = ROW_HEIGHT[useScreen()]
  const instruments = useValue(watchlistValue)
  const search = useValue(watchlistSearchCell)
  if (instruments === undefined) return <LoadingRows />
  if (instruments.length === 0) {
    return search === "" ? (
      <NothingListed />
    ) : (
      <Empty
        icon={<SearchXIcon />}
        title={t("watchlist.noMatch", { search })}
        action={
          <Button size="sm" onClick={() => write(watchlistSearchCell, "")}>
            {t("watchlist.clearSearch")}
          </Button>
        }
      />
    )
  }
  return (
    <Suspense fallback={<FirstRows instruments={instruments} rowHeight={rowHeight} />}>
      <VirtualRows instruments={instruments} rowHeight={rowHeight} />
    </Suspense>
  )
}

function NothingListed() {
  const { t } = useTranslation()
  return useValue(watchlistGroupValue) === "favorites" ? (
    <Empty
      icon={<StarIcon />}
      title={t("watchlist.noFavorites")}
      description={t("watchlist.noFavoritesHint", { count: LIST_SYMBOLS_MAX })}
    />
  ) : (
    <Empty
      icon={<ListPlusIcon />}
      title={t("watchlist.noSymbols")}
      description={t("watchlist.noSymbolsHint", { count: LIST_SYMBOLS_MAX })}
    />
  )
}

/** As many as fill any screen, until what scrolls hundreds of them is there. */
const FIRST_ROWS = 30

function FirstRows(props: { readonly instruments: ReadonlyArray<Instrument>; readonly rowHeight: number }) {
  const { t } = useTranslation()
  return (
    <ul aria-label={t("watchlist.title")} className="min-h-0 flex-1 overflow-y-auto">
      {props.instruments.slice(0, FIRST_ROWS).map((instrument) => (
        <li key={instrument.symbol} style={{ height: props.rowHeight }}>
          <WatchlistRow instrument={instrument} />
        </li>
      ))}
    </ul>
  )
}

function LoadingRows() {
  const { t } = useTranslation()
  return (
    <section aria-busy aria-label={t("state.loading")}>
      {Array.from({ length: 10 }, (_, index) => (
        <div key={index} className="flex items-center justify-between px-2.5" style={{ height: ROW_HEIGHT.desktop }}>
          <Skeleton className="h-3 w-16" />
          <Skeleton className="h-3 w-32" />
        </div>
      ))}
    </section>
  )
}
