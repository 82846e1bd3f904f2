/** DesktopWorkspace: everything in sight, in panels that keep the sizes they are given. */
import { useTranslation } from "react-i18next"
import { useValue, write } from "../../state/store.ts"
import { ResizablePanel, type ResizablePanelProps } from "../../ui/resizable-panel.tsx"
import { TicketPanel } from "../ticket/Ticket.tsx"
import { Watchlist } from "../watchlist/Watchlist.tsx"
import { LazyChart, LazyTradingTabs } from "./LazyPanels.tsx"
import { type PanelName, panelPercentCell } from "./layoutStorage.ts"

export default function DesktopWorkspace() {
  return (
    <div className="flex h-full px-1.5 pb-1.5">
      <KeptPanel name="watchlist" edge="right" defaultPercent={22} minPixels={318} maxPercent={34}>
        <Watchlist />
      </KeptPanel>
      <div className="flex min-w-[35%] flex-1 flex-col">
        <KeptPanel name="chart" edge="bottom" defaultPercent={64} minPixels={180} maxPercent={85}>
          <LazyChart />
        </KeptPanel>
        <div id="tabs-panel" className="min-h-0 flex-1 overflow-hidden">
          <LazyTradingTabs />
        </div>
      </div>
      <KeptPanel name="ticket" edge="left" defaultPercent={19} minPixels={264} maxPercent={32}>
        <TicketPanel />
      </KeptPanel>
    </div>
  )
}

type KeptPanelProps = { readonly name: PanelName } & Pick<
  ResizablePanelProps,
  "edge" | "defaultPercent" | "minPixels" | "maxPercent" | "children"
>

function KeptPanel({ name, ...props }: KeptPanelProps) {
  const { t } = useTranslation()
  const percent = useValue(panelPercentCell(name))
  return (
    <ResizablePanel
      id={`${name}-panel`}
      label={t("workspace.resize")}
      percent={percent ?? undefined}
      onPercentChange={(next) => write(panelPercentCell(name), next ?? null)}
      {...props}
    />
  )
}
