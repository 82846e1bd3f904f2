/** marginCheck: whether the account can carry what a fill or a resting order would add. */
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import { floatingProfit, levelPercent, reservedWithdrawals, type Standing } from "#domain/Figures.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { clientQuote, type ClientPrices } from "#domain/Prices.ts"

/** Where the account stands, or why it cannot be valued. */
export const standingOf = (turn: Turn, prices: ClientPrices): Standing | Rejection => {
  const { standing } = turn
  if (standing !== undefined) return standing
  for (const position of turn.state.positions.values()) {
    if (floatingProfit(prices, turn.state, position) !== undefined) continue
    const instrument = turn.instrument(position.symbol)
    return instrument === undefined || clientQuote(prices, instrument) === undefined
      ? reject("NO_QUOTE", { symbol: position.symbol })
      : noConversionRate(turn, instrument)
  }
  return reject("NO_QUOTE")
}

export const noConversionRate = (turn: Turn, instrument: Instrument): Rejection =>
  reject("NO_CONVERSION_RATE", {
    symbol: instrument.symbol,
    baseCurrency: instrument.baseCurrency,
    profitCurrency: instrument.profitCurrency,
    currency: turn.state.currency
  })

export interface MarginDemand {
  readonly opensExposure: boolean
  /** Additional used margin; negative when the fill sets some free. */
  readonly marginNeeded: Decimal
  /** Margin that the order itself held back until now. */
  readonly marginReleased: Decimal
  readonly commission: Decimal
}

/** New exposure during a margin call, or more margin than is free. What needs no margin is never refused for want of it. */
export const marginRefusal = (turn: Turn, prices: ClientPrices, standing: Standing, demand: MarginDemand): Rejection | undefined => {
  const { equity, usedMargin } = standing
  if (demand.opensExposure && turn.state.marginWatch !== "healthy" && prices.group.refuseExposureInMarginCall) {
    return reject("MARGIN_CALL_ACTIVE", {
      marginWatch: turn.state.marginWatch,
      marginLevelPercent: formatDecimal(levelPercent(equity, usedMargin) ?? 0n)
    })
  }
  const free = equity - usedMargin - reservedWithdrawals(turn.state) + demand.marginReleased
  if (demand.marginNeeded <= 0n || demand.marginNeeded + demand.commission <= free) return undefined
  return reject("INSUFFICIENT_FREE_MARGIN", {
    requiredMargin: formatDecimal(demand.marginNeeded),
    commission: formatDecimal(demand.commission),
    freeMargin: formatDecimal(free)
  })
}
