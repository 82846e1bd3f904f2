/** Instrument: the specification of a tradable symbol. All of it is data that staff may change at run time. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { SymbolName } from "#domain/Quote.ts"

/** ISO 4217 code, or a crypto currency's usual ticker. */
export const Currency = Schema.String.check(Schema.isPattern(/^[A-Z]{3,5}$/u))
export type Currency = string

/** Classes by which a group caps leverage (ESMA's own division). */
export const InstrumentClass = Schema.Literals([
  "forexMajor",
  "forexMinor",
  "gold",
  "indexMajor",
  "indexMinor",
  "commodity",
  "share",
  "crypto"
])
export type InstrumentClass = typeof InstrumentClass.Type

/** A weekly session: from `openMinute` to `closeMinute` (exclusive), minutes since Sunday 00:00 in the instrument's time zone (0..10080). */
export const TradingSession = Schema.Struct({ openMinute: Schema.Int, closeMinute: Schema.Int })

/** A date in the instrument's time zone on which it does not trade, or trades only until `closeMinute` of that day. */
export const Holiday = Schema.Struct({
  date: Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/u)),
  closeMinute: Schema.optionalKey(Schema.Int)
})

/** From `from` (lots or notional in the profit currency, by `basis`) upward the margin is multiplied by `multiplier`. */
export const MarginTier = Schema.Struct({ from: DecimalFromString, multiplier: DecimalFromString })

/** Charged per night; `dayMultipliers` Monday..Sunday. Points: per point value; money: account currency per lot; percent: per year of value. */
export const SwapRule = Schema.Struct({
  kind: Schema.Literals(["none", "points", "money", "percent360", "percent365"]),
  long: DecimalFromString,
  short: DecimalFromString,
  dayMultipliers: Schema.Array(Schema.Int)
})

/** Deterministic, so that a replay is exact. `tiers`: from that many lots upward, that many points against the client. */
export const SlippageRule = Schema.Struct({
  kind: Schema.Literals(["none", "fixed", "byVolume"]),
  tiers: Schema.Array(Schema.Struct({ fromLots: DecimalFromString, points: Schema.Int }))
})

export const Instrument = Schema.Struct({
  symbol: SymbolName,
  description: Schema.String,
  class: InstrumentClass,
  /** forex: margin in the base currency from the contract alone; cfd: from contract × price in the profit currency. */
  calculation: Schema.Literals(["forex", "cfd"]),
  baseCurrency: Currency,
  profitCurrency: Currency,
  /** Units of the base in one lot. */
  contractSize: DecimalFromString,
  /** Digits after the point of a price; one point is 10^-digits. */
  digits: Schema.Int,
  lotsMin: DecimalFromString,
  lotsMax: DecimalFromString,
  lotsStep: DecimalFromString,
  /** Spread put around a feed price that has no bid and ask. */
  spreadPoints: Schema.Int,
  /** Least distance of pending prices, stop-loss and take-profit from the market. */
  stopsLevelPoints: Schema.Int,
  /** A tick that jumps by more than this share needs a second one to confirm it; absent: no guard. */
  spikePercentMax: Schema.optionalKey(DecimalFromString),
  /** Older quotes trade nothing. */
  quoteAgeMillisMax: Schema.Int,
  marginTierBasis: Schema.Literals(["lots", "notional"]),
  marginTiers: Schema.Array(MarginTier),
  /** Contract size for covered volume under the `basic` hedged mode. */
  hedgedContractSize: DecimalFromString,
  swap: SwapRule,
  slippage: SlippageRule,
  timeZone: Schema.String,
  /** Empty: trades around the clock. */
  sessions: Schema.Array(TradingSession),
  holidays: Schema.Array(Holiday),
  /** Kill switch for this symbol: nothing new, closing stays allowed. */
  halted: Schema.Boolean
})
export interface Instrument extends Schema.Schema.Type<typeof Instrument> {}
