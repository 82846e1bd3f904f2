/**
 * DataTable: rows under columns that can be sorted, resized, hidden and reordered, of which only the visible ones are in the page.
 * How a person arranged it is kept under `name`. A cell whose value moves subscribes to it by itself: a tick renders no table.
 */
import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createSortedRowModel,
  functionalUpdate,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type Row as TableRow
} from "@tanstack/react-table"
import { useVirtualizer } from "@tanstack/react-virtual"
import { Schema } from "effect"
import { ChevronDownIcon, ChevronUpIcon } from "lucide-react"
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from "react"
import { cn } from "../lib/cn.ts"
import { perKey, persisted, useValue, write } from "../state/store.ts"

export type SortKey = string | number | bigint
export interface Column<Row> {
  readonly id: string
  readonly header: string
  /** Pixels, until somebody drags the border. */
  readonly width: number
  readonly align?: "left" | "right"
  /** Absent: the column cannot be sorted. */
  readonly sortKey?: (row: Row) => SortKey
  readonly cell: (row: Row) => ReactNode
  readonly footer?: ReactNode
  /** Stays in sight at the right edge, whatever does not fit beside it. */
  readonly sticky?: boolean
  /** Hidden until somebody asks for it. */
  readonly optional?: boolean
}

/** How a person arranged a table. */
const Arrangement = Schema.Struct({
  sorting: Schema.mutable(Schema.Array(Schema.Struct({ id: Schema.String, desc: Schema.Boolean }))),
  visibility: Schema.Record(Schema.String, Schema.Boolean),
  sizes: Schema.Record(Schema.String, Schema.Finite),
  order: Schema.mutable(Schema.Array(Schema.String))
})
type Arrangement = typeof Arrangement.Type
export const arrangementCell = perKey((name) =>
  persisted(`table.${name}`, Arrangement, { sorting: [], visibility: {}, sizes: {}, order: [] })
)

const features = tableFeatures({
  rowSortingFeature,
  columnSizingFeature,
  columnResizingFeature,
  columnVisibilityFeature,
  columnOrderingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: {}
})
const COLUMN_WIDTH_MIN = 48
const COLUMN_WIDTH_STEP = 16

const compareKeys = (a: SortKey, b: SortKey): number => (a < b ? -1 : a > b ? 1 : 0)

function useArrangedTable<Row extends object>(
  name: string,
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  rowId: (row: Row) => string
) {
  const cell = arrangementCell(name)
  const arrangement = useValue(cell)
  const definitions = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, Row> => {
        const { sortKey } = column
        return {
          id: column.id,
          header: column.header,
          size: column.width,
          minSize: COLUMN_WIDTH_MIN,
          enableSorting: sortKey !== undefined,
          accessorFn: (row) => row,
          ...(sortKey === undefined
            ? {}
            : {
                sortFn: (a: TableRow<typeof features, Row>, b: TableRow<typeof features, Row>) =>
                  compareKeys(sortKey(a.original), sortKey(b.original))
              })
        }
      }),
    [columns]
  )
  const visibility = { ...Object.fromEntries(columns.map((column) => [column.id, column.optional !== true])), ...arrangement.visibility }
  const keep = (change: Partial<Arrangement>) => write(cell, { ...arrangement, ...change })
  // oxlint-disable-next-line react/incompatible-library -- it returns functions that must not be memoized, and none is
  return useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    columnResizeMode: "onEnd",
    enableMultiSort: false,
    state: { sorting: arrangement.sorting, columnVisibility: visibility, columnSizing: arrangement.sizes, columnOrder: arrangement.order },
    onSortingChange: (updater) => keep({ sorting: functionalUpdate(updater, arrangement.sorting) }),
    onColumnVisibilityChange: (updater) => keep({ visibility: functionalUpdate(updater, visibility) }),
    onColumnSizingChange: (updater) => keep({ sizes: functionalUpdate(updater, arrangement.sizes) }),
    onColumnOrderChange: (updater) => keep({ order: functionalUpdate(updater, arrangement.order) })
  })
}

export function DataTable<Row extends object>(props: {
  /** Names the arrangement that is kept. */
  readonly name: string
  /** What the table shows, for assistive technology. */
  readonly label: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
  readonly rowId: (row: Row) => string
  readonly rowHeight?: number
  readonly onRowClick?: (row: Row) => void
  readonly rowClassName?: (row: Row) => string | undefined
}) {
  const rowHeight = props.rowHeight ?? 32
  const table = useArrangedTable(props.name, props.columns, props.rows, props.rowId)
  const scroller = useRef<HTMLElement>(null)
  const rows = table.getRowModel().rows
  // oxlint-disable-next-line react/incompatible-library -- as above
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10
  })
  const items = virtualizer.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  const byId = new Map(props.columns.map((column) => [column.id, column]))
  const headers = table.getFlatHeaders()
  const stickyRight = stickyOffsets(
    headers.map((header) => ({ id: header.column.id, width: header.getSize(), isSticky: byId.get(header.column.id)?.sticky === true }))
  )
  const hasFooter = props.columns.some((column) => column.footer !== undefined)

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard (axe: scrollable-region-focusable)
    <section ref={scroller} className="h-full overflow-auto outline-offset-[-2px]" tabIndex={0} aria-label={props.label}>
      <table
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-xs"
        style={{ minWidth: table.getTotalSize() }}
      >
        <colgroup>
          {headers.map((header) => (
            <col key={header.id} style={{ width: header.getSize() }} />
          ))}
        </colgroup>
        <thead className="sticky top-0 z-10 bg-panel">
          <tr>
            {headers.map((header) => (
              <HeaderCell
                key={header.id}
                column={byId.get(header.column.id)}
                right={stickyRight.get(header.column.id)}
                sorted={header.column.getIsSorted()}
                onSort={header.column.getCanSort() ? () => header.column.toggleSorting() : undefined}
                onResizeStart={header.getResizeHandler()}
                onResizeBy={(pixels) =>
                  table.setColumnSizing((sizes) => ({
                    ...sizes,
                    [header.column.id]: Math.max(COLUMN_WIDTH_MIN, header.getSize() + pixels)
                  }))
                }
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <tr
                key={row.id}
                aria-rowindex={item.index + 2}
                data-row-id={row.id}
                style={{ height: rowHeight }}
                onClick={props.onRowClick === undefined ? undefined : () => props.onRowClick?.(row.original)}
                className={cn("group/row hover:bg-hover", props.rowClassName?.(row.original))}
              >
                {headers.map((header) => {
                  const column = byId.get(header.column.id)
                  return (
                    <td
                      key={header.id}
                      data-column={header.column.id}
                      style={{ right: stickyRight.get(header.column.id) }}
                      className={cn(
                        "overflow-hidden border-b border-border/60 px-2.5 text-ellipsis whitespace-nowrap",
                        column?.align === "right" && "figures text-right",
                        column?.sticky === true && "sticky bg-panel group-hover/row:bg-hover"
                      )}
                    >
                      {column?.cell(row.original)}
                    </td>
                  )
                })}
              </tr>
            )
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
        {hasFooter && (
          <tfoot className="sticky bottom-0 bg-panel">
            <tr>
              {headers.map((header) => {
                const column = byId.get(header.column.id)
                return (
                  <td
                    key={header.id}
                    style={{ right: stickyRight.get(header.column.id) }}
                    className={cn(
                      "h-8 border-t border-border px-2.5 font-medium whitespace-nowrap",
                      column?.align === "right" && "figures text-right",
                      column?.sticky === true && "sticky bg-panel"
                    )}
                  >
                    {column?.footer}
                  </td>
                )
              })}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  )
}

/** Each sticky column stands beside the sticky ones after it. */
const stickyOffsets = (
  columns: ReadonlyArray<{ readonly id: string; readonly width: number; readonly isSticky: boolean }>
): ReadonlyMap<string, number> => {
  const offsets = new Map<string, number>()
  let right = 0
  for (const { id, width, isSticky } of columns.toReversed()) {
    if (!isSticky) continue
    offsets.set(id, right)
    right += width
  }
  return offsets
}

const ariaSort = { asc: "ascending", desc: "descending" } as const

function HeaderCell<Row>(props: {
  readonly column: Column<Row> | undefined
  readonly right: number | undefined
  readonly sorted: false | "asc" | "desc"
  readonly onSort: (() => void) | undefined
  readonly onResizeStart: (event: unknown) => void
  readonly onResizeBy: (pixels: number) => void
}) {
  const { column } = props
  const right = column?.align === "right"
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return
    event.preventDefault()
    props.onResizeBy(event.key === "ArrowLeft" ? -COLUMN_WIDTH_STEP : COLUMN_WIDTH_STEP)
  }
  return (
    <th
      scope="col"
      style={{ right: props.right }}
      aria-sort={props.sorted === false ? undefined : ariaSort[props.sorted]}
      className={cn(
        "group/head relative h-7 border-b border-border px-2.5 text-2xs font-medium text-muted-foreground",
        right ? "text-right" : "text-left",
        column?.sticky === true && "sticky z-10 bg-panel"
      )}
    >
      {props.onSort === undefined ? (
        <span className={cn("whitespace-nowrap", column?.sortKey === undefined && column?.sticky === true && "sr-only")}>
          {column?.header}
        </span>
      ) : (
        <button
          type="button"
          onClick={props.onSort}
          className={cn("inline-flex max-w-full items-center gap-0.5 whitespace-nowrap hover:text-foreground", right && "flex-row-reverse")}
        >
          <span className="truncate">{column?.header}</span>
          {props.sorted === "asc" && <ChevronUpIcon className="size-3 shrink-0" aria-hidden />}
          {props.sorted === "desc" && <ChevronDownIcon className="size-3 shrink-0" aria-hidden />}
        </button>
      )}
      <div
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a border that is dragged is a separator with a handle, an <hr> has none
        role="separator"
        aria-orientation="vertical"
        aria-label={column?.header}
        tabIndex={-1}
        onMouseDown={props.onResizeStart}
        onTouchStart={props.onResizeStart}
        onKeyDown={onKeyDown}
        className="absolute inset-y-1 -right-px w-[3px] cursor-col-resize touch-none rounded-full opacity-0 group-hover/head:bg-input group-hover/head:opacity-100 hover:bg-accent"
      />
    </th>
  )
}
