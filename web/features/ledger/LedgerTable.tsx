/** LedgerTable: every booking of the account; their sum is its balance. */
import { amountOf } from "../../lib/amountOf.ts"
import { timeHeader } from "../../lib/timeHeader.ts"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import type { LedgerEntryView } from "#contract/Views.ts"
import { loadLedger } from "../../api/history.ts"
import { useHistory } from "../../lib/useHistory.ts"
import { formatDateTime, formatMoney, formatSignedMoney } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { type Column, textColumn } from "../../ui/table-arrangement.ts"
import { HistoryTable } from "../../ui/history-table.tsx"
import { toneOf } from "../positions/PositionFigures.tsx"
import type { Translate } from "../../locales/i18n.ts"

const entryId = (entry: LedgerEntryView): string => entry.entryId
const bookedAt = (entry: LedgerEntryView): number => entry.bookedAt

/** As they are read on a screen, and on paper. */
export const ledgerColumns = (t: Translate, timeZone: string): ReadonlyArray<Column<LedgerEntryView>> => [
  textColumn({
    id: "bookedAt",
    header: timeHeader(t("ledger.bookedAt"), timeZone),
    width: 152,
    sortKey: (row) => row.bookedAt,
    text: (row) => formatDateTime(row.bookedAt, timeZone)
  }),
  textColumn({
    id: "kind",
    header: t("ledger.kind"),
    width: 160,
    sortKey: (row) => row.kind,
    text: (row) => t(`ledger.kinds.${row.kind}`)
  }),
  {
    id: "amount",
    header: t("ledger.amount"),
    width: 110,
    align: "right",
    sortKey: (row) => amountOf(row.amount),
    text: (row) => formatSignedMoney(row.amount),
    cell: (row) => <span className={`font-semibold ${toneOf(row.amount) ?? ""}`}>{formatSignedMoney(row.amount)}</span>
  },
  textColumn({
    id: "balanceAfter",
    header: t("ledger.balanceAfter"),
    width: 120,
    align: "right",
    text: (row) => formatMoney(row.balanceAfter)
  }),
  textColumn({ id: "reference", header: t("ledger.reference"), width: 120, text: (row) => row.reference ?? "" }),
  textColumn({ id: "comment", header: t("ledger.comment"), width: 200, text: (row) => row.comment ?? "" }),
  textColumn({ id: "entryId", header: t("ledger.entryId"), width: 60, optional: true, text: (row) => row.entryId })
]

/** `since`: only what was booked from then on. */
export function LedgerTable(props: { readonly since?: number }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const history = useHistory(loadLedger, entryId, { since: props.since, timeOf: bookedAt })
  const columns = useMemo(() => ledgerColumns(t, timeZone), [t, timeZone])
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
