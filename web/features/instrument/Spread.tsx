/** Spread: between bid and ask, in pips. */
import { UNKNOWN } from "../../locales/formats.ts"
import { instrumentValue, quoteValue } from "../../state/market.ts"
import { useValue } from "../../state/store.ts"
import { LiveText } from "../../ui/live-text.tsx"
import { spreadText } from "./instrumentFigures.ts"

export function Spread(props: { readonly symbol: string; readonly className?: string }) {
  const instrument = useValue(instrumentValue(props.symbol))
  return (
    <LiveText
      value={quoteValue(props.symbol)}
      text={(quote) => (quote === undefined || instrument === undefined ? UNKNOWN : spreadText(instrument, quote))}
      className={props.className}
    />
  )
}
