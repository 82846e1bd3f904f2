/** VirtualRows: a list of hundreds of symbols, of which only those in sight are in the page, each with its menu. Loaded behind the first rows. */
import { useVirtualizer } from "@tanstack/react-virtual"
import { useRef } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { RowMenu } from "./RowMenu.tsx"
import { WatchlistRow } from "./WatchlistRow.tsx"

export default function VirtualRows(props: { readonly instruments: ReadonlyArray<Instrument>; readonly rowHeight: number }) {
  const { t } = useTranslation()
  const { instruments, rowHeight } = props
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- it returns functions that must not be memoized, and none is
  const virtualizer = useVirtualizer({
    count: instruments.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6
  })
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={t("watchlist.title")} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const instrument = instruments[item.index]
          return (
            instrument !== undefined && (
              <li key={instrument.symbol} className="absolute inset-x-0" style={{ top: item.start, height: rowHeight }}>
                <RowMenu symbol={instrument.symbol}>
                  <WatchlistRow instrument={instrument} />
                </RowMenu>
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}
