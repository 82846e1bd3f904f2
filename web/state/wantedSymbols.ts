/** wantedSymbols: whose quotes the page needs, the most needed first. */
import { conversionRoutes } from "#domain/Conversion.ts"
import { marginCurrencyOf } from "#domain/Margin.ts"
import { SYMBOLS_MAX } from "#contract/Wire.ts"
import { accountCell, ordersCell, positionsCell } from "./account.ts"
import { instrumentsCell } from "./market.ts"
import { clientPricesValue } from "./prices.ts"
import { symbolValue } from "./selection.ts"
import { derived } from "./store.ts"
import { watchlistValue } from "./watchlist.ts"

/** The chosen symbol, those of positions and orders, what converts their results to the account's currency, and the watchlist. */
export const wantedSymbolsValue = derived((read): ReadonlySet<string> => {
  const instruments = read(instrumentsCell)
  if (instruments === undefined) return new Set()
  const exposed = new Set([
    read(symbolValue),
    ...read(positionsCell).map(({ symbol }) => symbol),
    ...read(ordersCell).map(({ symbol }) => symbol)
  ])
  const wanted = new Set(exposed)
  const prices = read(clientPricesValue)
  const currency = read(accountCell)?.currency
  if (prices !== undefined && currency !== undefined) {
    for (const instrument of [...exposed].flatMap((symbol) => instruments.get(symbol) ?? [])) {
      for (const from of [instrument.profitCurrency, marginCurrencyOf(instrument)]) {
        for (const leg of conversionRoutes(prices.configuration, from, currency).flat()) wanted.add(leg.instrument.symbol)
      }
    }
  }
  for (const { symbol } of read(watchlistValue) ?? []) wanted.add(symbol)
  for (const symbol of instruments.keys()) wanted.add(symbol)
  return new Set([...wanted].slice(0, SYMBOLS_MAX))
})
