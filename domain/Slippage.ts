/** Slippage: how much worse than the quote a market fill is. Deterministic, so that a replay is exact. */
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import { openingPrice, pointOf, type BidAsk } from "#domain/Prices.ts"

/** Points against the client for a fill of that volume. */
export const slippagePoints = (instrument: Instrument, lots: Decimal): number => {
  const { kind, tiers } = instrument.slippage
  if (kind === "none") return 0
  if (kind === "fixed") return tiers[0]?.points ?? 0
  let best: (typeof tiers)[number] | undefined
  for (const tier of tiers) {
    if (tier.fromLots <= lots && (best === undefined || tier.fromLots > best.fromLots)) best = tier
  }
  return best?.points ?? 0
}

/** Price of a market fill on that side of the market: the quote's, worsened by the instrument's slippage. Never below one point. */
export const marketFillPrice = (instrument: Instrument, side: Side, lots: Decimal, quote: BidAsk): Decimal => {
  const points = slippagePoints(instrument, lots)
  if (points === 0) return openingPrice(side, quote)
  const slip = BigInt(points) * pointOf(instrument)
  if (side === "buy") return quote.ask + slip
  return quote.bid > slip ? quote.bid - slip : pointOf(instrument)
}
