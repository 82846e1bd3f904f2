/** OrdersTable: orders that wait for their price, and the way to cancel them. */
import { HourglassIcon, PencilLineIcon, XIcon } from "lucide-react"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { amountOf } from "../../lib/amountOf.ts"
import { timeHeader } from "../../lib/timeHeader.ts"
import { lotsColumn, sideColumn, symbolColumn } from "../instrument/dealColumns.tsx"
import type { OrderView } from "#contract/Views.ts"
import { formatDateTime, formatMoney } from "../../locales/formats.ts"
import { ordersCell } from "../../state/account.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { selectSymbol } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { DataTable } from "../../ui/data-table.tsx"
import { type Column, textColumn } from "../../ui/table-arrangement.ts"
import { Empty } from "../../ui/empty.tsx"
import { QuotePrice } from "../instrument/QuotePrice.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { EditOrderButton } from "./EditOrder.tsx"
import { cancel } from "./orderCommands.ts"
import { pricesOf, validityOf } from "./orderTexts.ts"
import type { Translate } from "../../locales/i18n.ts"

const NONE = "–"

const columnsOf = (t: Translate, timeZone: string): ReadonlyArray<Column<OrderView>> => [
  symbolColumn(t),
  sideColumn(t),
  textColumn({ id: "type", header: t("orders.type"), width: 76, sortKey: (row) => row.type, text: (row) => t(`ticket.types.${row.type}`) }),
  lotsColumn(t),
  textColumn({
    id: "price",
    header: t("orders.price"),
    width: 148,
    align: "right",
    sortKey: (row) => amountOf(row.limitPrice ?? row.stopPrice),
    text: pricesOf
  }),
  {
    id: "market",
    header: t("positions.currentPrice"),
    width: 80,
    align: "right",
    cell: (row) => <QuotePrice symbol={row.symbol} side={row.side === "buy" ? "ask" : "bid"} />
  },
  textColumn({ id: "stopLoss", header: t("orders.stopLoss"), width: 76, align: "right", text: (row) => row.stopLoss ?? NONE }),
  textColumn({ id: "takeProfit", header: t("orders.takeProfit"), width: 80, align: "right", text: (row) => row.takeProfit ?? NONE }),
  textColumn({
    id: "timeInForce",
    header: t("orders.timeInForce"),
    width: 110,
    text: (row) => validityOf(t, row, timeZone)
  }),
  textColumn({
    id: "reservedMargin",
    header: t("orders.reservedMargin"),
    width: 96,
    align: "right",
    optional: true,
    sortKey: (row) => amountOf(row.reservedMargin),
    text: (row) => formatMoney(row.reservedMargin)
  }),
  textColumn({
    id: "placedAt",
    header: timeHeader(t("orders.placedAt"), timeZone),
    width: 152,
    optional: true,
    sortKey: (row) => row.placedAt,
    text: (row) => formatDateTime(row.placedAt, timeZone)
  }),
  { id: "actions", header: t("orders.actions"), width: 84, align: "right", sticky: true, cell: (row) => <Actions order={row} /> }
]

export function OrdersTable() {
  const { t } = useTranslation()
  const orders = useValue(ordersCell)
  const timeZone = useValue(timeZoneValue)
  const columns = useMemo(() => columnsOf(t, timeZone), [t, timeZone])
  if (orders.length === 0) return <Empty icon={<HourglassIcon />} title={t("orders.empty")} description={t("orders.emptyHint")} />
  return (
    <DataTable
      name="orders"
      label={t("orders.title")}
      columns={columns}
      rows={orders}
      rowId={(order) => order.orderId}
      onRowClick={(order) => write(selectSymbol, order.symbol)}
    />
  )
}

function Actions(props: { readonly order: OrderView }) {
  const { t } = useTranslation()
  const { order } = props
  const name = nameOf(order)
  return (
    <span className="inline-flex items-center gap-0.5">
      <EditOrderButton order={order}>
        <Button variant="ghost" size="icon-xs" aria-label={t("orders.edit", { order: name })}>
          <PencilLineIcon className="size-3.5" aria-hidden />
        </Button>
      </EditOrderButton>
      <Button
        variant="ghost"
        size="icon-xs"
        aria-label={t("orders.cancel", { order: name })}
        onClick={(event) => {
          event.stopPropagation()
          void cancel(order)
        }}
      >
        <XIcon className="size-4" aria-hidden />
      </Button>
    </span>
  )
}
