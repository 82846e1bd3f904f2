/**
 * PriceHandle: a price line with a label on it. A movable one can be dragged, or moved with the arrow keys by the instrument's step: Enter
 * or letting go commits, Escape puts it back. The label stands beside the chart's canvas, so that it is a control like any other.
 */
import { type IPriceLine, type ISeriesApi, LineStyle, type SeriesType } from "lightweight-charts"
import { setText } from "../../lib/setText.ts"
import { movePriceLine, type PriceChart } from "./PriceChart.ts"

export interface HandleLooks {
  readonly color: string
  /** Named for assistive technology. */
  readonly name: string
  readonly isDashed: boolean
  readonly side: "left" | "right"
  /** The label's text at a price: while dragging it tells what the price would bring. */
  readonly text: (price: number) => string
}

export interface HandleSpec extends HandleLooks {
  readonly price: number
  /** Smallest move. */
  readonly step: number
  readonly digits: number
  /** Absent: it stays where it is. */
  readonly onCommit: ((price: number) => void) | undefined
  /** By the Delete key; absent: it cannot be removed here. */
  readonly onRemove: (() => void) | undefined
}

export const LABEL_HEIGHT = 20

export class PriceHandle {
  readonly #chart: PriceChart
  readonly #series: ISeriesApi<SeriesType>
  readonly #line: IPriceLine
  readonly #label: HTMLElement
  readonly #onMoved: () => void
  #spec: HandleSpec
  #price: number
  #isMoving = false

  /** `onMoved`: the label wants another place. */
  constructor(chart: PriceChart, container: HTMLElement, spec: HandleSpec, onMoved: () => void) {
    this.#chart = chart
    this.#series = chart.series
    this.#spec = spec
    this.#price = spec.price
    this.#line = this.#series.createPriceLine({ price: spec.price, title: "", axisLabelVisible: true, lineWidth: 1 })
    this.#label = document.createElement(spec.onCommit === undefined ? "div" : "button")
    this.#label.className =
      "figures absolute top-0 z-10 inline-flex items-center rounded-sm border bg-panel px-1.5 text-2xs font-semibold whitespace-nowrap select-none"
    this.#label.style.height = `${LABEL_HEIGHT}px`
    if (spec.onCommit !== undefined) this.#makeMovable()
    container.append(this.#label)
    this.#onMoved = onMoved
    this.update(spec)
  }

  /** Takes a new price and looks, unless the person is moving it right now. */
  update(spec: HandleSpec): void {
    this.#spec = spec
    if (!this.#isMoving) this.#price = spec.price
    const lineStyle = spec.isDashed ? LineStyle.Dashed : LineStyle.Solid
    const drawn = this.#line.options()
    if (drawn.color !== spec.color || drawn.lineStyle !== lineStyle)
      this.#line.applyOptions({ color: spec.color, lineStyle, axisLabelColor: spec.color })
    this.#label.style.color = spec.color
    this.#label.style.borderColor = spec.color
    this.#label.setAttribute("aria-label", spec.name)
    this.#show()
  }

  /** Only the text, which follows the market. */
  refreshText(): void {
    setText(this.#label, this.#spec.text(this.#price))
  }

  dispose(): void {
    this.#label.remove()
    if (this.#chart.isDisposed) return
    this.#series.removePriceLine(this.#line)
  }

  #makeMovable(): void {
    this.#label.setAttribute("role", "slider")
    this.#label.setAttribute("aria-orientation", "vertical")
    this.#label.tabIndex = 0
    this.#label.classList.add("cursor-ns-resize", "touch-none", "after:absolute", "after:-inset-x-1", "after:-inset-y-2.5")
    this.#label.addEventListener("pointerdown", this.#onPointerDown)
    this.#label.addEventListener("keydown", this.#onKeyDown)
    this.#label.addEventListener("blur", () => this.#cancel())
  }

  readonly #onPointerDown = (event: PointerEvent): void => {
    const label = this.#label
    label.setPointerCapture(event.pointerId)
    this.#isMoving = true
    this.#chart.chart.applyOptions({ handleScroll: false, handleScale: false })
    const container = label.parentElement
    const onMove = (move: PointerEvent) => {
      const price = container === null ? null : this.#series.coordinateToPrice(move.clientY - container.getBoundingClientRect().top)
      if (this.#isMoving && price !== null) this.#moveTo(price)
    }
    const onEnd = (end: PointerEvent) => {
      label.removeEventListener("pointermove", onMove)
      label.removeEventListener("pointerup", onEnd)
      label.removeEventListener("pointercancel", onEnd)
      this.#chart.chart.applyOptions({ handleScroll: true, handleScale: true })
      if (end.type === "pointerup") this.#commit()
      else this.#cancel()
    }
    label.addEventListener("pointermove", onMove)
    label.addEventListener("pointerup", onEnd)
    label.addEventListener("pointercancel", onEnd)
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const steps = STEPS_BY_KEY[event.key]
    if (steps !== undefined) {
      event.preventDefault()
      this.#isMoving = true
      this.#moveTo(this.#price + steps * this.#spec.step)
    } else if (event.key === "Enter") {
      event.preventDefault()
      this.#commit()
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#spec.onRemove?.()
    } else if (event.key === "Escape") {
      event.stopPropagation()
      this.#cancel()
    }
  }

  #moveTo(price: number): void {
    const { step } = this.#spec
    this.#price = Math.max(step, Math.round(price / step) * step)
    this.#show()
  }

  #commit(): void {
    if (!this.#isMoving) return
    this.#isMoving = false
    const moved = this.#price.toFixed(this.#spec.digits) !== this.#spec.price.toFixed(this.#spec.digits)
    if (moved) this.#spec.onCommit?.(this.#price)
  }

  #cancel(): void {
    if (!this.#isMoving) return
    this.#isMoving = false
    this.#price = this.#spec.price
    this.#show()
  }

  #show(): void {
    movePriceLine(this.#line, this.#price)
    const text = this.#price.toFixed(this.#spec.digits)
    this.refreshText()
    if (this.#spec.onCommit !== undefined) {
      this.#label.setAttribute("aria-valuenow", text)
      this.#label.setAttribute("aria-valuetext", `${text}, ${this.#label.textContent}`)
    }
    this.#onMoved()
  }

  /** Middle of the label's place, pixels from the top of the prices' pane; undefined while the price is out of sight. */
  get y(): number | undefined {
    const y = this.#series.priceToCoordinate(this.#price)
    return y === null || y < 0 || y > this.#chart.chart.paneSize().height ? undefined : y
  }

  get side(): "left" | "right" {
    return this.#spec.side
  }

  get width(): number {
    return this.#label.offsetWidth
  }

  /** Puts the label so far from its side's edge, or hides it. */
  place(y: number | undefined, edge: number): void {
    this.#label.style.visibility = y === undefined ? "hidden" : "visible"
    if (y !== undefined) this.#label.style.transform = `translateY(${Math.round(y - LABEL_HEIGHT / 2)}px)`
    this.#label.style[this.#spec.side] = `${edge}px`
  }
}

const STEPS_BY_KEY: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }
