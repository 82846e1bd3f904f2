/** TableHeaderCell: a column's name: sorts on a click, is moved and resized by dragging or by the keyboard. */
import { ChevronDownIcon, ChevronUpIcon } from "lucide-react"
import type { DragEvent, KeyboardEvent } from "react"
import { cn } from "../lib/cn.ts"
import type { Column } from "./table-arrangement.ts"

const ariaSort = { asc: "ascending", desc: "descending" } as const
/** Pixels that an arrow key widens or narrows a column. */
const WIDTH_STEP = 16
const DRAGGED_COLUMN = "text/x-keel-column"

const directionOf = (event: KeyboardEvent): -1 | 1 | undefined =>
  event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : undefined

export function TableHeaderCell<Row>(props: {
  readonly column: Column<Row>
  /** Distance from the right edge, of a sticky column. */
  readonly right: number | undefined
  readonly isLast: boolean
  readonly sorted: false | "asc" | "desc"
  readonly onSort: (() => void) | undefined
  /** By so many places, to the left when negative. */
  readonly onMove: (places: number) => void
  /** Another column was let go on this one. */
  readonly onDropColumn: (id: string) => void
  readonly onResizeStart: (event: unknown) => void
  readonly onResizeBy: (pixels: number) => void
}) {
  const { column } = props
  const isSticky = column.sticky === true
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    const dropped = event.dataTransfer.getData(DRAGGED_COLUMN)
    if (dropped !== "" && dropped !== column.id) props.onDropColumn(dropped)
  }
  return (
    <th
      scope="col"
      aria-sort={props.sorted === false ? undefined : ariaSort[props.sorted]}
      style={{ right: props.right }}
      draggable={!isSticky}
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED_COLUMN, column.id)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      className={cn(
        "group/head relative h-7 pointer-coarse:h-11 border-b border-border px-2.5 text-2xs font-medium text-muted-foreground",
        column.align === "right" ? "text-right" : "text-left",
        isSticky && "sticky z-10 bg-panel",
        props.isLast && "pr-8 pointer-coarse:pr-11"
      )}
    >
      <HeaderName {...props} />
      <ResizeBorder {...props} />
    </th>
  )
}

type HeaderCellProps<Row> = Parameters<typeof TableHeaderCell<Row>>[0]

function HeaderName<Row>(props: HeaderCellProps<Row>) {
  const { column } = props
  if (props.onSort === undefined)
    return <span className={cn("whitespace-nowrap", column.sticky === true && "sr-only")}>{column.header}</span>
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = event.altKey || event.shiftKey ? directionOf(event) : undefined
    if (direction === undefined) return
    event.preventDefault()
    if (event.altKey) props.onMove(direction)
    else props.onResizeBy(direction * WIDTH_STEP)
  }
  return (
    <button
      type="button"
      onClick={props.onSort}
      onKeyDown={onKeyDown}
      aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Shift+ArrowLeft Shift+ArrowRight"
      className={cn(
        "inline-flex max-w-full items-center gap-0.5 whitespace-nowrap hover:text-foreground",
        column.align === "right" && "flex-row-reverse"
      )}
    >
      <span className="truncate">{column.header}</span>
      {props.sorted === "asc" && <ChevronUpIcon className="size-3 shrink-0" aria-hidden />}
      {props.sorted === "desc" && <ChevronDownIcon className="size-3 shrink-0" aria-hidden />}
    </button>
  )
}

/** For pointers; the keyboard has the column's name. */
function ResizeBorder<Row>(props: HeaderCellProps<Row>) {
  return (
    <div
      aria-hidden
      onMouseDown={props.onResizeStart}
      onTouchStart={props.onResizeStart}
      className="absolute inset-y-1 -right-px w-[3px] cursor-col-resize touch-none rounded-full opacity-0 group-hover/head:bg-input group-hover/head:opacity-100 hover:bg-accent"
    />
  )
}
