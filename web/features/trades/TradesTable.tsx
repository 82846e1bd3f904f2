/** TradesTable: every fill of the account, with its price, cost and result. */
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import type { TradeView } from "#contract/Views.ts"
import { parseDecimal } from "#domain/Decimal.ts"
import { loadTrades } from "../../api/history.ts"
import { useHistory } from "../../lib/useHistory.ts"
import { formatDateTime, formatLots, formatSignedMoney } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import type { Column } from "../../ui/data-table.tsx"
import { HistoryTable } from "../../ui/history-table.tsx"
import { SideBadge } from "../../ui/side-badge.tsx"
import { toneOf } from "../positions/PositionFigures.tsx"
import type { Translate } from "../../locales/i18n.ts"

const tradeId = (trade: TradeView): string => trade.tradeId
const amount = (text: string): bigint => parseDecimal(text) ?? 0n

const columnsOf = (t: Translate, timeZone: string): ReadonlyArray<Column<TradeView>> => [
  {
    id: "executedAt",
    header: t("trades.executedAt"),
    width: 152,
    sortKey: (row) => row.executedAt,
    cell: (row) => <span className="figures text-muted-foreground">{formatDateTime(row.executedAt, timeZone)}</span>
  },
  {
    id: "symbol",
    header: t("trades.symbol"),
    width: 84,
    sortKey: (row) => row.symbol,
    cell: (row) => <span className="font-semibold">{row.symbol}</span>
  },
  { id: "side", header: t("trades.side"), width: 60, sortKey: (row) => row.side, cell: (row) => <SideBadge side={row.side} /> },
  { id: "entry", header: t("trades.entry"), width: 64, sortKey: (row) => row.entry, cell: (row) => t(`trades.entries.${row.entry}`) },
  {
    id: "cause",
    header: t("trades.cause"),
    width: 100,
    sortKey: (row) => row.cause,
    cell: (row) => <span className="text-muted-foreground">{t(`trades.causes.${row.cause}`)}</span>
  },
  {
    id: "lots",
    header: t("trades.lots"),
    width: 64,
    align: "right",
    sortKey: (row) => amount(row.lots),
    cell: (row) => formatLots(row.lots)
  },
  { id: "price", header: t("trades.price"), width: 92, align: "right", sortKey: (row) => amount(row.price), cell: (row) => row.price },
  {
    id: "commission",
    header: t("trades.commission"),
    width: 88,
    align: "right",
    sortKey: (row) => amount(row.commission),
    cell: (row) => formatSignedMoney(row.commission)
  },
  {
    id: "swap",
    header: t("trades.swap"),
    width: 64,
    align: "right",
    sortKey: (row) => amount(row.swap),
    cell: (row) => formatSignedMoney(row.swap)
  },
  {
    id: "profit",
    header: t("trades.profit"),
    width: 96,
    align: "right",
    sortKey: (row) => amount(row.realizedProfit),
    cell: (row) => (
      <span className={`font-semibold ${toneOf(row.realizedProfit) ?? ""}`}>
        {row.entry === "open" ? "" : formatSignedMoney(row.realizedProfit)}
      </span>
    )
  },
  {
    id: "positionId",
    header: t("trades.positionId"),
    width: 68,
    optional: true,
    cell: (row) => <span className="figures text-muted-foreground">{row.positionId}</span>
  },
  {
    id: "tradeId",
    header: t("trades.tradeId"),
    width: 60,
    optional: true,
    cell: (row) => <span className="figures text-muted-foreground">{row.tradeId}</span>
  }
]

export function TradesTable() {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const history = useHistory(loadTrades, tradeId)
  const columns = useMemo(() => columnsOf(t, timeZone), [t, timeZone])
  return (
    <HistoryTable
      name="trades"
      label={t("trades.title")}
      history={history}
      columns={columns}
      rowId={tradeId}
      empty={{ title: t("trades.empty"), description: t("trades.emptyHint") }}
    />
  )
}
