/** evidence: what a margin event keeps so that anyone can recompute it: the figures, the levels, and every quote that went into them. */
import type { Turn } from "#actors/account/decide/Turn.ts"
import { conversionRoutes } from "#domain/Conversion.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Figures } from "#domain/Figures.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"

export interface Evidence {
  readonly figures: Figures
  readonly quotes: ReadonlyArray<Quote>
  readonly marginCallLevelPercent: Decimal
  readonly stopOutLevelPercent: Decimal
  readonly configurationVersion: number
}

export const evidenceOf = (turn: Turn, prices: ClientPrices, figures: Figures): Evidence => ({
  figures,
  quotes: quotesUsed(turn),
  marginCallLevelPercent: prices.group.marginCallLevelPercent,
  stopOutLevelPercent: prices.group.stopOutLevelPercent,
  configurationVersion: turn.configuration.version
})

/** Quotes of every symbol that values the account: its positions' and those that convert their profit. */
export const quotesUsed = (turn: Turn): ReadonlyArray<Quote> => {
  const symbols = new Set<SymbolName>()
  for (const position of turn.state.positions.values()) {
    symbols.add(position.symbol)
    const instrument = turn.instrument(position.symbol)
    if (instrument === undefined) continue
    for (const route of conversionRoutes(turn.configuration, instrument.profitCurrency, turn.state.currency)) {
      for (const leg of route) symbols.add(leg.instrument.symbol)
    }
  }
  return [...symbols].map(turn.quote).filter((quote) => quote !== undefined)
}
