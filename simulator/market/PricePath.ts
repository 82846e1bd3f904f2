/**
 * PricePath: a symbol's price at any time, past or to come, as a function of the seed alone.
 *
 * A day's bar is drawn first and then split again and again: day → 4 h → 1 h → 15 min → 5 min → 1 min → ticks. A part never leaves the bar it
 * was split from, and one part each reaches its high and its low. So history agrees with the live walk at every interval, and a restarted
 * simulator goes on where the clock is, not at a start price.
 */
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"

export interface Bar {
  /** Epoch milliseconds. */
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

export const MINUTE = 60_000
export const DAY = 86_400_000
/** Bars come in these lengths; each is split into bars of the next. */
const LEVELS_MILLIS = [DAY, 240 * MINUTE, 60 * MINUTE, 15 * MINUTE, 5 * MINUTE, MINUTE] as const
/** Octaves of the slow drift: the longest lasts 2^9 days. */
const DRIFT_OCTAVES = 10
/** Steps of one walk: ticks of a minute. */
export const STEPS_MAX = 4_096
/** Split bars remembered; a day takes 1 + 6 + 24 + 96 + 288 of them. */
const SPLITS_MAX = 2_048
/** Ticks of minutes remembered. */
const MINUTES_MAX = 4

export class PricePath {
  readonly #instrument: SimulatedInstrument
  readonly #seed: number
  readonly #volatility: number
  readonly #splits = new Map<string, ReadonlyArray<Bar>>()
  readonly #minutes = new Map<number, ReadonlyArray<number>>()

  constructor(instrument: SimulatedInstrument, seed: number) {
    this.#instrument = instrument
    this.#seed = hashText(instrument.upstreamSymbol, seed)
    this.#volatility = instrument.dailyVolatilityPercent / 100
  }

  /** The bar of a day (0) down to a minute (5) that holds `time`. */
  bar(level: number, time: number): Bar {
    if (level === 0) return this.#dayBar(Math.floor(time / DAY))
    const millis = LEVELS_MILLIS[level] ?? MINUTE
    const parent = this.bar(level - 1, time)
    const part = this.#split(level - 1, parent)[Math.floor((time - parent.openTime) / millis)]
    if (part === undefined) throw new RangeError(`no part of level ${level} at ${time}`)
    return part
  }

  /** The price of each tick of the minute that opens at `openTime`; the first is its open, the last its close. */
  ticks(openTime: number): ReadonlyArray<number> {
    return remember(this.#minutes, openTime, MINUTES_MAX, () => {
      const bar = this.bar(LEVELS_MILLIS.length - 1, openTime)
      const count = this.#instrument.ticksPerMinute
      const prices = this.#bridge(bar, count - 1, MINUTE / count)
      const inner = prices.slice(1, -1)
      prices[1 + inner.indexOf(Math.max(...inner))] = bar.high
      prices[1 + inner.indexOf(Math.min(...inner))] = bar.low
      return prices
    })
  }

  #dayBar(day: number): Bar {
    const open = this.#drift(day)
    const close = this.#drift(day + 1)
    const wick = open * this.#volatility * 0.5
    const high = Math.max(open, close) + wick * Math.abs(this.#gaussian(1, day))
    const low = Math.min(open, close) - wick * Math.abs(this.#gaussian(2, day))
    return { openTime: day * DAY, open, high, low, close }
  }

  /** Smooth noise of periods of 1, 2, 4 … days, each √2 higher than the one before: near a random walk, but it stays around its level. */
  #drift(day: number): number {
    let sum = 0
    for (let octave = 0; octave < DRIFT_OCTAVES; octave++) {
      const position = day / 2 ** octave
      const left = Math.floor(position)
      const from = this.#uniform(1_000_000 + octave, left) * 2 - 1
      const to = this.#uniform(1_000_000 + octave, left + 1) * 2 - 1
      sum += 2 ** (octave / 2) * (from + (to - from) * (position - left))
    }
    return this.#instrument.price * Math.exp(sum * this.#volatility * 0.85)
  }

  #split(level: number, parent: Bar): ReadonlyArray<Bar> {
    return remember(this.#splits, `${level}:${parent.openTime}`, SPLITS_MAX, () => {
      const millis = LEVELS_MILLIS[level + 1] ?? MINUTE
      const count = (LEVELS_MILLIS[level] ?? DAY) / millis
      const edges = this.#bridge(parent, count, millis)
      const wick = parent.open * this.#volatility * Math.sqrt(millis / DAY) * 0.4
      const parts = Array.from({ length: count }, (_, index) => {
        const openTime = parent.openTime + index * millis
        const open = edges[index] ?? parent.open
        const close = edges[index + 1] ?? parent.close
        const high = Math.min(parent.high, Math.max(open, close) + wick * Math.abs(this.#gaussian(10 + level, openTime / MINUTE)))
        const low = Math.max(parent.low, Math.min(open, close) - wick * Math.abs(this.#gaussian(20 + level, openTime / MINUTE)))
        return { openTime, open, high, low, close }
      })
      const highest = parts.reduce((best, part, index) => (part.high > (parts[best]?.high ?? 0) ? index : best), 0)
      const lowest = parts.reduce((best, part, index) => (part.low < (parts[best]?.low ?? Infinity) ? index : best), 0)
      return parts.map((part, index) => ({
        ...part,
        high: index === highest ? parent.high : part.high,
        low: index === lowest ? parent.low : part.low
      }))
    })
  }

  /** `count` + 1 prices from the bar's open to its close: a random walk pulled onto both ends and reflected inside high and low. */
  #bridge(bar: Bar, count: number, stepMillis: number): Array<number> {
    const deviation = bar.open * this.#volatility * Math.sqrt(stepMillis / DAY)
    const walk = [0]
    for (let step = 1; step <= count; step++) {
      walk.push((walk[step - 1] ?? 0) + deviation * this.#gaussian(30 + count, (bar.openTime / MINUTE) * STEPS_MAX + step))
    }
    const drift = bar.close - bar.open - (walk[count] ?? 0)
    return walk.map((value, step) => reflect(bar.open + value + (drift * step) / count, bar.low, bar.high))
  }

  #uniform(purpose: number, position: number): number {
    return hash(this.#seed, purpose, position)
  }

  /** Near enough to normal, with standard deviation 1 and no tail beyond 3. */
  #gaussian(purpose: number, position: number): number {
    let sum = 0
    for (let part = 0; part < 4; part++) sum += this.#uniform(purpose * 8 + part, position)
    return (sum - 2) * Math.sqrt(3)
  }
}

const reflect = (value: number, low: number, high: number): number => {
  const range = high - low
  if (range <= 0) return low
  const offset = (((value - low) % (2 * range)) + 2 * range) % (2 * range)
  return low + (offset <= range ? offset : 2 * range - offset)
}

/** A uniform number in [0, 1) of three integers. */
const hash = (seed: number, purpose: number, position: number): number => {
  const low = mix(mix(seed ^ Math.imul(purpose + 1, 0x9e3779b1)) ^ (position | 0))
  return mix(low ^ Math.floor(position / 0x100000000)) / 0x100000000
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
const mix = (value: number): number => {
  let mixed = value >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

const hashText = (text: string, seed: number): number => {
  let mixed = mix(seed)
  for (const character of text) mixed = mix(mixed ^ (character.codePointAt(0) ?? 0))
  return mixed
}

const remember = <Key, Value>(map: Map<Key, Value>, key: Key, max: number, make: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const value = make()
  const oldest = map.keys().next()
  if (map.size >= max && oldest.done === false) map.delete(oldest.value)
  map.set(key, value)
  return value
}
