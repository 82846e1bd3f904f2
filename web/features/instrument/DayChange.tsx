/** DayChange: percent that a symbol has come since its day began at `open`. */
import { cn } from "../../lib/cn.ts"
import { formatChange } from "../../locales/formats.ts"
import { type LiveQuote, quoteValue } from "../../state/market.ts"
import { useSelected } from "../../state/store.ts"
import { LiveText } from "../../ui/live-text.tsx"
import { changePercent } from "./instrumentFigures.ts"

export function DayChange(props: { readonly symbol: string; readonly open: number; readonly className: string }) {
  const value = quoteValue(props.symbol)
  const percentOf = (quote: LiveQuote | undefined) => (quote === undefined ? 0 : changePercent(props.open, quote))
  const direction = useSelected(value, (quote) => Math.sign(percentOf(quote)))
  return (
    <LiveText
      value={value}
      text={(quote) => formatChange(percentOf(quote))}
      className={cn(props.className, direction > 0 ? "text-up" : direction < 0 && "text-down")}
    />
  )
}
