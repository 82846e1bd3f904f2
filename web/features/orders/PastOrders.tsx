/** PastOrders: every order of the account with what became of it, refused ones with the reason. */
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import type { OrderView } from "#contract/Views.ts"
import { failureWith } from "../../api/failure.ts"
import { loadOrders } from "../../api/history.ts"
import { timeHeader } from "../../lib/timeHeader.ts"
import { useHistory } from "../../lib/useHistory.ts"
import { formatDateTime } from "../../locales/formats.ts"
import type { Translate } from "../../locales/i18n.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { HistoryTable } from "../../ui/history-table.tsx"
import { type Column, textColumn } from "../../ui/table-arrangement.ts"
import { lotsColumn, sideColumn, symbolColumn } from "../instrument/dealColumns.tsx"
import { failureText } from "../notifications/failureText.ts"
import { pricesOf, validityOf } from "./orderTexts.ts"

const orderId = (order: OrderView): string => order.orderId

export function PastOrders() {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const history = useHistory(loadOrders, orderId)
  const columns = useMemo(() => columnsOf(t, timeZone), [t, timeZone])
  return (
    <HistoryTable
      name="pastOrders"
      label={t("orders.title")}
      history={history}
      columns={columns}
      rowId={orderId}
      empty={{ title: t("orders.noneYet"), description: t("orders.noneYetHint") }}
    />
  )
}

const CANCEL_CAUSES = ["client", "staff", "oco", "stopOut", "positionClosed"] as const

/** Why it was refused, or who canceled it. */
const reasonOf = (t: Translate, { cancelCause, refusal }: OrderView): string => {
  if (refusal !== null) return failureText(failureWith(refusal.code, { context: refusal.context }))
  const cause = CANCEL_CAUSES.find((known) => known === cancelCause)
  return cause === undefined ? "" : t(`orders.cancelCauses.${cause}`)
}

const columnsOf = (t: Translate, timeZone: string): ReadonlyArray<Column<OrderView>> => [
  textColumn({
    id: "updatedAt",
    header: timeHeader(t("trades.executedAt"), timeZone),
    width: 150,
    sortKey: (row) => row.updatedAt,
    text: (row) => formatDateTime(row.updatedAt, timeZone)
  }),
  symbolColumn(t),
  sideColumn(t),
  textColumn({ id: "type", header: t("orders.type"), width: 76, sortKey: (row) => row.type, text: (row) => t(`ticket.types.${row.type}`) }),
  lotsColumn(t),
  textColumn({ id: "price", header: t("orders.price"), width: 140, align: "right", optional: true, text: pricesOf }),
  textColumn({ id: "fillPrice", header: t("orders.fillPrice"), width: 80, align: "right", text: (row) => row.fillPrice ?? "" }),
  textColumn({
    id: "timeInForce",
    header: t("orders.timeInForce"),
    width: 110,
    optional: true,
    text: (row) => validityOf(t, row, timeZone)
  }),
  textColumn({
    id: "status",
    header: t("orders.status"),
    width: 76,
    sortKey: (row) => row.status,
    text: (row) => t(`orders.statuses.${row.status}`)
  }),
  textColumn({ id: "reason", header: t("orders.reason"), width: 200, text: (row) => reasonOf(t, row) }),
  textColumn({ id: "orderId", header: t("orders.orderId"), width: 56, optional: true, text: orderId })
]
