/** useDayOpen: the price at which a symbol's day began, loaded by whoever shows it; undefined until it is there. */
import { useEffect } from "react"
import { loadDayOpen } from "../../api/market.ts"
import { dayOpenCell } from "../../state/market.ts"
import { useValue } from "../../state/store.ts"

export const useDayOpen = (symbol: string): number | undefined => {
  useEffect(() => loadDayOpen(symbol), [symbol])
  return useValue(dayOpenCell(symbol))
}
