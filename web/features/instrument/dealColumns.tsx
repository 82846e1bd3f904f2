/** dealColumns: what orders, positions and trades have in common, as columns of their tables. */
import type { Side } from "#domain/Order.ts"
import { amountOf } from "../../lib/amountOf.ts"
import { formatLots } from "../../locales/formats.ts"
import type { Translate } from "../../locales/i18n.ts"
import { SideBadge } from "../../ui/side-badge.tsx"
import { type Column, textColumn } from "../../ui/table-arrangement.ts"

interface Deal {
  readonly symbol: string
  readonly side: Side
  readonly lots: string
}

export const symbolColumn = <Row extends Deal>(t: Translate, more: Partial<Column<Row>> = {}): Column<Row> => ({
  id: "symbol",
  header: t("positions.symbol"),
  width: 76,
  sortKey: (row) => row.symbol,
  text: (row) => row.symbol,
  cell: (row) => <span className="font-semibold">{row.symbol}</span>,
  ...more
})

export const sideColumn = <Row extends Deal>(t: Translate): Column<Row> => ({
  id: "side",
  header: t("positions.side"),
  width: 54,
  sortKey: (row) => row.side,
  text: (row) => t(`state.${row.side}`),
  cell: (row) => <SideBadge side={row.side} />
})

export const lotsColumn = <Row extends Deal>(t: Translate): Column<Row> =>
  textColumn({
    id: "lots",
    header: t("positions.lots"),
    width: 52,
    align: "right",
    sortKey: (row) => amountOf(row.lots),
    text: (row) => formatLots(row.lots)
  })
