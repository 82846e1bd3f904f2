/**
 * defaultConfiguration: the instruments and groups a new installation starts with. All of it is data that staff change at run time.
 *
 * Sessions are empty, so that everything trades around the clock as the simulator does; swap is off until staff set their own rates. The
 * spike guard is off, since what is a jump and what is news is the operator's own judgement.
 */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"

/** Quotes older than this trade nothing. */
const QUOTE_AGE_MILLIS_MAX = 60_000

/** FX convention: Wednesday's rollover carries the weekend. */
const FX_NIGHTS = [1, 1, 3, 1, 1, 0, 0]
/** Indices, commodities and shares: Friday's rollover carries the weekend. */
const CFD_NIGHTS = [1, 1, 1, 1, 3, 0, 0]
/** Crypto currencies trade every day. */
const DAILY_NIGHTS = [1, 1, 1, 1, 1, 1, 1]

interface Outline {
  readonly symbol: string
  readonly description: string
  readonly class: Instrument["class"]
  readonly base: string
  readonly profit: string
  readonly digits: number
  readonly spreadPoints: number
  readonly contractSize: string
  readonly lotsMax?: string
}

const instrument = (outline: Outline): Instrument => {
  const isForex = outline.class === "forexMajor" || outline.class === "forexMinor"
  const contractSize = decimal(outline.contractSize)
  return {
    symbol: outline.symbol,
    description: outline.description,
    class: outline.class,
    calculation: isForex ? "forex" : "cfd",
    baseCurrency: outline.base,
    profitCurrency: outline.profit,
    contractSize,
    digits: outline.digits,
    lotsMin: decimal("0.01"),
    lotsMax: decimal(outline.lotsMax ?? "100"),
    lotsStep: decimal("0.01"),
    spreadPoints: outline.spreadPoints,
    stopsLevelPoints: 0,
    quoteAgeMillisMax: QUOTE_AGE_MILLIS_MAX,
    marginTierBasis: "lots",
    marginTiers: [],
    hedgedContractSize: contractSize,
    swap: {
      kind: "none",
      long: 0n,
      short: 0n,
      dayMultipliers: isForex ? FX_NIGHTS : outline.class === "crypto" ? DAILY_NIGHTS : CFD_NIGHTS
    },
    slippage: { kind: "none", tiers: [] },
    timeZone: "America/New_York",
    sessions: [],
    holidays: [],
    halted: false
  }
}

const forex = (
  symbol: string,
  description: string,
  className: "forexMajor" | "forexMinor",
  digits: number,
  spreadPoints: number
): Instrument =>
  instrument({
    symbol,
    description,
    class: className,
    base: symbol.slice(0, 3),
    profit: symbol.slice(3),
    digits,
    spreadPoints,
    contractSize: "100000"
  })

const INSTRUMENTS: ReadonlyArray<Instrument> = [
  forex("EURUSD", "Euro / US Dollar", "forexMajor", 5, 10),
  forex("GBPUSD", "British Pound / US Dollar", "forexMajor", 5, 14),
  forex("USDJPY", "US Dollar / Japanese Yen", "forexMajor", 3, 12),
  forex("USDCHF", "US Dollar / Swiss Franc", "forexMajor", 5, 15),
  forex("AUDUSD", "Australian Dollar / US Dollar", "forexMinor", 5, 12),
  forex("USDCAD", "US Dollar / Canadian Dollar", "forexMajor", 5, 15),
  forex("NZDUSD", "New Zealand Dollar / US Dollar", "forexMinor", 5, 16),
  forex("EURGBP", "Euro / British Pound", "forexMajor", 5, 14),
  forex("EURJPY", "Euro / Japanese Yen", "forexMajor", 3, 18),
  instrument({
    symbol: "XAUUSD",
    description: "Gold / US Dollar",
    class: "gold",
    base: "XAU",
    profit: "USD",
    digits: 2,
    spreadPoints: 30,
    contractSize: "100"
  }),
  instrument({
    symbol: "WTI",
    description: "Crude Oil WTI",
    class: "commodity",
    base: "USD",
    profit: "USD",
    digits: 3,
    spreadPoints: 40,
    contractSize: "1000"
  }),
  instrument({
    symbol: "US500",
    description: "US 500 Index",
    class: "indexMajor",
    base: "USD",
    profit: "USD",
    digits: 2,
    spreadPoints: 50,
    contractSize: "10"
  }),
  instrument({
    symbol: "GER40",
    description: "Germany 40 Index",
    class: "indexMajor",
    base: "EUR",
    profit: "EUR",
    digits: 2,
    spreadPoints: 120,
    contractSize: "1"
  }),
  instrument({
    symbol: "AAPL",
    description: "Apple Inc.",
    class: "share",
    base: "USD",
    profit: "USD",
    digits: 2,
    spreadPoints: 4,
    contractSize: "1",
    lotsMax: "10000"
  }),
  instrument({
    symbol: "BTCUSD",
    description: "Bitcoin / US Dollar",
    class: "crypto",
    base: "BTC",
    profit: "USD",
    digits: 2,
    spreadPoints: 2_000,
    contractSize: "1"
  }),
  instrument({
    symbol: "ETHUSD",
    description: "Ether / US Dollar",
    class: "crypto",
    base: "ETH",
    profit: "USD",
    digits: 2,
    spreadPoints: 200,
    contractSize: "1"
  })
]

const group = (name: string, leverageCaps: AccountGroup["leverageCaps"]): AccountGroup => ({
  name,
  marginCallLevelPercent: decimal("100"),
  stopOutLevelPercent: decimal("50"),
  stopOutStrategy: "largestLoss",
  hedgedMargin: "largerLeg",
  refuseExposureInMarginCall: true,
  negativeBalanceProtection: true,
  leverageCaps,
  markUpPoints: {},
  commissions: {}
})

/** ESMA's product-intervention measures for retail clients. Its major pairs are those of USD, EUR, JPY, GBP, CAD and CHF. */
const ESMA_CAPS: AccountGroup["leverageCaps"] = {
  forexMajor: 30,
  forexMinor: 20,
  gold: 20,
  indexMajor: 20,
  indexMinor: 10,
  commodity: 10,
  share: 5,
  crypto: 2
}

export const defaultConfiguration: Configuration = {
  version: 1,
  instruments: Object.fromEntries(INSTRUMENTS.map((each) => [each.symbol, each])),
  groups: { professional: group("professional", {}), retail: group("retail", ESMA_CAPS) },
  halted: false
}
