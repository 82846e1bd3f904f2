/** LedgerTable: every booking of the account; their sum is its balance. */
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import type { LedgerEntryView } from "#contract/Views.ts"
import { parseDecimal } from "#domain/Decimal.ts"
import { loadLedger } from "../../api/history.ts"
import { useHistory } from "../../lib/useHistory.ts"
import { formatDateTime, formatMoney, formatSignedMoney } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import type { Column } from "../../ui/data-table.tsx"
import { HistoryTable } from "../../ui/history-table.tsx"
import { toneOf } from "../positions/PositionFigures.tsx"
import type { Translate } from "../../locales/i18n.ts"

const entryId = (entry: LedgerEntryView): string => entry.entryId
const amount = (text: string): bigint => parseDecimal(text) ?? 0n

const columnsOf = (t: Translate, timeZone: string): ReadonlyArray<Column<LedgerEntryView>> => [
  {
    id: "bookedAt",
    header: t("ledger.bookedAt"),
    width: 152,
    sortKey: (row) => row.bookedAt,
    cell: (row) => <span className="figures text-muted-foreground">{formatDateTime(row.bookedAt, timeZone)}</span>
  },
  { id: "kind", header: t("ledger.kind"), width: 160, sortKey: (row) => row.kind, cell: (row) => t(`ledger.kinds.${row.kind}`) },
  {
    id: "amount",
    header: t("ledger.amount"),
    width: 110,
    align: "right",
    sortKey: (row) => amount(row.amount),
    cell: (row) => <span className={`font-semibold ${toneOf(row.amount) ?? ""}`}>{formatSignedMoney(row.amount)}</span>
  },
  { id: "balanceAfter", header: t("ledger.balanceAfter"), width: 120, align: "right", cell: (row) => formatMoney(row.balanceAfter) },
  {
    id: "reference",
    header: t("ledger.reference"),
    width: 120,
    cell: (row) => <span className="text-muted-foreground">{row.reference}</span>
  },
  {
    id: "comment",
    header: t("ledger.comment"),
    width: 200,
    cell: (row) => <span className="text-muted-foreground">{row.comment}</span>
  },
  {
    id: "entryId",
    header: t("ledger.entryId"),
    width: 60,
    optional: true,
    cell: (row) => <span className="figures text-muted-foreground">{row.entryId}</span>
  }
]

export function LedgerTable() {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const history = useHistory(loadLedger, entryId)
  const columns = useMemo(() => columnsOf(t, timeZone), [t, timeZone])
  return (
    <HistoryTable
      name="ledger"
      label={t("ledger.title")}
      history={history}
      columns={columns}
      rowId={entryId}
      empty={{ title: t("ledger.empty"), description: t("ledger.emptyHint") }}
    />
  )
}
