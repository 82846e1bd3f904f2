/** PhoneWorkspace: one thing at a time, chosen in the bar at the bottom; the order is a sheet above it. */
import { ArrowUpDownIcon, CandlestickChartIcon, HistoryIcon, LayersIcon, ListIcon } from "lucide-react"
import { type ComponentType, lazy, Suspense, useState } from "react"
import { useTranslation } from "react-i18next"
import { cn } from "../../lib/cn.ts"
import { positionsCell } from "../../state/account.ts"
import { phoneTabCell, type PhoneTab } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { Watchlist } from "../watchlist/Watchlist.tsx"
import { LazyChart, LazyPanel } from "./LazyPanels.tsx"

const PhonePositions = lazy(() => import("./PhonePositions.tsx"))
const PhoneHistory = lazy(() => import("./PhoneHistory.tsx"))
const TicketSheet = lazy(() => import("./TicketSheet.tsx"))

const ICONS: Readonly<Record<PhoneTab, ComponentType<{ readonly className?: string }>>> = {
  watchlist: ListIcon,
  chart: CandlestickChartIcon,
  positions: LayersIcon,
  history: HistoryIcon
}

export default function PhoneWorkspace() {
  const { t } = useTranslation()
  const tab = useValue(phoneTabCell)
  const [isTicketOpen, setTicketOpen] = useState(false)
  return (
    <div className="flex h-full flex-col">
      <div className="min-h-0 flex-1 px-1.5 pb-1.5">
        {tab === "watchlist" && <Watchlist />}
        {tab === "chart" && <LazyChart />}
        {tab === "positions" && <LazyPanel panel={PhonePositions} />}
        {tab === "history" && <LazyPanel panel={PhoneHistory} />}
      </div>
      <nav
        aria-label={t("workspace.tabs")}
        className="grid shrink-0 grid-cols-5 border-t border-border bg-panel pb-[env(safe-area-inset-bottom)]"
      >
        <BarButton tab="watchlist" />
        <BarButton tab="chart" />
        <button
          type="button"
          onClick={() => setTicketOpen(true)}
          aria-label={t("workspace.openTicket")}
          className="grid h-14 place-items-center"
        >
          <span className="grid size-11 place-items-center rounded-full bg-accent text-accent-foreground">
            <ArrowUpDownIcon className="size-5" aria-hidden />
          </span>
        </button>
        <BarButton tab="positions" />
        <BarButton tab="history" />
      </nav>
      <Suspense>
        <TicketSheet isOpen={isTicketOpen} onOpenChange={setTicketOpen} />
      </Suspense>
    </div>
  )
}

function BarButton(props: { readonly tab: PhoneTab }) {
  const { t } = useTranslation()
  const isChosen = useValue(phoneTabCell) === props.tab
  const positions = useValue(positionsCell).length
  const Icon = ICONS[props.tab]
  return (
    <button
      type="button"
      aria-current={isChosen ? "page" : undefined}
      onClick={() => write(phoneTabCell, props.tab)}
      className={cn(
        "relative grid h-14 content-center justify-items-center gap-0.5 text-2xs font-medium outline-offset-[-3px]",
        isChosen ? "text-accent-text" : "text-muted-foreground"
      )}
    >
      <Icon className="size-5" aria-hidden />
      {t(`workspace.${props.tab}`)}
      {props.tab === "positions" && positions > 0 && (
        <span className="figures absolute top-1.5 left-1/2 ml-1.5 min-w-4 rounded-full bg-accent px-1 text-center text-[0.625rem] leading-4 font-semibold text-accent-foreground">
          {positions}
        </span>
      )}
    </button>
  )
}
