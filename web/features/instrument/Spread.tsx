/** Spread: between bid and ask, in pips. */
import { instrumentValue, quoteValue } from "../../state/market.ts"
import { useValue } from "../../state/store.ts"
import { spreadText } from "./instrumentFigures.ts"

export function Spread(props: { readonly symbol: string; readonly className?: string }) {
  const quote = useValue(quoteValue(props.symbol))
  const instrument = useValue(instrumentValue(props.symbol))
  return <span className={props.className}>{quote === undefined || instrument === undefined ? "–" : spreadText(instrument, quote)}</span>
}
