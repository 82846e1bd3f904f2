/** TradingTabs: positions, orders, history and ledger of the account, one at a time. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ordersCell, positionsCell } from "../../state/account.ts"
import { WorkspaceTab, workspaceTabCell } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { Badge } from "../../ui/badge.tsx"
import { tableFilterCell } from "../../ui/data-table.tsx"
import { Segmented } from "../../ui/segmented.tsx"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs.tsx"
import { LedgerTable } from "../ledger/LedgerTable.tsx"
import { CancelAllOrders } from "../orders/CancelAllOrders.tsx"
import { OrdersTable } from "../orders/OrdersTable.tsx"
import { PastOrders } from "../orders/PastOrders.tsx"
import { CloseAllMenu } from "../positions/CloseAllMenu.tsx"
import { PositionsTable } from "../positions/PositionsTable.tsx"
import { TradesTable } from "../trades/TradesTable.tsx"
import { PeriodChoice } from "./PeriodChoice.tsx"

/** Orders that wait, or every one with what became of it. */
const ORDER_VIEWS = ["waiting", "past"] as const

export default function TradingTabs() {
  const { t } = useTranslation()
  const tab = useValue(workspaceTabCell)
  const positions = useValue(positionsCell).length
  const orders = useValue(ordersCell).length
  const [orderView, setOrderView] = useState<(typeof ORDER_VIEWS)[number]>("waiting")
  const choose = (value: string) => {
    const chosen = WorkspaceTab.literals.find((literal) => literal === value)
    if (chosen !== undefined) write(workspaceTabCell, chosen)
  }
  return (
    <PanelFrame>
      <Tabs value={tab} onValueChange={choose} className="h-full">
        {/* Where there is no room for both, what narrows the rows goes below the names. */}
        <div className="flex flex-wrap items-center border-b border-border pr-1.5 pl-1">
          <TabsList className="max-w-full shrink-0 overflow-x-auto [scrollbar-width:none]">
            {WorkspaceTab.literals.map((value) => (
              <TabsTrigger key={value} value={value}>
                {t(`${value}.title`)}
                {value === "positions" && <Count count={positions} />}
                {value === "orders" && <Count count={orders} />}
              </TabsTrigger>
            ))}
          </TabsList>
          <div className="ml-auto flex items-center gap-1.5 py-1">
            {tab === "trades" && <PeriodChoice />}
            {tab === "orders" && (
              <Segmented
                label={t("orders.shown")}
                value={orderView}
                onValueChange={setOrderView}
                options={ORDER_VIEWS.map((value) => ({ value, label: t(`orders.views.${value}`) }))}
              />
            )}
            <RowFilter />
            {tab === "positions" && positions > 0 && <CloseAllMenu />}
            {tab === "orders" && orderView === "waiting" && orders > 0 && <CancelAllOrders />}
          </div>
        </div>
        <TabsContent value="positions">
          <PositionsTable />
        </TabsContent>
        <TabsContent value="orders">{orderView === "waiting" ? <OrdersTable /> : <PastOrders />}</TabsContent>
        <TabsContent value="trades">
          <TradesTable />
        </TabsContent>
        <TabsContent value="ledger">
          <LedgerTable />
        </TabsContent>
      </Tabs>
    </PanelFrame>
  )
}

function RowFilter() {
  const { t } = useTranslation()
  return (
    <input
      type="search"
      aria-label={t("table.filter")}
      placeholder={t("table.filterPlaceholder")}
      value={useValue(tableFilterCell)}
      onChange={(event) => write(tableFilterCell, event.target.value)}
      className="h-6 w-24 rounded-md border border-transparent bg-muted px-2 text-xs outline-none placeholder:text-faint-foreground focus-visible:border-ring focus-visible:bg-panel focus-visible:ring-2 focus-visible:ring-ring/35 pointer-coarse:h-9"
    />
  )
}

function Count(props: { readonly count: number }) {
  return props.count === 0 ? null : <Badge className="figures">{props.count}</Badge>
}
