/** HistoryTable: a DataTable over pages of the past, with its loading, empty and failed states. */
import { CloudOffIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { History } from "../lib/useHistory.ts"
import { Button } from "./button.tsx"
import { DataTable } from "./data-table.tsx"
import type { Column } from "./table-arrangement.ts"
import { Empty } from "./empty.tsx"
import { Skeleton } from "./skeleton.tsx"

export function HistoryTable<Row extends object>(props: {
  readonly name: string
  readonly label: string
  readonly history: History<Row>
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rowId: (row: Row) => string
  readonly empty: { readonly title: string; readonly description: string }
}) {
  const { t } = useTranslation()
  const { history } = props
  if (history.rows === undefined) {
    if (history.failure !== undefined) {
      return (
        <Empty
          icon={<CloudOffIcon />}
          title={t("state.failed")}
          action={
            <Button size="sm" onClick={history.retry}>
              {t("action.retry")}
            </Button>
          }
        />
      )
    }
    return (
      <section aria-busy aria-label={t("state.loading")} className="grid gap-3 p-3">
        {Array.from({ length: 5 }, (_, index) => (
          <Skeleton key={index} className="h-4" />
        ))}
      </section>
    )
  }
  if (history.rows.length === 0) return <Empty title={props.empty.title} description={props.empty.description} />
  return (
    <div className="flex h-full flex-col">
      <div className="min-h-0 flex-1">
        <DataTable name={props.name} label={props.label} columns={props.columns} rows={history.rows} rowId={props.rowId} />
      </div>
      {history.hasMore && (
        <Button variant="ghost" size="sm" className="m-1 self-center" disabled={history.isLoading} onClick={history.loadMore}>
          {t("trades.loadMore")}
        </Button>
      )}
    </div>
  )
}
