/** DesktopWorkspace: everything in sight, in panels that keep the sizes they are given. */
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Group, Panel, type Layout } from "react-resizable-panels"
import { read, useValue, write } from "../../state/store.ts"
import { ResizableSeparator } from "../../ui/resizable.tsx"
import { TicketPanel } from "../ticket/Ticket.tsx"
import { Watchlist } from "../watchlist/Watchlist.tsx"
import { LazyChart, LazyTradingTabs } from "./LazyPanels.tsx"
import { layoutGenerationCell, type PANEL_GROUPS, panelSizesCell } from "./layoutStorage.ts"

export default function DesktopWorkspace() {
  const { t } = useTranslation()
  const generation = useValue(layoutGenerationCell)
  return (
    <KeptGroup key={generation} name="columns" orientation="horizontal" className="px-1.5 pb-1.5">
      <Panel id="watchlist-panel" defaultSize="23%" minSize="318px" maxSize="34%">
        <Watchlist />
      </Panel>
      <ResizableSeparator aria-label={t("workspace.resize")} />
      <Panel id="center-panel" minSize="35%">
        <KeptGroup name="rows" orientation="vertical">
          <Panel id="chart-panel" defaultSize="64%" minSize="25%">
            <LazyChart />
          </Panel>
          <ResizableSeparator aria-label={t("workspace.resize")} />
          <Panel id="tabs-panel" minSize="15%">
            <LazyTradingTabs />
          </Panel>
        </KeptGroup>
      </Panel>
      <ResizableSeparator aria-label={t("workspace.resize")} />
      <Panel id="ticket-panel" defaultSize="20%" minSize="264px" maxSize="32%">
        <TicketPanel />
      </Panel>
    </KeptGroup>
  )
}

function KeptGroup(props: {
  readonly name: (typeof PANEL_GROUPS)[number]
  readonly orientation: "horizontal" | "vertical"
  readonly className?: string
  readonly children: ReactNode
}) {
  const sizes = panelSizesCell(props.name)
  const kept = read(sizes)
  return (
    <Group
      orientation={props.orientation}
      className={props.className}
      defaultLayout={Object.keys(kept).length === 0 ? undefined : kept}
      onLayoutChanged={(layout: Layout) => write(sizes, layout)}
    >
      {props.children}
    </Group>
  )
}
