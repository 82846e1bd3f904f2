/** Legend: open, high, low, close and change of one bar. Written into the page directly: it follows the pointer and every tick. */
import type { Candle } from "../../api/market.ts"
import { formatSignedAmount } from "../../locales/formats.ts"
import { decimalFromNumber } from "#domain/Decimal.ts"

export const writeLegend = (element: HTMLElement, candle: Candle | undefined, digits: number): void => {
  if (candle === undefined) return element.replaceChildren()
  const change = candle.open === 0 ? 0 : ((candle.close - candle.open) / candle.open) * 100
  const parts: ReadonlyArray<readonly [string, string]> = [
    ["O", candle.open.toFixed(digits)],
    ["H", candle.high.toFixed(digits)],
    ["L", candle.low.toFixed(digits)],
    ["C", candle.close.toFixed(digits)],
    ["", `${formatSignedAmount(decimalFromNumber(change) ?? 0n, 2)}%`]
  ]
  element.dataset["direction"] = change < 0 ? "down" : "up"
  element.replaceChildren(
    ...parts.map(([name, value]) => {
      const part = document.createElement("span")
      const label = document.createElement("span")
      label.textContent = name
      label.className = "mr-1 text-faint-foreground"
      part.append(...(name === "" ? [] : [label]), value)
      return part
    })
  )
}
