/**
 * tape: fifty symbols over a weekend: from Thursday noon to Monday noon in New York, closed from Friday to Sunday evening, with gaps while
 * open, a gap over the weekend, spreads that widen, and every conversion rate among the symbols that move.
 */
import type { Configuration } from "#domain/Configuration.ts"
import { decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Millis, Quote } from "#domain/Quote.ts"

/** Ten currencies make 45 pairs. */
const DOLLARS: Readonly<Record<string, number>> = {
  EUR: 1.1,
  GBP: 1.3,
  AUD: 0.66,
  NZD: 0.6,
  USD: 1,
  CAD: 0.72,
  CHF: 1.13,
  SEK: 0.095,
  NOK: 0.092,
  JPY: 0.0067
}
const OTHERS = { XAUUSD: 1_950, XAGUSD: 24, BTCUSD: 60_000, US500: 5_100, DE40: 17_500 } as const

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Thursday 2026-11-19, noon in New York. */
const START = Date.UTC(2026, 10, 19, 17)
const END = START + 4 * DAY
/** Friday and Sunday, 17:00 in New York. */
const CLOSES = START + DAY + 5 * 60 * MINUTE
const OPENS = CLOSES + 2 * DAY
/** The same in minutes of the week. */
const FX_WEEK = [{ openMinute: 17 * 60, closeMinute: 5 * 24 * 60 + 17 * 60 }]

/** Seeded and repeatable. */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Subject {
  readonly instrument: Instrument
  readonly price: number
}

const pairs = (): ReadonlyArray<Subject> => {
  const currencies = Object.keys(DOLLARS)
  const like = defaultConfiguration.instruments["EURUSD"]
  if (like === undefined) throw new Error("EURUSD is not configured")
  return currencies.flatMap((base, index) =>
    currencies.slice(index + 1).map((profit) => {
      const symbol = base + profit
      const digits = profit === "JPY" ? 3 : 5
      const instrument = { ...like, symbol, description: symbol, baseCurrency: base, profitCurrency: profit, digits }
      return { instrument, price: (DOLLARS[base] ?? 1) / (DOLLARS[profit] ?? 1) }
    })
  )
}

const others = (): ReadonlyArray<Subject> =>
  Object.entries(OTHERS).map(([symbol, price]) => {
    const known = defaultConfiguration.instruments[symbol]
    const like = known ?? defaultConfiguration.instruments["XAUUSD"]
    if (like === undefined) throw new Error("XAUUSD is not configured")
    const profitCurrency = symbol === "DE40" ? "EUR" : "USD"
    return { instrument: { ...like, symbol, description: symbol, profitCurrency }, price }
  })

/** Quotes may be old here: a symbol ticks about once in forty seconds. */
const QUOTE_AGE_MILLIS_MAX = 600_000

export interface Tape {
  readonly configuration: Configuration
  /** One quote of each symbol, before the first tick. */
  readonly opening: ReadonlyArray<Quote>
  /** In order of time; `receivedAt` is the time of the market. */
  readonly quotes: () => Generator<Quote>
  readonly prices: ReadonlyMap<string, number>
}

/** `volatility` 1: a tick moves a price by a few hundredths of a per mille. */
export const makeTape = ({
  seed,
  ticks,
  volatility
}: {
  readonly seed: number
  readonly ticks: number
  readonly volatility: number
}): Tape => {
  const subjects = [...pairs(), ...others()].map(({ instrument, price }) => ({
    price,
    instrument: { ...instrument, timeZone: "America/New_York", sessions: FX_WEEK, holidays: [], quoteAgeMillisMax: QUOTE_AGE_MILLIS_MAX }
  }))
  const configuration: Configuration = {
    ...defaultConfiguration,
    instruments: Object.fromEntries(subjects.map(({ instrument }) => [instrument.symbol, instrument]))
  }
  const quoteOf = ({ instrument }: Subject, price: number, at: Millis, sequence: number, widened: number): Quote => {
    const bid = decimal(price.toFixed(instrument.digits))
    const point = 10n ** BigInt(8 - instrument.digits)
    const spread = point * BigInt(Math.max(1, Math.round((price * 5e-5 * widened) / 10 ** -instrument.digits)))
    return { symbol: instrument.symbol, bid, ask: bid + spread, time: at, receivedAt: at, sequence, source: "ws" }
  }
  return {
    configuration,
    prices: new Map(subjects.map(({ instrument, price }) => [instrument.symbol, price])),
    opening: subjects.map((subject, index) => quoteOf(subject, subject.price, START, index, 1)),
    *quotes() {
      const random = randomFrom(seed)
      const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      const prices = subjects.map(({ price }) => price)
      const sigmas = subjects.map(() => (2e-5 + 8e-5 * random()) * volatility)
      const open = END - START - (OPENS - CLOSES)
      let isWeekendOver = false
      for (let tick = 0; tick < ticks; tick++) {
        const traded = START + Math.floor((open * (tick + 1)) / ticks)
        const at = traded < CLOSES ? traded : traded + (OPENS - CLOSES)
        if (at >= OPENS && !isWeekendOver) {
          isWeekendOver = true
          for (const index of prices.keys()) prices[index] = (prices[index] ?? 0) * (1 + normal() * 4e-3 * volatility)
        }
        const index = Math.floor(random() * subjects.length)
        const subject = subjects[index]
        if (subject === undefined) continue
        const gap = random() < 2e-4 ? (random() < 0.5 ? -4e-3 : 4e-3) * volatility : 0
        const price = Math.max(subject.price * 0.2, (prices[index] ?? 0) * (1 + normal() * (sigmas[index] ?? 0) + gap))
        prices[index] = price
        yield quoteOf(subject, price, at, 1_000 + tick, random() < 1e-2 ? 5 : 1)
      }
    }
  }
}
