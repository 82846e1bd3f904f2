/** indicators: series computed from closing prices. Pure; `undefined` where there are not enough prices yet. For drawing only. */

export type Line = ReadonlyArray<number | undefined>

/** Mean of the last `length` values. */
export const sma = (values: ReadonlyArray<number>, length: number): Line => {
  let sum = 0
  return values.map((value, index) => {
    sum += value - (index >= length ? (values[index - length] ?? 0) : 0)
    return index >= length - 1 ? sum / length : undefined
  })
}

/** Exponential mean, begun with the simple mean of the first `length` values. */
export const ema = (values: ReadonlyArray<number>, length: number): Line => {
  const weight = 2 / (length + 1)
  let sum = 0
  let mean: number | undefined
  return values.map((value, index) => {
    if (mean !== undefined) mean += (value - mean) * weight
    else {
      sum += value
      if (index === length - 1) mean = sum / length
    }
    return mean
  })
}

export interface Bands {
  readonly upper: Line
  readonly middle: Line
  readonly lower: Line
}

/** Simple mean and so many standard deviations (of the population) around it. */
export const bollinger = (values: ReadonlyArray<number>, length: number, deviations: number): Bands => {
  const middle = sma(values, length)
  const width = middle.map((mean, index) => {
    if (mean === undefined) return undefined
    let squares = 0
    for (let at = index - length + 1; at <= index; at++) squares += ((values[at] ?? 0) - mean) ** 2
    return deviations * Math.sqrt(squares / length)
  })
  const shifted = (sign: number) => middle.map((mean, index) => (mean === undefined ? undefined : mean + sign * (width[index] ?? 0)))
  return { upper: shifted(1), middle, lower: shifted(-1) }
}

/** Wilder's relative strength index, 0 to 100. */
export const rsi = (values: ReadonlyArray<number>, length: number): Line => {
  let gain = 0
  let loss = 0
  return values.map((value, index) => {
    if (index === 0) return undefined
    const change = value - (values[index - 1] ?? value)
    const [rise, fall] = [Math.max(change, 0), Math.max(-change, 0)]
    if (index <= length) {
      gain += rise / length
      loss += fall / length
    } else {
      gain = (gain * (length - 1) + rise) / length
      loss = (loss * (length - 1) + fall) / length
    }
    if (index < length) return undefined
    return loss === 0 ? 100 : 100 - 100 / (1 + gain / loss)
  })
}

export interface Macd {
  readonly macd: Line
  readonly signal: Line
  readonly histogram: Line
}

/** Difference of a fast and a slow exponential mean, and that difference's own exponential mean. */
export const macd = (values: ReadonlyArray<number>, fast: number, slow: number, signalLength: number): Macd => {
  const fastMean = ema(values, fast)
  const slowMean = ema(values, slow)
  const difference = values.map((_, index) => {
    const [a, b] = [fastMean[index], slowMean[index]]
    return a === undefined || b === undefined ? undefined : a - b
  })
  const known = difference.filter((value) => value !== undefined)
  const missing = difference.length - known.length
  const mean = ema(known, signalLength)
  const signal = difference.map((_, index) => mean[index - missing])
  const histogram = difference.map((value, index) => {
    const at = signal[index]
    return value === undefined || at === undefined ? undefined : value - at
  })
  return { macd: difference, signal, histogram }
}
