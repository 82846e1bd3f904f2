/** Swap: what holding a position over a rollover costs or earns. */
import type { Decimal } from "#domain/Decimal.ts"
import { divideRounded } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import { clientQuote, closingPrice, pointOf, type ClientPrices } from "#domain/Prices.ts"
import { conversionRate } from "#domain/Conversion.ts"
import type { Money } from "#domain/Profit.ts"
import { powerOfTen, roundFraction, UNITY } from "#domain/Ratio.ts"
import { isFullHoliday } from "#domain/Session.ts"
import { dayAfter, weekdayFromMonday } from "#domain/TradingDay.ts"

/** Longest run of days without rollover whose nights are charged on the day before it. */
const HOLIDAY_RUN_MAX = 30

const SCALE_2 = 10n ** 16n
const SCALE_3 = 10n ** 24n

/**
 * Nights charged at the rollover of that trading day: its weekday's multiplier, and those of the holidays that follow it before the next day
 * that is charged, since a holiday's nights are charged on the previous trading day.
 */
export const swapNights = (instrument: Pick<Instrument, "swap" | "holidays">, day: string): number => {
  const base = multiplierOn(instrument, day)
  if (base === 0 || isFullHoliday(instrument.holidays, day)) return 0
  let nights = base
  let next = dayAfter(day)
  for (let run = 0; run < HOLIDAY_RUN_MAX; run++) {
    const multiplier = multiplierOn(instrument, next)
    if (multiplier !== 0 && !isFullHoliday(instrument.holidays, next)) return nights
    nights += multiplier
    next = dayAfter(next)
  }
  return nights
}

const multiplierOn = (instrument: Pick<Instrument, "swap">, day: string): number =>
  instrument.swap.dayMultipliers[weekdayFromMonday(day)] ?? 0

/**
 * Swap of a position for that many nights, account currency, signed. A charge is converted at the ask, a credit at the bid.
 * Undefined when a price or a rate is missing.
 */
export const swapOf = (
  prices: ClientPrices,
  account: Money,
  instrument: Instrument,
  position: Position,
  nights: number
): Decimal | undefined => {
  const { swap } = instrument
  const rate = position.side === "buy" ? swap.long : swap.short
  if (swap.kind === "none" || nights === 0 || rate === 0n) return 0n
  switch (swap.kind) {
    case "points":
      return byPoints(prices, account, instrument, position, rate, nights)
    case "money":
      return roundFraction(rate * position.lots * BigInt(nights), SCALE_2, account.currencyDigits)
    case "percent360":
    case "percent365":
      return byPercent(prices, account, instrument, position, rate, nights)
  }
}

/** Point value = lots × contract × point, converted and rounded, then × swap points × nights. */
const byPoints = (
  prices: ClientPrices,
  account: Money,
  instrument: Instrument,
  position: Position,
  rate: Decimal,
  nights: number
): Decimal | undefined => {
  const conversion = swapConversion(prices, account, instrument, rate)
  if (conversion === undefined) return undefined
  const product = position.lots * instrument.contractSize * pointOf(instrument)
  const pointValue = roundFraction(product * conversion.numerator, SCALE_3 * conversion.denominator, account.currencyDigits)
  return roundFraction(pointValue * rate * BigInt(nights), SCALE_2, account.currencyDigits)
}

/** Percent per year of the position's value at the price it could be closed at. */
const byPercent = (
  prices: ClientPrices,
  account: Money,
  instrument: Instrument,
  position: Position,
  rate: Decimal,
  nights: number
): Decimal | undefined => {
  const conversion = swapConversion(prices, account, instrument, rate)
  const quote = clientQuote(prices, instrument)
  if (conversion === undefined || quote === undefined) return undefined
  const days = instrument.swap.kind === "percent360" ? 360n : 365n
  const value = position.lots * instrument.contractSize * closingPrice(position.side, quote)
  const yearly = value * conversion.numerator * rate * BigInt(nights)
  const divisor = SCALE_3 * 10n ** 8n * conversion.denominator * 100n * days
  return divideRounded(yearly * powerOfTen(account.currencyDigits), divisor) * powerOfTen(8 - account.currencyDigits)
}

const swapConversion = (prices: ClientPrices, account: Money, instrument: Instrument, rate: Decimal) =>
  instrument.profitCurrency === account.currency
    ? UNITY
    : conversionRate(prices, instrument.profitCurrency, account.currency, rate > 0n ? "bid" : "ask")
