/** QuotePrice: a symbol's bid or ask, live, with its pip digits large and a flash when it moves. */
import { formatPrice, UNKNOWN } from "../../locales/formats.ts"
import { cn } from "../../lib/cn.ts"
import { splitPrice } from "../../lib/splitPrice.ts"
import { useFlash } from "../../lib/useFlash.ts"
import { instrumentValue, isStaleValue, quoteValue } from "../../state/market.ts"
import { isLiveValue } from "../../state/connection.ts"
import { useValue } from "../../state/store.ts"

export function QuotePrice(props: {
  readonly symbol: string
  readonly side: "bid" | "ask"
  readonly large?: boolean
  readonly className?: string
}) {
  const quote = useValue(quoteValue(props.symbol))
  const digits = useValue(instrumentValue(props.symbol))?.digits ?? 5
  const isStale = useValue(isStaleValue(props.symbol))
  const isLive = useValue(isLiveValue)
  const price = quote?.[props.side]
  const flash = useFlash<HTMLSpanElement>(price)
  if (price === undefined) return <span className={cn("figures text-faint-foreground", props.className)}>{UNKNOWN}</span>
  const { head, big, small } = splitPrice(formatPrice(price, digits), digits)
  return (
    <span ref={flash} data-side={props.side} className={cn("figures rounded-sm px-0.5", (isStale || !isLive) && "stale", props.className)}>
      {head}
      <span className={props.large === true ? "text-[1.4em] font-semibold" : "font-semibold"}>{big}</span>
      {small !== "" && (
        <span
          className={cn("relative align-baseline", props.large === true ? "-top-[0.55em] text-[0.75em]" : "-top-[0.3em] text-[0.82em]")}
        >
          {small}
        </span>
      )}
    </span>
  )
}
