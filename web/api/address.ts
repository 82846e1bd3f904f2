/** address: `/trade/EURUSD` opens the trading page at that symbol, and is where the page says it is. */
import { instrumentsCell } from "../state/market.ts"
import { selectSymbol, symbolValue } from "../state/selection.ts"
import { userValue } from "../state/session.ts"
import { read, watch, write } from "../state/store.ts"

const TRADE = /^\/trade\/([A-Z0-9._]{2,20})$/u

const symbolInAddress = (): string | undefined => TRADE.exec(window.location.pathname)?.[1]

const follow = (): void => {
  const symbol = symbolInAddress()
  if (symbol !== undefined) write(selectSymbol, symbol)
}

/** Another symbol is no page to go back to: it takes the place of the one before. */
const tell = (): void => {
  const isTrading = window.location.pathname === "/" || symbolInAddress() !== undefined
  if (isTrading && read(userValue) !== undefined && read(instrumentsCell) !== undefined)
    window.history.replaceState(null, "", `/trade/${read(symbolValue)}`)
}

export const followAddress = (): void => {
  follow()
  window.addEventListener("popstate", follow)
  watch(symbolValue, tell)
}
