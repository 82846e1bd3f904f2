/** TabletWorkspace: chart and positions on the left, order and markets take turns on the right. */
import { useTranslation } from "react-i18next"
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs.tsx"
import { TicketPanel } from "../ticket/Ticket.tsx"
import { Watchlist } from "../watchlist/Watchlist.tsx"
import { LazyChart, LazyTradingTabs } from "./LazyPanels.tsx"

export default function TabletWorkspace() {
  const { t } = useTranslation()
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)_20.25rem] gap-1.5 px-1.5 pb-1.5">
      <div className="grid min-h-0 grid-rows-[minmax(0,3fr)_minmax(0,2fr)] gap-1.5">
        <LazyChart />
        <LazyTradingTabs />
      </div>
      <Tabs defaultValue="ticket" className="min-h-0">
        <TabsList aria-label={t("workspace.tabs")}>
          <TabsTrigger value="ticket" className="flex-1 justify-center">
            {t("ticket.title")}
          </TabsTrigger>
          <TabsTrigger value="watchlist" className="flex-1 justify-center">
            {t("workspace.watchlist")}
          </TabsTrigger>
        </TabsList>
        <TabsContent value="ticket" className="pt-1.5">
          <TicketPanel />
        </TabsContent>
        <TabsContent value="watchlist" className="pt-1.5">
          <Watchlist />
        </TabsContent>
      </Tabs>
    </div>
  )
}
