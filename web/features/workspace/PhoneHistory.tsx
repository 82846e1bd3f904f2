/** PhoneHistory: what is over: fills, orders and bookings, one at a time. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs.tsx"
import { LedgerTable } from "../ledger/LedgerTable.tsx"
import { PastOrders } from "../orders/PastOrders.tsx"
import { TradesTable } from "../trades/TradesTable.tsx"
import { PeriodChoice } from "./PeriodChoice.tsx"

export default function PhoneHistory() {
  const { t } = useTranslation()
  const [tab, setTab] = useState("trades")
  return (
    <PanelFrame aria-label={t("trades.title")}>
      <Tabs value={tab} onValueChange={setTab} className="h-full">
        <div className="border-b border-border">
          <TabsList>
            <TabsTrigger value="trades">{t("trades.title")}</TabsTrigger>
            <TabsTrigger value="orders">{t("orders.title")}</TabsTrigger>
            <TabsTrigger value="ledger">{t("ledger.title")}</TabsTrigger>
          </TabsList>
        </div>
        {tab === "trades" && <PeriodChoice className="m-1.5 mb-0 shrink-0" />}
        <TabsContent value="trades">
          <TradesTable />
        </TabsContent>
        <TabsContent value="orders">
          <PastOrders />
        </TabsContent>
        <TabsContent value="ledger">
          <LedgerTable />
        </TabsContent>
      </Tabs>
    </PanelFrame>
  )
}
