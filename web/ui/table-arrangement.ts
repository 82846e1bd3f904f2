/** TableArrangement: how a person arranged a table: its order, widths and visible columns; kept under the table's name. */
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
import { Schema } from "effect"
import { type ReactNode, useMemo } from "react"
import { perKey, personal, useValue, write } from "../state/store.ts"

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
  /** What the cell says, for filters and files; absent: neither looks at it. */
  readonly text?: (row: Row) => string
  readonly footer?: ReactNode
  /** Stays in sight at the right edge, whatever does not fit beside it. */
  readonly sticky?: boolean
  /** Hidden until somebody asks for it. */
  readonly optional?: boolean
}

const Arrangement = Schema.Struct({
  sorting: Schema.mutable(Schema.Array(Schema.Struct({ id: Schema.String, desc: Schema.Boolean }))),
  visibility: Schema.Record(Schema.String, Schema.Boolean),
  sizes: Schema.Record(Schema.String, Schema.Finite),
  order: Schema.mutable(Schema.Array(Schema.String))
})
type Arrangement = typeof Arrangement.Type
const NOT_ARRANGED: Arrangement = { sorting: [], visibility: {}, sizes: {}, order: [] }
const arrangementCell = perKey((name) => personal(`table.${name}`, Arrangement, NOT_ARRANGED))

export const forgetArrangement = (name: string): void => write(arrangementCell(name), NOT_ARRANGED)

const features = tableFeatures({
  rowSortingFeature,
  columnSizingFeature,
  columnResizingFeature,
  columnVisibilityFeature,
  columnOrderingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: {}
})
export const COLUMN_WIDTH_MIN = 48

const compareKeys = (a: SortKey, b: SortKey): number => (a < b ? -1 : a > b ? 1 : 0)

const definitionOf = <Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> => {
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
}

export function useArrangedTable<Row extends object>(
  name: string,
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  rowId: (row: Row) => string
) {
  const cell = arrangementCell(name)
  const arrangement = useValue(cell)
  const definitions = useMemo(() => columns.map(definitionOf), [columns])
  const visibility = { ...Object.fromEntries(columns.map((column) => [column.id, column.optional !== true])), ...arrangement.visibility }
  const keep = (change: Partial<Arrangement>) => write(cell, { ...arrangement, ...change })
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

/** A column whose cells show no more than their text. */
export const textColumn = <Row>(column: Omit<Column<Row>, "cell"> & { readonly text: (row: Row) => string }): Column<Row> => ({
  ...column,
  cell: column.text
})
