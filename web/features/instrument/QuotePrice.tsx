/** QuotePrice: a symbol's bid or ask, live, with its pip digits large and a flash when it moves. */
import { useLayoutEffect, useRef } from "react"
import type { Decimal } from "#domain/Decimal.ts"
import { formatPrice, UNKNOWN } from "../../locales/formats.ts"
import { cn } from "../../lib/cn.ts"
import { flash } from "../../lib/flash.ts"
import { setText } from "../../lib/setText.ts"
import { hasTenths, splitPrice } from "../../lib/splitPrice.ts"
import { instrumentValue, isStaleValue, quoteValue } from "../../state/market.ts"
import { isLiveValue } from "../../state/connection.ts"
import { read, useSelected, useValue, watch } from "../../state/store.ts"

interface QuotePriceProps {
  readonly symbol: string
  readonly side: "bid" | "ask"
  readonly large?: boolean
  readonly className?: string
}

export function QuotePrice(props: QuotePriceProps) {
  const isQuoted = useSelected(quoteValue(props.symbol), (quote) => quote !== undefined)
  return isQuoted ? <LivePrice {...props} /> : <span className={cn("figures text-faint-foreground", props.className)}>{UNKNOWN}</span>
}

/** A tick writes its three parts into the page and renders nothing. */
function LivePrice({ symbol, side, large = false, className }: QuotePriceProps) {
  const digits = useValue(instrumentValue(symbol))?.digits ?? 5
  const isStale = useValue(isStaleValue(symbol))
  const isLive = useValue(isLiveValue)
  const element = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const value = quoteValue(symbol)
    let shown: Decimal | undefined
    const show = () => {
      const [whole, price] = [element.current, read(value)?.[side]]
      if (whole === null || price === undefined || price === shown) return
      const { head, big, small } = splitPrice(formatPrice(price, digits), digits)
      for (const [index, part] of [...whole.children].entries()) setText(part, [head, big, small][index] ?? "")
      flash(whole, shown, price)
      shown = price
    }
    show()
    return watch(value, show)
  }, [symbol, side, digits])
  return (
    <span ref={element} data-side={side} className={cn("figures rounded-sm px-0.5", (isStale || !isLive) && "stale", className)}>
      <span />
      <span className={large ? "text-[1.4em] font-semibold" : "font-semibold"} />
      {hasTenths(digits) && (
        <span className={cn("relative align-baseline", large ? "-top-[0.55em] text-[0.75em]" : "-top-[0.3em] text-[0.82em]")} />
      )}
    </span>
  )
}
