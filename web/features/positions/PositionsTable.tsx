/** PositionsTable: open positions with their live profit, and what can be done with each. */
import { LayersIcon, PencilLineIcon, XIcon } from "lucide-react"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { amountOf } from "../../lib/amountOf.ts"
import { timeHeader } from "../../lib/timeHeader.ts"
import { figureTexts } from "../account/figureTexts.ts"
import { lotsColumn, sideColumn, symbolColumn } from "../instrument/dealColumns.tsx"
import type { PositionView } from "#contract/Views.ts"
import { formatDateTime, formatMoney, formatSignedMoney } from "../../locales/formats.ts"
import type { Translate } from "../../locales/i18n.ts"
import { figuresCell, positionsCell, positionValueCell } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { selectSymbol } from "../../state/selection.ts"
import { read, useSelected, useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { DataTable } from "../../ui/data-table.tsx"
import { type Column, textColumn } from "../../ui/table-arrangement.ts"
import { Empty } from "../../ui/empty.tsx"
import { LiveText } from "../../ui/live-text.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { ClosePositionButton } from "./ClosePosition.tsx"
import { EditExitsButton } from "./EditExits.tsx"
import { CurrentPrice, FloatingProfit, toneOf } from "./PositionFigures.tsx"
import { PositionMenu } from "./PositionMenu.tsx"

export function PositionsTable() {
  const { t } = useTranslation()
  const positions = useValue(positionsCell)
  const columns = usePositionColumns()
  if (positions.length === 0) return <Empty icon={<LayersIcon />} title={t("positions.empty")} description={t("positions.emptyHint")} />
  return (
    <DataTable
      name="positions"
      label={t("positions.title")}
      columns={columns}
      rows={positions}
      rowId={(position) => position.positionId}
      onRowClick={(position) => write(selectSymbol, position.symbol)}
    />
  )
}

function usePositionColumns(): ReadonlyArray<Column<PositionView>> {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  return useMemo(() => columnsOf(t, timeZone), [t, timeZone])
}

const columnsOf = (t: Translate, timeZone: string): ReadonlyArray<Column<PositionView>> => [
  symbolColumn(t, { footer: t("positions.total") }),
  sideColumn(t),
  lotsColumn(t),
  textColumn({
    id: "openPrice",
    header: t("positions.openPrice"),
    width: 80,
    align: "right",
    sortKey: (row) => amountOf(row.openPrice),
    text: (row) => row.openPrice
  }),
  {
    id: "currentPrice",
    header: t("positions.currentPrice"),
    width: 80,
    align: "right",
    text: (row) => read(positionValueCell(row.positionId)).currentPrice ?? "",
    cell: (row) => <CurrentPrice positionId={row.positionId} />
  },
  {
    id: "stopLoss",
    header: t("positions.stopLoss"),
    width: 80,
    align: "right",
    sortKey: (row) => amountOf(row.stopLoss),
    text: (row) => row.stopLoss ?? "",
    cell: (row) => <EditExitsButton position={row} field="stopLoss" />
  },
  {
    id: "takeProfit",
    header: t("positions.takeProfit"),
    width: 80,
    align: "right",
    sortKey: (row) => amountOf(row.takeProfit),
    text: (row) => row.takeProfit ?? "",
    cell: (row) => <EditExitsButton position={row} field="takeProfit" />
  },
  textColumn({
    id: "margin",
    header: t("positions.margin"),
    width: 74,
    align: "right",
    sortKey: (row) => amountOf(row.margin),
    text: (row) => formatMoney(row.margin),
    footer: <LiveText value={figuresCell} text={figureTexts.usedMargin} />
  }),
  textColumn({
    id: "swap",
    header: t("positions.swap"),
    width: 52,
    align: "right",
    sortKey: (row) => amountOf(row.swap),
    text: (row) => formatSignedMoney(row.swap)
  }),
  textColumn({
    id: "commission",
    header: t("positions.commission"),
    width: 88,
    align: "right",
    optional: true,
    sortKey: (row) => amountOf(row.commission),
    text: (row) => formatSignedMoney(row.commission)
  }),
  textColumn({
    id: "openedAt",
    header: timeHeader(t("positions.openedAt"), timeZone),
    width: 150,
    optional: true,
    sortKey: (row) => row.openedAt,
    text: (row) => formatDateTime(row.openedAt, timeZone)
  }),
  textColumn({
    id: "positionId",
    header: t("positions.positionId"),
    width: 56,
    optional: true,
    sortKey: (row) => Number(row.positionId.slice(1)),
    text: (row) => row.positionId
  }),
  {
    id: "profit",
    header: t("positions.profit"),
    width: 84,
    align: "right",
    sticky: true,
    sortKey: (row) => amountOf(read(positionValueCell(row.positionId)).floatingProfit),
    text: (row) => formatSignedMoney(read(positionValueCell(row.positionId)).floatingProfit),
    cell: (row) => <FloatingProfit positionId={row.positionId} />,
    footer: <TotalProfit />
  },
  { id: "actions", header: t("positions.actions"), width: 100, align: "right", sticky: true, cell: (row) => <Actions position={row} /> }
]

function Actions(props: { readonly position: PositionView }) {
  const { t } = useTranslation()
  const name = nameOf(props.position)
  return (
    <span className="inline-flex items-center gap-0.5">
      <EditExitsButton position={props.position}>
        <Button variant="ghost" size="icon-xs" aria-label={t("positions.editExits", { position: name })}>
          <PencilLineIcon className="size-3.5" aria-hidden />
        </Button>
      </EditExitsButton>
      <ClosePositionButton position={props.position}>
        <Button
          variant="ghost"
          size="icon-xs"
          aria-label={t("positions.close", { position: name })}
          className="hover:bg-sell-soft hover:text-down"
        >
          <XIcon className="size-4" aria-hidden />
        </Button>
      </ClosePositionButton>
      <PositionMenu position={props.position} size="icon-xs" />
    </span>
  )
}

function TotalProfit() {
  const tone = useSelected(figuresCell, (figures) => toneOf(figures?.floatingProfit))
  const isLive = useValue(isLiveValue)
  return <LiveText value={figuresCell} text={figureTexts.floatingProfit} className={isLive ? tone : "stale"} />
}
