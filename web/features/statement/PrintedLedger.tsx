/** PrintedLedger: every booking of the statement, for paper. */
import { useTranslation } from "react-i18next"
import type { LedgerEntryView } from "#contract/Views.ts"
import { cn } from "../../lib/cn.ts"
import { timeHeader } from "../../lib/timeHeader.ts"
import { formatDateTime, formatMoney, formatSignedMoney } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"

export function PrintedLedger(props: { readonly entries: ReadonlyArray<LedgerEntryView> }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const headers = [
    timeHeader(t("ledger.bookedAt"), timeZone),
    t("ledger.kind"),
    t("ledger.amount"),
    t("ledger.balanceAfter"),
    t("ledger.reference"),
    t("ledger.comment")
  ]
  return (
    <table aria-label={t("ledger.title")} className="figures w-full text-xs">
      <thead>
        <tr>
          {headers.map((header, index) => (
            <th key={header} scope="col" className={cn("py-1 pr-3 font-medium", isAmount(index) ? "text-right" : "text-left")}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => (
          <tr key={entry.entryId} className="break-inside-avoid border-t border-border">
            {[
              formatDateTime(entry.bookedAt, timeZone),
              t(`ledger.kinds.${entry.kind}`),
              formatSignedMoney(entry.amount),
              formatMoney(entry.balanceAfter),
              entry.reference ?? "",
              entry.comment ?? ""
            ].map((text, index) => (
              <td key={headers[index]} className={cn("py-1 pr-3 align-top", isAmount(index) && "text-right whitespace-nowrap")}>
                {text}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const isAmount = (index: number): boolean => index === 2 || index === 3
