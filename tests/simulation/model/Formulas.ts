/** Formulas: profit, margin, commission, swap and slippage, each as the rules write it, from exact fractions, rounded once. */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import { compare, type Fraction, integer, minus, ofScaled, ONE, over, plus, roundScaled, times, ZERO } from "./Fraction.ts"
import { type MarketView, pointOf } from "./MarketView.ts"

const sign = (side: Side): Fraction => integer(side === "buy" ? 1 : -1)

/** An amount of `currency` in the account's: a gain is sold at Bid, a loss bought at Ask. Undefined without a rate. */
export const converted = (view: MarketView, amount: Fraction, currency: string): Fraction | undefined => {
  const rate = view.rate(currency, view.accountCurrency, amount.n >= 0n ? "bid" : "ask")
  return rate === undefined ? undefined : times(amount, rate)
}

const mustConvert = (view: MarketView, amount: Fraction, currency: string): Fraction => {
  const result = converted(view, amount, currency)
  if (result === undefined) throw new Error(`no rate from ${currency}`)
  return result
}

/** (close − open) × contract size × lots, sign by side; in the account currency, rounded once. */
export const profitOf = (
  view: MarketView,
  digits: number,
  symbol: string,
  side: Side,
  lots: bigint,
  open: bigint,
  close: bigint
): bigint => {
  const instrument = view.known(symbol)
  const raw = times(minus(ofScaled(close), ofScaled(open)), ofScaled(instrument.contractSize), ofScaled(lots), sign(side))
  return roundScaled(mustConvert(view, raw, instrument.profitCurrency), digits)
}

/** Forex margin is in the base currency, CFD margin in the profit currency. */
export const marginCurrencyOf = (instrument: Instrument): string =>
  instrument.calculation === "forex" ? instrument.baseCurrency : instrument.profitCurrency

/** Margin currency to account currency: Ask for buys, Bid for sells; at the deal price when the deal's own pair is the conversion pair. */
export const marginRate = (view: MarketView, symbol: string, side: Side, dealPrice: bigint): Fraction | undefined => {
  const instrument = view.known(symbol)
  const currency = marginCurrencyOf(instrument)
  if (currency === view.accountCurrency) return ONE
  if (currency === instrument.baseCurrency && view.accountCurrency === instrument.profitCurrency) return ofScaled(dealPrice)
  if (currency === instrument.profitCurrency && view.accountCurrency === instrument.baseCurrency) return over(ONE, ofScaled(dealPrice))
  return view.rate(currency, view.accountCurrency, side === "buy" ? "ask" : "bid")
}

/** The lower of the account's leverage and its group's cap for the class. */
export const effectiveLeverage = (group: AccountGroup, instrument: Instrument, leverage: number): number => {
  const cap = group.leverageCaps[instrument.class]
  return cap === undefined ? leverage : Math.min(cap, leverage)
}

/** Brackets: each part of the amount is weighted with the multiplier of the bracket it lies in; 1 below the first. */
export const weightedByTiers = (amount: Fraction, tiers: Instrument["marginTiers"]): Fraction => {
  const brackets = [{ from: ZERO, multiplier: ONE }].concat(
    tiers.map((tier) => ({ from: ofScaled(tier.from), multiplier: ofScaled(tier.multiplier) })).toSorted((a, b) => compare(a.from, b.from))
  )
  let sum = ZERO
  brackets.forEach((bracket, index) => {
    const next = brackets[index + 1]
    const end = next === undefined || compare(amount, next.from) < 0 ? amount : next.from
    if (compare(end, bracket.from) > 0) sum = plus(sum, times(minus(end, bracket.from), bracket.multiplier))
  })
  return sum
}

/** What fills the tiers: lots, or notional in the profit currency. */
export const tierAmount = (instrument: Instrument, lots: bigint, price: bigint): Fraction =>
  instrument.marginTierBasis === "lots" ? ofScaled(lots) : times(ofScaled(lots), ofScaled(instrument.contractSize), ofScaled(price))

/** How many times the plain margin the tiers demand for `amount` more on top of `before`: splitting a volume gains nothing. */
export const tierFactor = (instrument: Instrument, before: Fraction, amount: Fraction): Fraction => {
  if (amount.n === 0n) return ONE
  const grown = minus(weightedByTiers(plus(before, amount), instrument.marginTiers), weightedByTiers(before, instrument.marginTiers))
  return over(grown, amount)
}

interface MarginDeal {
  readonly symbol: string
  readonly lots: bigint
  readonly price: bigint
  readonly rate: Fraction
}

/** lots × contract (× price for CFDs) × rate / leverage, in the account currency, not rounded. */
export const plainMargin = (view: MarketView, leverage: number, deal: MarginDeal): Fraction => {
  const instrument = view.known(deal.symbol)
  const perLot = times(ofScaled(instrument.contractSize), instrument.calculation === "cfd" ? ofScaled(deal.price) : ONE, deal.rate)
  return over(times(ofScaled(deal.lots), perLot), integer(effectiveLeverage(view.group, instrument, leverage)))
}

/** The same with its tiers, rounded once. */
export const marginOf = (
  view: MarketView,
  terms: { readonly leverage: number; readonly currencyDigits: number },
  deal: MarginDeal,
  before: Fraction
): bigint => {
  const instrument = view.known(deal.symbol)
  const factor = tierFactor(instrument, before, tierAmount(instrument, deal.lots, deal.price))
  return roundScaled(times(plainMargin(view, terms.leverage, deal), factor), terms.currencyDigits)
}

/** Of one fill, account currency, positive or zero, rounded once. */
export const commissionOf = (view: MarketView, digits: number, symbol: string, lots: bigint, price: bigint): bigint => {
  const rule = view.group.commissions[symbol] ?? view.group.commissions["*"]
  if (rule === undefined || rule.kind === "none") return 0n
  const instrument = view.known(symbol)
  let amount = times(ofScaled(lots), ofScaled(rule.rate))
  if (rule.kind !== "lot") {
    const notional = times(ofScaled(lots), ofScaled(instrument.contractSize), ofScaled(price))
    const share = over(ofScaled(rule.rate), integer(rule.kind === "million" ? 1_000_000 : 100))
    const cost = mustConvert(view, times(integer(-1), notional, share), instrument.profitCurrency)
    amount = times(integer(-1), cost)
  }
  const minimum = ofScaled(rule.minimum)
  return roundScaled(compare(amount, minimum) < 0 ? minimum : amount, digits)
}

/** Accrued for that many nights, account currency, signed. */
export const swapOf = (view: MarketView, digits: number, symbol: string, side: Side, lots: bigint, nights: number): bigint => {
  const instrument = view.known(symbol)
  const { kind } = instrument.swap
  const rate = ofScaled(side === "buy" ? instrument.swap.long : instrument.swap.short)
  const units = times(ofScaled(lots), ofScaled(instrument.contractSize))
  if (kind === "none" || rate.n === 0n) return 0n
  if (kind === "money") return roundScaled(times(ofScaled(lots), rate, integer(nights)), digits)
  if (kind === "points") {
    // The point value is rounded by itself, then multiplied: the rule says so.
    const pointValue = times(units, ofScaled(pointOf(instrument)), integer(rate.n < 0n ? -1 : 1))
    const rounded = roundScaled(mustConvert(view, pointValue, instrument.profitCurrency), digits)
    const points = rate.n < 0n ? times(integer(-1), rate) : rate
    return roundScaled(times(ofScaled(rounded), points, integer(nights)), digits)
  }
  const value = times(units, ofScaled(view.closePrice(symbol, side)), over(rate, integer(100)))
  const perNight = over(value, integer(kind === "percent360" ? 360 : 365))
  return roundScaled(mustConvert(view, times(perNight, integer(nights)), instrument.profitCurrency), digits)
}

/** Points against the client that a fill of that volume slips by. */
export const slippagePoints = (instrument: Instrument, lots: bigint): number => {
  if (instrument.slippage.kind === "none") return 0
  const reached = instrument.slippage.tiers.filter((tier) => instrument.slippage.kind === "fixed" || lots >= tier.fromLots)
  return reached.toSorted((a, b) => (a.fromLots < b.fromLots ? -1 : 1)).at(-1)?.points ?? 0
}

/** The market's price moved against the client by the slippage model. */
export const slipped = (instrument: Instrument, side: Side, lots: bigint, price: bigint): bigint => {
  const distance = BigInt(slippagePoints(instrument, lots)) * pointOf(instrument)
  return side === "buy" ? price + distance : price - distance
}
