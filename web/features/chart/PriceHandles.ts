/** PriceHandles: all labeled price lines of a chart, placed so that none hides another. */
import type { ISeriesApi, ISeriesPrimitive, SeriesType } from "lightweight-charts"
import type { PriceChart } from "./PriceChart.ts"
import { type HandleSpec, LABEL_HEIGHT, PriceHandle } from "./PriceHandle.ts"

/** Between a label and what stands beside it, pixels. */
const GAP = 6

interface Placed {
  readonly handle: PriceHandle
  readonly y: number
  readonly edge: number
}

export class PriceHandles {
  readonly #chart: PriceChart
  readonly #container: HTMLElement
  readonly #series: ISeriesApi<SeriesType>
  readonly #handles = new Map<string, PriceHandle>()
  readonly #primitive: ISeriesPrimitive

  constructor(chart: PriceChart, container: HTMLElement) {
    this.#chart = chart
    this.#container = container
    this.#series = chart.series
    // The chart tells nobody that its price scale moved, but it updates its primitives whenever it did.
    this.#primitive = { updateAllViews: this.#place }
    this.#series.attachPrimitive(this.#primitive)
  }

  /** Shows these and no others. */
  show(specs: ReadonlyMap<string, HandleSpec>): void {
    for (const [key, handle] of this.#handles) {
      if (specs.has(key)) continue
      handle.dispose()
      this.#handles.delete(key)
    }
    for (const [key, spec] of specs) {
      const handle = this.#handles.get(key)
      if (handle === undefined) this.#handles.set(key, new PriceHandle(this.#chart, this.#container, spec, this.#place))
      else handle.update(spec)
    }
    this.#place()
  }

  refreshText(key: string): void {
    this.#handles.get(key)?.refreshText()
  }

  dispose(): void {
    for (const handle of this.#handles.values()) handle.dispose()
    this.#handles.clear()
    if (!this.#chart.isDisposed) this.#series.detachPrimitive(this.#primitive)
  }

  /** From the top down on each side; a label that would lie on the one above moves towards the middle, beside it. */
  readonly #place = (): void => {
    const edges = { left: GAP, right: this.#chart.chart.priceScale("right").width() + GAP }
    const above: { left?: Placed; right?: Placed } = {}
    const inOrder = [...this.#handles.values()].map((handle) => ({ handle, y: handle.y })).toSorted((a, b) => (a.y ?? -1) - (b.y ?? -1))
    for (const { handle, y } of inOrder) {
      const { side } = handle
      const over = above[side]
      // A width costs a layout of the page, so it is asked for only where a label is in the way.
      const isCrowded = y !== undefined && over !== undefined && y - over.y < LABEL_HEIGHT
      const edge = isCrowded ? over.edge + over.handle.width + GAP : edges[side]
      handle.place(y, edge)
      if (y !== undefined) above[side] = { handle, y, edge }
    }
  }
}
