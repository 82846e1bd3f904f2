/** ResizablePanel: a panel of a flex container with a border that is dragged, or moved by the arrow keys; what has no size takes the rest. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react"
import { cn } from "../lib/cn.ts"

const STEP_PERCENT = 2
/** Which way along its axis the border grows the panel. */
const EDGES = {
  right: { axis: "x", direction: 1 },
  left: { axis: "x", direction: -1 },
  bottom: { axis: "y", direction: 1 }
} as const

export interface ResizablePanelProps {
  readonly id: string
  /** Where its border is. */
  readonly edge: keyof typeof EDGES
  /** Of the container; undefined: the default. */
  readonly percent: number | undefined
  readonly onPercentChange: (percent: number | undefined) => void
  readonly defaultPercent: number
  readonly minPixels: number
  readonly maxPercent: number
  /** Of the border. */
  readonly label: string
  readonly children: ReactNode
}

export function ResizablePanel(props: ResizablePanelProps) {
  const { defaultPercent, edge, id, maxPercent, minPixels, onPercentChange } = props
  const panel = useRef<HTMLDivElement>(null)
  /** While it is dragged. */
  const [dragged, setDragged] = useState<number>()
  const { axis, direction } = EDGES[edge]
  const isVertical = axis === "y"
  const percent = dragged ?? props.percent ?? defaultPercent

  /** Of the panel's two sides, along the axis, and of the container. */
  const measure = () => {
    const box = panel.current?.getBoundingClientRect() ?? new DOMRect()
    const container = panel.current?.parentElement?.getBoundingClientRect() ?? new DOMRect()
    return isVertical
      ? { start: box.top, end: box.bottom, size: box.height, container: container.height }
      : { start: box.left, end: box.right, size: box.width, container: container.width }
  }
  const percentOf = (pixels: number): number => {
    const container = Math.max(1, measure().container)
    return Math.min(maxPercent, (Math.max(minPixels, pixels) / container) * 100)
  }
  const onPointerDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    setDragged(percentOf(measure().size))
  }
  const onPointerMove = (event: PointerEvent) => {
    if (dragged === undefined) return
    const { end, start } = measure()
    const at = isVertical ? event.clientY : event.clientX
    setDragged(percentOf(direction > 0 ? at - start : end - at))
  }
  const onPointerEnd = () => {
    if (dragged !== undefined) onPercentChange(dragged)
    setDragged(undefined)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { container, size } = measure()
    const [less, more] = isVertical ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"]
    const sign = event.key === more ? direction : event.key === less ? -direction : 0
    if (event.key === "Enter") onPercentChange(undefined)
    else if (event.key === "Home") onPercentChange(percentOf(0))
    else if (event.key === "End") onPercentChange(maxPercent)
    else if (sign !== 0) onPercentChange(percentOf(size + (sign * STEP_PERCENT * container) / 100))
    else return
    event.preventDefault()
  }
  // A focusable separator is a widget (ARIA 1.2).
  const border = (
    <div
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-controls={id}
      aria-orientation={isVertical ? "horizontal" : "vertical"}
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={maxPercent}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onDoubleClick={() => onPercentChange(undefined)}
      onKeyDown={onKeyDown}
      className={cn(
        "relative shrink-0 touch-none bg-transparent transition-colors after:absolute hover:bg-accent/40 focus-visible:bg-accent",
        isVertical
          ? "h-1.5 cursor-row-resize after:inset-x-0 after:-inset-y-0.5"
          : "w-1.5 cursor-col-resize after:inset-y-0 after:-inset-x-0.5",
        dragged !== undefined && "bg-accent/60"
      )}
    />
  )
  return (
    <>
      {direction < 0 && border}
      <div
        id={id}
        ref={panel}
        className="min-h-0 min-w-0 overflow-hidden"
        style={{ flex: `0 0 clamp(${minPixels}px, ${percent}%, ${maxPercent}%)` }}
      >
        {props.children}
      </div>
      {direction > 0 && border}
    </>
  )
}
