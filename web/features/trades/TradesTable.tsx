/** TradesTable: every fill of the account in a period, with its price, cost and result, and their sums. */
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { amountOf } from "../../lib/amountOf.ts"
import { timeHeader } from "../../lib/timeHeader.ts"
import { lotsColumn, sideColumn, symbolColumn } from "../instrument/dealColumns.tsx"
import type { TradeView } from "#contract/Views.ts"
import { loadTrades } from "../../api/history.ts"
import { useHistory } from "../../lib/useHistory.ts"
import { formatDateTime, formatSignedAmount, formatSignedMoney } from "../../locales/formats.ts"
import type { Translate } from "../../locales/i18n.ts"
import { accountCell } from "../../state/account.ts"
import { nowMillis } from "../../state/clock.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { periodCell } from "../../state/selection.ts"
import { useValue } from "../../state/store.ts"
import { HistoryTable } from "../../ui/history-table.tsx"
import { type Column, textColumn } from "../../ui/table-arrangement.ts"
import { toneOf } from "../positions/PositionFigures.tsx"
import { periodStart } from "./period.ts"

const tradeId = (trade: TradeView): string => trade.tradeId
const executedAt = (trade: TradeView): number => trade.executedAt
/** What the fill brought in all. */
const netOf = (trade: TradeView): bigint => amountOf(trade.realizedProfit) + amountOf(trade.swap) + amountOf(trade.commission)

function Toned(props: { readonly text: string }) {
  return <span className={toneOf(props.text)}>{props.text}</span>
}

/** A stop-out leads to its report. */
function Cause(props: { readonly trade: TradeView }) {
  const { t } = useTranslation()
  const { cause, tradeId: id } = props.trade
  const name = t(`trades.causes.${cause}`)
  if (cause !== "stopOut") return name
  return (
    <Link
      href={`/stop-out/${id}`}
      aria-label={t("stopOut.reportOf", { trade: id })}
      className="inline-flex min-h-6 items-center underline decoration-dotted underline-offset-4 hover:text-accent-text"
    >
      {name}
    </Link>
  )
}

export function TradesTable() {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const digits = useValue(accountCell)?.currencyDigits ?? 2
  const period = useValue(periodCell)
  const since = useMemo(() => periodStart(period, timeZone, nowMillis()), [period, timeZone])
  const history = useHistory(loadTrades, tradeId, { since, timeOf: executedAt })
  const columns = useMemo(() => columnsOf(t, timeZone, history.rows ?? [], digits), [t, timeZone, history.rows, digits])
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

const columnsOf = (t: Translate, timeZone: string, rows: ReadonlyArray<TradeView>, digits: number): ReadonlyArray<Column<TradeView>> => {
  const sum = (field: "commission" | "swap" | "realizedProfit") => {
    const text = formatSignedAmount(
      rows.reduce((total, row) => total + amountOf(row[field]), 0n),
      digits
    )
    return <Toned text={text} />
  }
  return [
    textColumn({
      id: "executedAt",
      header: timeHeader(t("trades.executedAt"), timeZone),
      width: 150,
      sortKey: executedAt,
      text: (row) => formatDateTime(row.executedAt, timeZone),
      footer: t("positions.total")
    }),
    symbolColumn(t),
    sideColumn(t),
    textColumn({
      id: "entry",
      header: t("trades.entry"),
      width: 52,
      optional: true,
      sortKey: (row) => row.entry,
      text: (row) => t(`trades.entries.${row.entry}`)
    }),
    {
      id: "cause",
      header: t("trades.cause"),
      width: 76,
      sortKey: (row) => row.cause,
      text: (row) => t(`trades.causes.${row.cause}`),
      cell: (row) => <Cause trade={row} />
    },
    lotsColumn(t),
    textColumn({
      id: "price",
      header: t("trades.price"),
      width: 80,
      align: "right",
      sortKey: (row) => amountOf(row.price),
      text: (row) => row.price
    }),
    textColumn({
      id: "commission",
      header: t("trades.commission"),
      width: 90,
      align: "right",
      sortKey: (row) => amountOf(row.commission),
      text: (row) => formatSignedMoney(row.commission),
      footer: sum("commission")
    }),
    textColumn({
      id: "swap",
      header: t("trades.swap"),
      width: 54,
      align: "right",
      sortKey: (row) => amountOf(row.swap),
      text: (row) => formatSignedMoney(row.swap),
      footer: sum("swap")
    }),
    textColumn({
      id: "realizedProfit",
      header: t("trades.profit"),
      width: 90,
      align: "right",
      sortKey: (row) => amountOf(row.realizedProfit),
      text: (row) => (row.entry === "open" ? "" : formatSignedMoney(row.realizedProfit)),
      footer: sum("realizedProfit")
    }),
    {
      id: "net",
      header: t("trades.net"),
      width: 88,
      align: "right",
      sticky: true,
      sortKey: netOf,
      text: (row) => formatSignedAmount(netOf(row), digits),
      cell: (row) => {
        const text = formatSignedAmount(netOf(row), digits)
        return <span className={`font-semibold ${toneOf(text) ?? ""}`}>{text}</span>
      },
      footer: (
        <Toned
          text={formatSignedAmount(
            rows.reduce((total, row) => total + netOf(row), 0n),
            digits
          )}
        />
      )
    },
    textColumn({ id: "positionId", header: t("trades.positionId"), width: 68, optional: true, text: (row) => row.positionId }),
    textColumn({ id: "tradeId", header: t("trades.tradeId"), width: 60, optional: true, text: (row) => row.tradeId })
  ]
}
