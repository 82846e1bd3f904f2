/**
 * SymbolMarket: one symbol's live price and its history.
 *
 * Before the simulator's start history is the price path; since then it is what was really sent, so a scripted tick stands in the bars. After a
 * scripted tick the walk goes on from that price.
 */
import type { Interval } from "#simulator/market/Interval.ts"
import { DAY, MINUTE, PricePath, type Bar } from "#simulator/market/PricePath.ts"
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"
import type { Tick } from "#simulator/market/Tick.ts"

/** Minutes of sent ticks that are remembered: a week; older bars are the path's again. */
const MINUTES_MAX = 7 * 24 * 60
/** Walk ticks sent at most in one turn, after the process was held up. */
const CATCH_UP_MAX = 20

export class SymbolMarket {
  readonly instrument: SimulatedInstrument
  readonly #path: PricePath
  readonly #minutes = new Map<number, Bar>()
  #liveFrom: number
  #nextTick: number
  #scale = 1
  #displaced = false
  #last: Tick
  ticksSent = 0
  /** Units traded today; grows with each tick. */
  dayVolume = 0

  constructor(instrument: SimulatedInstrument, seed: number, now: number) {
    this.instrument = instrument
    this.#path = new PricePath(instrument, seed)
    this.#liveFrom = Math.floor(now / MINUTE) * MINUTE
    this.#nextTick = this.#dueTick(this.#liveFrom)
    this.#last = this.#walkTick(this.#nextTick)
    while (this.#nextTick <= this.#dueTick(now)) this.#record(this.#walkTick(this.#nextTick++))
  }

  get last(): Tick {
    return this.#last
  }

  /** The walk's ticks that became due up to `now`, each of which is now the last price. */
  walk(now: number): ReadonlyArray<Tick> {
    const due = this.#dueTick(now)
    if (due < this.#nextTick) return []
    const first = Math.max(this.#nextTick, due - CATCH_UP_MAX + 1)
    if (this.#displaced) this.#continueFromLast(first)
    const ticks = Array.from({ length: due - first + 1 }, (_, index) => this.#walkTick(first + index))
    this.#nextTick = due + 1
    for (const tick of ticks) this.#record(tick)
    return ticks
  }

  /** Lets the ticks that became due up to `now` pass unsent. */
  skip(now: number): ReadonlyArray<Tick> {
    this.#nextTick = Math.max(this.#nextTick, this.#dueTick(now) + 1)
    return []
  }

  /** Makes a tick from elsewhere the last price. */
  take(tick: Tick): void {
    this.#record(tick)
    this.#displaced = Number(tick.price) > 0
  }

  /** Bars that open in [from, to], oldest first, the unfinished one included, at most `limit` of the newest. */
  bars(interval: Interval, from: number, to: number, limit: number, now: number): ReadonlyArray<Bar> {
    const newest = interval.openOf(Math.min(to, now))
    const bars: Array<Bar> = []
    for (let openTime = newest; openTime >= from && bars.length < limit; openTime = interval.shift(openTime, -1)) {
      const bar = this.#bar(openTime, interval.shift(openTime, 1), now)
      if (bar !== undefined) bars.push(bar)
      else if (openTime < this.#liveFrom) break
    }
    return bars.reverse()
  }

  /** Ticks are counted from 1970; every minute has the same number of them, evenly spaced. */
  #dueTick(now: number): number {
    const { ticksPerMinute } = this.instrument
    const minute = Math.floor(now / MINUTE)
    return minute * ticksPerMinute + Math.floor(((now - minute * MINUTE) * ticksPerMinute) / MINUTE)
  }

  #walkTick(index: number): Tick {
    const { ticksPerMinute, digits, spreadPoints } = this.instrument
    const minute = Math.floor(index / ticksPerMinute)
    const tickOfMinute = index - minute * ticksPerMinute
    const time = minute * MINUTE + Math.ceil((tickOfMinute * MINUTE) / ticksPerMinute)
    const price = (this.#path.ticks(minute * MINUTE)[tickOfMinute] ?? this.instrument.price) * this.#scale
    const points = Math.round(price * 10 ** digits)
    const halfSpread = spreadPoints / 2 + (index % 7 === 0 ? 1 : 0)
    const text = (value: number) => (value / 10 ** digits).toFixed(digits)
    return {
      instrument: this.instrument,
      price: text(points),
      bid: text(points - halfSpread),
      ask: text(points + halfSpread),
      timestamp: Math.floor(time / 1_000)
    }
  }

  #continueFromLast(index: number): void {
    this.#scale = 1
    this.#scale = Number(this.#last.price) / Number(this.#walkTick(index).price)
    this.#displaced = false
  }

  #record(tick: Tick): void {
    this.#last = tick
    this.ticksSent++
    this.dayVolume += 1 + (this.ticksSent % 90)
    const price = Number(tick.price)
    const openTime = Math.floor((tick.timestamp * 1_000) / MINUTE) * MINUTE
    if (openTime < this.#liveFrom || price <= 0) return
    const bar = this.#minutes.get(openTime)
    const high = Math.max(bar?.high ?? price, price)
    const low = Math.min(bar?.low ?? price, price)
    this.#minutes.set(openTime, { openTime, open: bar?.open ?? price, high, low, close: price })
    if (this.#minutes.size > MINUTES_MAX) this.#forgetOldestMinute()
  }

  #forgetOldestMinute(): void {
    const oldest = Math.min(...this.#minutes.keys())
    this.#minutes.delete(oldest)
    this.#liveFrom = oldest + MINUTE
  }

  #bar(openTime: number, closeTime: number, now: number): Bar | undefined {
    const pieces = this.#pathBars(openTime, Math.min(closeTime, this.#liveFrom))
    for (let minute = Math.max(openTime, this.#liveFrom); minute < Math.min(closeTime, now + MINUTE); minute += MINUTE) {
      const bar = this.#minutes.get(minute)
      if (bar !== undefined) pieces.push(bar)
    }
    return fold(openTime, pieces)
  }

  /** The path's bars that fill [from, to), the longest that fit; `from` and `to` are whole minutes. */
  #pathBars(from: number, to: number): Array<Bar> {
    const bars: Array<Bar> = []
    let time = from
    while (time < to) {
      const level = PATH_LEVELS.findIndex((millis) => time % millis === 0 && time + millis <= to)
      bars.push(rounded(this.#path.bar(level, time), this.instrument.digits))
      time += PATH_LEVELS[level] ?? MINUTE
    }
    return bars
  }
}

const PATH_LEVELS = [DAY, 240 * MINUTE, 60 * MINUTE, 15 * MINUTE, 5 * MINUTE, MINUTE]

const rounded = (bar: Bar, digits: number): Bar => {
  const round = (price: number) => Number(price.toFixed(digits))
  return { openTime: bar.openTime, open: round(bar.open), high: round(bar.high), low: round(bar.low), close: round(bar.close) }
}

const fold = (openTime: number, pieces: ReadonlyArray<Bar>): Bar | undefined => {
  const first = pieces[0]
  if (first === undefined) return undefined
  return pieces.reduce(
    (bar, piece) => ({ ...bar, high: Math.max(bar.high, piece.high), low: Math.min(bar.low, piece.low), close: piece.close }),
    { ...first, openTime }
  )
}
