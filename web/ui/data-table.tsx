/**
 * DataTable: rows under columns that can be sorted, resized, hidden and reordered, of which only the visible ones are in the page.
 * A cell whose value moves subscribes to it by itself: a tick renders no table.
 */
import { useVirtualizer } from "@tanstack/react-virtual"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { cn } from "../lib/cn.ts"
import { cell, useValue } from "../state/store.ts"
import { Empty } from "./empty.tsx"
import { type Column, COLUMN_WIDTH_MIN, forgetArrangement, useArrangedTable } from "./table-arrangement.ts"
import { TableHeaderCell } from "./table-header-cell.tsx"
import { TableMenu } from "./table-menu.tsx"

/** Tables show only rows that say this somewhere. */
export const tableFilterCell = cell("")

interface DataTableProps<Row> {
  /** Names the arrangement that is kept, and the file of an export. */
  readonly name: string
  /** What the table shows, for assistive technology. */
  readonly label: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
  readonly rowId: (row: Row) => string
  readonly onRowClick?: (row: Row) => void
}

const ROW_HEIGHT = 32

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { t } = useTranslation()
  const filtered = useFiltered(props.columns, props.rows)
  const table = useArrangedTable(props.name, props.columns, filtered, props.rowId)
  // State, not a ref: the rows are measured against it, so they are rendered again once it is there.
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const rows = table.getRowModel().rows
  const shown = table.getVisibleLeafColumns().flatMap((column) => props.columns.find(({ id }) => id === column.id) ?? [])
  const widthOf = (id: string) => table.getColumn(id)?.getSize() ?? COLUMN_WIDTH_MIN
  const rightOf = stickyOffsets(shown, widthOf)

  const exportRows = () => {
    const written = shown.filter((column) => column.text !== undefined)
    const lines = rows.map((row) => written.map((column) => column.text?.(row.original) ?? ""))
    void import("../lib/csv.ts").then(({ downloadCsv }) => downloadCsv(props.name, [written.map((column) => column.header), ...lines]))
  }
  return (
    <div className="relative h-full">
      <div className="absolute top-0.5 right-0.5 z-20">
        <TableMenu
          columns={props.columns.map((column) => {
            const found = table.getColumn(column.id)
            return {
              id: column.id,
              header: column.header,
              isVisible: found?.getIsVisible() === true,
              toggle: () => found?.toggleVisibility()
            }
          })}
          onReset={() => forgetArrangement(props.name)}
          onExport={exportRows}
        />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard (axe: scrollable-region-focusable) */}
      <section ref={setScroller} className="relative h-full overflow-auto outline-offset-[-2px]" tabIndex={0} aria-label={props.label}>
        <table
          aria-label={props.label}
          aria-rowcount={rows.length + 1}
          className="w-full table-fixed border-separate border-spacing-0 text-xs"
          style={{ minWidth: table.getTotalSize() }}
        >
          <colgroup>
            {shown.map(({ id }) => (
              <col key={id} style={{ width: widthOf(id) }} />
            ))}
          </colgroup>
          <thead className="sticky top-0 z-10 bg-panel">
            <tr>
              {table.getFlatHeaders().map((header) => {
                const column = shown.find(({ id }) => id === header.column.id)
                const ids = shown.map(({ id }) => id)
                if (column === undefined) return null
                return (
                  <TableHeaderCell
                    key={column.id}
                    column={column}
                    right={rightOf.get(column.id)}
                    isLast={column === shown.at(-1)}
                    sorted={header.column.getIsSorted()}
                    onSort={header.column.getCanSort() ? () => header.column.toggleSorting() : undefined}
                    onMove={(places) => table.setColumnOrder(moved(ids, column.id, places))}
                    onDropColumn={(id) => table.setColumnOrder(moved(ids, id, ids.indexOf(column.id) - ids.indexOf(id)))}
                    onResizeStart={header.getResizeHandler()}
                    onResizeBy={(pixels) =>
                      table.setColumnSizing((sizes) => ({ ...sizes, [column.id]: Math.max(COLUMN_WIDTH_MIN, widthOf(column.id) + pixels) }))
                    }
                  />
                )
              })}
            </tr>
          </thead>
          <VisibleRows
            rows={rows.map((row) => row.original)}
            rowId={props.rowId}
            columns={shown}
            rightOf={rightOf}
            scroller={scroller}
            onRowClick={props.onRowClick}
          />
          <Footer columns={shown} rightOf={rightOf} />
        </table>
        {rows.length === 0 && <Empty title={t("table.noMatch")} className="absolute inset-x-0 top-7 bottom-0 h-auto" />}
      </section>
    </div>
  )
}

type Offsets = ReadonlyMap<string, number>

function VisibleRows<Row>(props: {
  readonly rows: ReadonlyArray<Row>
  readonly rowId: (row: Row) => string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rightOf: Offsets
  readonly scroller: HTMLElement | null
  readonly onRowClick: ((row: Row) => void) | undefined
}) {
  const { rows, onRowClick } = props
  // oxlint-disable-next-line react/incompatible-library -- it returns functions that must not be memoized, and none is
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => props.scroller,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10
  })
  const items = virtualizer.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <tbody>
      {before > 0 && <tr aria-hidden style={{ height: before }} />}
      {items.map((item) => {
        const row = rows[item.index]
        if (row === undefined) return null
        return (
          <tr
            key={props.rowId(row)}
            aria-rowindex={item.index + 2}
            data-row-id={props.rowId(row)}
            style={{ height: ROW_HEIGHT }}
            onClick={onRowClick === undefined ? undefined : () => onRowClick(row)}
            className="group/row hover:bg-hover"
          >
            {props.columns.map((column) => (
              <td
                key={column.id}
                data-column={column.id}
                style={{ right: props.rightOf.get(column.id) }}
                className={cn(
                  "overflow-hidden border-b border-border/60 px-2.5 text-ellipsis whitespace-nowrap",
                  column.align === "right" && "figures text-right",
                  column.sticky === true && "sticky bg-panel text-clip group-hover/row:bg-hover"
                )}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        )
      })}
      {after > 0 && <tr aria-hidden style={{ height: after }} />}
    </tbody>
  )
}

function Footer<Row>(props: { readonly columns: ReadonlyArray<Column<Row>>; readonly rightOf: Offsets }) {
  if (props.columns.every((column) => column.footer === undefined)) return null
  return (
    <tfoot className="sticky bottom-0 bg-panel">
      <tr>
        {props.columns.map((column) => (
          <td
            key={column.id}
            style={{ right: props.rightOf.get(column.id) }}
            className={cn(
              "h-8 border-t border-border px-2.5 font-medium whitespace-nowrap",
              column.align === "right" && "figures text-right",
              column.sticky === true && "sticky bg-panel"
            )}
          >
            {column.footer}
          </td>
        ))}
      </tr>
    </tfoot>
  )
}

/** Each sticky column stands beside the sticky ones after it. */
const stickyOffsets = <Row,>(columns: ReadonlyArray<Column<Row>>, widthOf: (id: string) => number): Offsets => {
  const offsets = new Map<string, number>()
  let right = 0
  for (const { id, sticky } of columns.toReversed()) {
    if (sticky !== true) continue
    offsets.set(id, right)
    right += widthOf(id)
  }
  return offsets
}

const moved = (ids: ReadonlyArray<string>, id: string, places: number): Array<string> => {
  const others = ids.filter((other) => other !== id)
  const to = Math.min(Math.max(0, ids.indexOf(id) + places), others.length)
  return [...others.slice(0, to), id, ...others.slice(to)]
}

function useFiltered<Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): ReadonlyArray<Row> {
  const filter = useValue(tableFilterCell).trim().toLowerCase()
  return useMemo(
    () => (filter === "" ? rows : rows.filter((row) => columns.some((column) => column.text?.(row).toLowerCase().includes(filter)))),
    [columns, rows, filter]
  )
}
