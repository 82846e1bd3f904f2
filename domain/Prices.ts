/**
 * Prices: what an account is valued and filled at.
 *
 * The feed's quotes are raw; a group's mark-up widens them, half on each side, and everything a client sees, is filled at, is valued at or is
 * converted at is the widened quote.
 */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { DECIMAL_DIGITS, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"
import { powerOfTen } from "#domain/Ratio.ts"

/** Raw prices: the last accepted quote of each symbol, before any mark-up. */
export interface Prices {
  readonly configuration: Configuration
  readonly quote: (symbol: SymbolName) => Quote | undefined
}

/** Prices as one group of clients sees them. */
export interface ClientPrices extends Prices {
  readonly group: AccountGroup
}

export interface BidAsk {
  readonly bid: Decimal
  readonly ask: Decimal
}

/** One point of the instrument's price. */
export const pointOf = (instrument: Instrument): Decimal => powerOfTen(DECIMAL_DIGITS - instrument.digits)

/** What the group's mark-up takes off the bid and puts on the ask: half each; the ask takes what cannot be halved. */
export const markUpOf = (group: AccountGroup, instrument: Instrument): { readonly bidDown: Decimal; readonly askUp: Decimal } => {
  const points = group.markUpPoints[instrument.symbol] ?? group.markUpPoints["*"] ?? 0
  if (points <= 0) return NO_MARK_UP
  const total = BigInt(points) * pointOf(instrument)
  const bidDown = total / 2n
  return { bidDown, askUp: total - bidDown }
}

const NO_MARK_UP = { bidDown: 0n, askUp: 0n }

/** The raw quote as the group's clients see it. */
export const withMarkUp = (group: AccountGroup, instrument: Instrument, raw: BidAsk): BidAsk => {
  const markUp = markUpOf(group, instrument)
  return markUp === NO_MARK_UP ? raw : { bid: raw.bid - markUp.bidDown, ask: raw.ask + markUp.askUp }
}

/** The symbol's quote as the group's clients see it; undefined without a quote, or when a mark-up eats the whole bid. */
export const clientQuote = (prices: ClientPrices, instrument: Instrument): BidAsk | undefined => {
  const raw = prices.quote(instrument.symbol)
  if (raw === undefined) return undefined
  const marked = withMarkUp(prices.group, instrument, raw)
  return marked.bid > 0n ? marked : undefined
}

/** Buys fill at the ask, sells at the bid. */
export const openingPrice = (side: Side, quote: BidAsk): Decimal => (side === "buy" ? quote.ask : quote.bid)

/** Longs are valued and closed at the bid, shorts at the ask. */
export const closingPrice = (side: Side, quote: BidAsk): Decimal => (side === "buy" ? quote.bid : quote.ask)

export const oppositeSide = (side: Side): Side => (side === "buy" ? "sell" : "buy")
