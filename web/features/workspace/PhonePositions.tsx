/** PhonePositions: what is open and what waits, one at a time. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ordersCell, positionsCell } from "../../state/account.ts"
import { useValue } from "../../state/store.ts"
import { Badge } from "../../ui/badge.tsx"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs.tsx"
import { CancelAllOrders } from "../orders/CancelAllOrders.tsx"
import { OrderCards } from "../orders/OrderCards.tsx"
import { CloseAllMenu } from "../positions/CloseAllMenu.tsx"
import { PositionCards } from "../positions/PositionCards.tsx"

export default function PhonePositions() {
  const { t } = useTranslation()
  const orders = useValue(ordersCell).length
  const positions = useValue(positionsCell).length
  const [tab, setTab] = useState("positions")
  return (
    <PanelFrame>
      <Tabs value={tab} onValueChange={setTab} className="h-full">
        <div className="flex items-center border-b border-border pr-1.5">
          <TabsList>
            <TabsTrigger value="positions">{t("positions.title")}</TabsTrigger>
            <TabsTrigger value="orders">
              {t("orders.title")}
              {orders > 0 && <Badge className="figures">{orders}</Badge>}
            </TabsTrigger>
          </TabsList>
          <div className="ml-auto">{tab === "orders" ? orders > 0 && <CancelAllOrders /> : positions > 0 && <CloseAllMenu />}</div>
        </div>
        <TabsContent value="positions">
          <PositionCards />
        </TabsContent>
        <TabsContent value="orders">
          <OrderCards />
        </TabsContent>
      </Tabs>
    </PanelFrame>
  )
}
