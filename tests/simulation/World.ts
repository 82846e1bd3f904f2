/** World: the instruments, groups and clocks of the simulation, and a market that a script or a random walk moves. */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Quote } from "#domain/Quote.ts"
import type { Market } from "#actors/account/Market.ts"

/** A literal of a test as the shapes carry it: an integer scaled by 10^8. */
export const scaled = (text: string): bigint => {
  const match = /^(-?)(\d+)(?:\.(\d{1,8}))?$/u.exec(text)
  if (match === null) throw new RangeError(`not a decimal: ${text}`)
  const magnitude = BigInt((match[2] ?? "") + (match[3] ?? "").padEnd(8, "0"))
  return match[1] === "-" ? -magnitude : magnitude
}

/** Monday 2026-03-02 12:00 UTC: the week before the United States change their clocks. */
export const START = Date.UTC(2026, 2, 2, 12)

/** Sunday 17:00 to Friday 17:00 in New York, without a break. */
const FOREX_WEEK = [{ openMinute: 17 * 60, closeMinute: 5 * 1440 + 17 * 60 }]
/** Monday to Friday 8:00 to 16:30 in London. */
const LONDON_HOURS = [1, 2, 3, 4, 5].map((day) => ({ openMinute: day * 1440 + 480, closeMinute: day * 1440 + 990 }))

const forex = (symbol: string, digits: number, changes: Partial<Instrument> = {}): Instrument => ({
  symbol,
  description: symbol,
  class: "forexMajor",
  calculation: "forex",
  baseCurrency: symbol.slice(0, 3),
  profitCurrency: symbol.slice(3),
  contractSize: scaled("100000"),
  digits,
  lotsMin: scaled("0.01"),
  lotsMax: scaled("50"),
  lotsStep: scaled("0.01"),
  spreadPoints: 10,
  stopsLevelPoints: 0,
  quoteAgeMillisMax: 60_000,
  marginTierBasis: "lots",
  marginTiers: [],
  hedgedContractSize: scaled("100000"),
  swap: { kind: "none", long: 0n, short: 0n, dayMultipliers: [1, 1, 3, 1, 1, 0, 0] },
  slippage: { kind: "none", tiers: [] },
  timeZone: "America/New_York",
  sessions: FOREX_WEEK,
  holidays: [],
  halted: false,
  ...changes
})

export const INSTRUMENTS: ReadonlyArray<Instrument> = [
  forex("EURUSD", 5, {
    holidays: [{ date: "2026-06-18" }, { date: "2026-12-31", closeMinute: 720 }, { date: "2027-01-01" }],
    swap: { kind: "points", long: scaled("-7.2"), short: scaled("2.35"), dayMultipliers: [1, 1, 3, 1, 1, 0, 0] }
  }),
  forex("GBPUSD", 5, {
    stopsLevelPoints: 5,
    marginTiers: [
      { from: scaled("5"), multiplier: scaled("2") },
      { from: scaled("10"), multiplier: scaled("3.5") }
    ],
    slippage: {
      kind: "byVolume",
      tiers: [
        { fromLots: scaled("1"), points: 2 },
        { fromLots: scaled("5"), points: 7 }
      ]
    },
    holidays: [{ date: "2026-03-10" }, { date: "2026-03-12", closeMinute: 780 }]
  }),
  forex("USDJPY", 3, {
    hedgedContractSize: scaled("50000"),
    swap: { kind: "percent360", long: scaled("1.75"), short: scaled("-2.9"), dayMultipliers: [1, 1, 3, 1, 1, 0, 0] }
  }),
  forex("USDCHF", 5),
  forex("AUDUSD", 5, {
    slippage: {
      kind: "byVolume",
      tiers: [
        { fromLots: scaled("3"), points: 150 },
        { fromLots: scaled("0.5"), points: 40 }
      ]
    },
    swap: { kind: "points", long: scaled("-5.47"), short: scaled("1.1"), dayMultipliers: [1, 1, 3, 1, 1, 0, 0] }
  }),
  forex("EURGBP", 5, {
    class: "forexMinor",
    swap: { kind: "money", long: scaled("-3.333"), short: scaled("-1.25"), dayMultipliers: [1, 1, 3, 1, 1, 0, 0] },
    slippage: { kind: "fixed", tiers: [{ fromLots: 0n, points: 3 }] }
  }),
  forex("AUDCAD", 5, { class: "forexMinor", hedgedContractSize: 0n }),
  forex("USDCAD", 5),
  forex("XAUUSD", 2, {
    holidays: [{ date: "2026-03-03" }, { date: "2026-11-02" }],
    class: "gold",
    calculation: "cfd",
    contractSize: scaled("100"),
    hedgedContractSize: scaled("50"),
    baseCurrency: "XAU",
    profitCurrency: "USD",
    stopsLevelPoints: 20,
    marginTierBasis: "notional",
    marginTiers: [{ from: scaled("1000000"), multiplier: scaled("1.5") }],
    swap: { kind: "percent365", long: scaled("-6.5"), short: scaled("0.9"), dayMultipliers: [1, 1, 3, 1, 1, 0, 0] }
  }),
  forex("UK100", 1, {
    class: "indexMajor",
    calculation: "cfd",
    contractSize: scaled("10"),
    hedgedContractSize: scaled("10"),
    baseCurrency: "UKX",
    profitCurrency: "GBP",
    lotsMin: scaled("0.1"),
    lotsStep: scaled("0.1"),
    timeZone: "Europe/London",
    sessions: LONDON_HOURS
  }),
  forex("BTCUSD", 2, {
    class: "crypto",
    calculation: "cfd",
    contractSize: scaled("1"),
    hedgedContractSize: scaled("1"),
    baseCurrency: "BTC",
    profitCurrency: "USD",
    spikePercentMax: scaled("10"),
    quoteAgeMillisMax: 30_000,
    timeZone: "UTC",
    sessions: [],
    swap: { kind: "percent360", long: scaled("-20"), short: scaled("-20"), dayMultipliers: [1, 1, 1, 1, 1, 1, 1] }
  })
]

export const instrumentOf = (symbol: string): Instrument => {
  const found = INSTRUMENTS.find((instrument) => instrument.symbol === symbol)
  if (found === undefined) throw new Error(`no instrument ${symbol}`)
  return found
}

const group = (name: string, changes: Partial<AccountGroup>): AccountGroup => ({
  name,
  marginCallLevelPercent: scaled("100"),
  stopOutLevelPercent: scaled("50"),
  stopOutStrategy: "largestLoss",
  hedgedMargin: "largerLeg",
  refuseExposureInMarginCall: true,
  negativeBalanceProtection: true,
  leverageCaps: {},
  markUpPoints: {},
  commissions: {},
  ...changes
})

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

export const GROUPS: ReadonlyArray<AccountGroup> = [
  group("professional", {}),
  group("smart", { stopOutStrategy: "smart", commissions: { "*": { kind: "lot", rate: scaled("3.5"), minimum: scaled("7") } } }),
  group("retail", {
    leverageCaps: ESMA_CAPS,
    hedgedMargin: "basic",
    markUpPoints: { "*": 4, BTCUSD: 101, EURUSD: 0 },
    commissions: {
      EURUSD: { kind: "lot", rate: scaled("3.255"), minimum: scaled("0.05") },
      XAUUSD: { kind: "percent", rate: scaled("0.015"), minimum: scaled("0.1") },
      "*": { kind: "million", rate: scaled("30"), minimum: scaled("0.25") }
    }
  }),
  group("lenient", {
    marginCallLevelPercent: scaled("120"),
    stopOutLevelPercent: scaled("20"),
    stopOutStrategy: "smart",
    hedgedMargin: "basic",
    refuseExposureInMarginCall: false,
    negativeBalanceProtection: false,
    leverageCaps: { crypto: 5 }
  })
]

export const configuration = (changes: Partial<Configuration> = {}): Configuration => ({
  version: 1,
  instruments: Object.fromEntries(INSTRUMENTS.map((instrument) => [instrument.symbol, instrument])),
  groups: Object.fromEntries(GROUPS.map((candidate) => [candidate.name, candidate])),
  halted: false,
  ...changes
})

/** The last quotes and the time, moved by hand. */
export class World {
  now = START
  configuration: Configuration = configuration()
  readonly quotes = new Map<string, Quote>()
  private sequence = 0

  /** What a decision is handed; a snapshot, so that later ticks do not change it. */
  market(): Market {
    const quotes = new Map(this.quotes)
    return { now: this.now, configuration: this.configuration, quote: (symbol) => quotes.get(symbol) }
  }

  quoteOf(symbol: string, bid: bigint, ask: bigint, given: Partial<Pick<Quote, "time" | "source">> = {}): Quote {
    this.sequence += 1
    return { symbol, bid, ask, time: this.now, receivedAt: this.now, sequence: this.sequence, source: "ws", ...given }
  }

  accept(quote: Quote): void {
    this.quotes.set(quote.symbol, quote)
  }
}
