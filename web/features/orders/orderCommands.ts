/** orderCommands: what can be done with waiting orders, each with its toast. */
import type { Decimal } from "#domain/Decimal.ts"
import type { OrderView } from "#contract/Views.ts"
import { cancelOrder, cancelOrders, modifyOrder } from "../../api/trading.ts"
import { i18n } from "../../locales/i18n.ts"
import { withCommandToast } from "../notifications/commandToast.ts"
import { nameOf } from "../notifications/outcomes.ts"

export const changeOrder = (
  order: OrderView,
  change: {
    readonly limitPrice?: Decimal
    readonly stopPrice?: Decimal
    readonly lots?: Decimal
    readonly stopLoss?: Decimal | null
    readonly takeProfit?: Decimal | null
  }
): Promise<boolean> =>
  withCommandToast(i18n.t("notification.commands.modify", { position: nameOf(order) }), modifyOrder(order.orderId, change), () => ({
    title: i18n.t("notification.modified", { position: nameOf(order) })
  }))

export const cancel = (order: OrderView): Promise<boolean> =>
  withCommandToast(i18n.t("notification.commands.cancel", { order: nameOf(order) }), cancelOrder(order.orderId), () => ({
    title: i18n.t("notification.canceled", { order: nameOf(order) })
  }))

export const cancelAll = (): Promise<boolean> =>
  withCommandToast(i18n.t("notification.commands.cancelAll"), cancelOrders(), ({ orders }) => ({
    title: i18n.t("notification.canceledMany", { count: orders.length })
  }))
