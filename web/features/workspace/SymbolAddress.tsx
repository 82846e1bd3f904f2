/** SymbolAddress: the chosen symbol in the page's address, so that a link leads to it. */
import { useEffect, useRef } from "react"
import { useLocation, useParams } from "wouter"
import { instrumentsCell } from "../../state/market.ts"
import { selectSymbol, symbolValue } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"

export function SymbolAddress() {
  const { symbol: named } = useParams()
  const [, navigate] = useLocation()
  const symbol = useValue(symbolValue)
  const instruments = useValue(instrumentsCell)
  const followed = useRef<string>(undefined)
  useEffect(() => {
    if (instruments === undefined) return
    // A link, or a step back, comes first; whatever is chosen afterwards is written into the address.
    if (named !== undefined && named !== followed.current && instruments.has(named)) {
      followed.current = named
      write(selectSymbol, named)
    } else if (named !== symbol) {
      followed.current = symbol
      navigate(`/trade/${symbol}`, { replace: true })
    }
  }, [instruments, named, symbol, navigate])
  return null
}
