/** PrintedLedger: every booking of the statement, for paper: what the ledger's table shows until somebody asks for more. */
import { useTranslation } from "react-i18next"
import type { LedgerEntryView } from "#contract/Views.ts"
import { cn } from "../../lib/cn.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { ledgerColumns } from "../ledger/LedgerTable.tsx"

export function PrintedLedger(props: { readonly entries: ReadonlyArray<LedgerEntryView> }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  const columns = ledgerColumns(t, timeZone).filter(({ optional }) => optional !== true)
  return (
    <table aria-label={t("ledger.title")} className="figures w-full text-xs">
      <thead>
        <tr>
          {columns.map(({ align, header, id }) => (
            <th key={id} scope="col" className={cn("py-1 pr-3 font-medium", align === "right" ? "text-right" : "text-left")}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.entries.map((entry) => (
          <tr key={entry.entryId} className="break-inside-avoid border-t border-border">
            {columns.map(({ align, id, text }) => (
              <td key={id} className={cn("py-1 pr-3 align-top", align === "right" && "text-right whitespace-nowrap")}>
                {text?.(entry)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
