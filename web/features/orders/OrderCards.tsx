/** OrderCards: waiting orders for a narrow screen, each with its price, its market and 44-pixel targets. */
import { HourglassIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { OrderView } from "#contract/Views.ts"
import { formatLots } from "../../locales/formats.ts"
import { ordersCell } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Empty } from "../../ui/empty.tsx"
import { SideBadge } from "../../ui/side-badge.tsx"
import { QuotePrice } from "../instrument/QuotePrice.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { EditOrderButton } from "./EditOrder.tsx"
import { cancel } from "./orderCommands.ts"
import { pricesOf, validityOf } from "./orderTexts.ts"

export function OrderCards() {
  const { t } = useTranslation()
  const orders = useValue(ordersCell)
  if (orders.length === 0) return <Empty icon={<HourglassIcon />} title={t("orders.empty")} description={t("orders.emptyHint")} />
  return (
    <ul aria-label={t("orders.title")} className="h-full overflow-y-auto">
      {orders.map((order) => (
        <OrderCard key={order.orderId} order={order} />
      ))}
    </ul>
  )
}

function OrderCard(props: { readonly order: OrderView }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const isLive = useValue(isLiveValue)
  const { order } = props
  return (
    <li className="grid gap-2 border-b border-border p-3">
      <div className="flex items-center gap-2">
        <span className="text-base font-semibold tracking-tight">{order.symbol}</span>
        <SideBadge side={order.side} />
        <span className="figures text-xs text-muted-foreground">
          {t(`ticket.types.${order.type}`)} {formatLots(order.lots)}
        </span>
        <span className="figures ml-auto text-base font-semibold">{pricesOf(order)}</span>
      </div>
      <div className="figures flex flex-wrap items-center gap-x-3 text-xs text-muted-foreground">
        <span>{validityOf(t, order, timeZone)}</span>
        <span>
          {t("chart.stopLoss")} {order.stopLoss ?? "–"} · {t("chart.takeProfit")} {order.takeProfit ?? "–"}
        </span>
        <span className="ml-auto">
          {t("positions.currentPrice")} <QuotePrice symbol={order.symbol} side={order.side === "buy" ? "ask" : "bid"} />
        </span>
      </div>
      <div className="grid grid-cols-2 gap-2">
        <EditOrderButton order={order}>
          <Button size="sm" aria-label={t("orders.edit", { order: nameOf(order) })}>
            {t("action.edit")}
          </Button>
        </EditOrderButton>
        <Button size="sm" disabled={!isLive} aria-label={t("orders.cancel", { order: nameOf(order) })} onClick={() => void cancel(order)}>
          {t("action.cancel")}
        </Button>
      </div>
    </li>
  )
}
