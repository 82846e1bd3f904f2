/** Legend: open, high, low, close, change and volume of one bar. Written into the page directly: it follows the pointer and every tick. */
import type { Candle } from "../../api/market.ts"
import { formatCompact, formatSignedAmount } from "../../locales/formats.ts"
import { decimalFromNumber } from "#domain/Decimal.ts"

export type LegendNames = Readonly<Record<"open" | "high" | "low" | "close" | "volume", string>>

export const writeLegend = (element: HTMLElement, candle: Candle | undefined, digits: number, names: LegendNames): void => {
  if (candle === undefined) return element.replaceChildren()
  const change = candle.open === 0 ? 0 : ((candle.close - candle.open) / candle.open) * 100
  const parts: ReadonlyArray<readonly [string, string]> = [
    [names.open, candle.open.toFixed(digits)],
    [names.high, candle.high.toFixed(digits)],
    [names.low, candle.low.toFixed(digits)],
    [names.close, candle.close.toFixed(digits)],
    ["", `${formatSignedAmount(decimalFromNumber(change) ?? 0n, 2)}%`],
    ...(candle.volume === undefined ? [] : [[names.volume, formatCompact(candle.volume)] as const])
  ]
  element.dataset["direction"] = change < 0 ? "down" : "up"
  element.replaceChildren(
    ...parts.map(([name, value]) => {
      const part = document.createElement("span")
      part.className = "rounded-sm bg-panel/80"
      const label = document.createElement("span")
      label.textContent = name
      label.className = "mr-1 text-faint-foreground"
      part.append(...(name === "" ? [] : [label]), value)
      return part
    })
  )
}
