/**
 * filling: what a fill does to positions.
 *
 * In a hedging account it opens a position of its own. In a netting account it averages a position of the same side, reduces one of the
 * opposite side, or closes that and opens what remains.
 */
import { book } from "#actors/account/decide/booking.ts"
import { executeClose, planClose, type ClosePlan } from "#actors/account/decide/closing.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Writable } from "#actors/account/decide/Writable.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { commissionOf } from "#domain/Commission.ts"
import { divideRounded, minDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { addToLegs, exposureOn, legsOf, openingMargin, symbolMargin, type Legs, type OpeningMargin } from "#domain/Margin.ts"
import type { Order, Side } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import { isConvertible } from "#domain/Profit.ts"
import type { Quote } from "#domain/Quote.ts"
import type { Trade } from "#domain/Trade.ts"

export interface Fill {
  readonly instrument: Instrument
  readonly side: Side
  readonly lots: Decimal
  readonly price: Decimal
}

interface OpenPlan extends OpeningMargin {
  readonly lots: Decimal
  /** Not negative. */
  readonly commission: Decimal
  /** Netting: the position of the same side that is averaged. */
  readonly onto: Position | undefined
}

/** All that a fill would do, computed before anything happens. */
export interface FillPlan {
  readonly fill: Fill
  readonly closes: ClosePlan | undefined
  readonly opens: OpenPlan | undefined
  /** How much more margin the account would use; the order itself, if it rests, no longer counted. */
  readonly marginNeeded: Decimal
  /** Margin that the resting order sets free. */
  readonly marginReleased: Decimal
  readonly commission: Decimal
}

/** Undefined when a conversion rate is missing. `resting` is the order that is filled, when it rests in the account. */
export const planFill = (prices: ClientPrices, state: AccountState, fill: Fill, resting?: Order): FillPlan | undefined => {
  const netted = state.mode === "netting" ? positionOf(state, fill.instrument.symbol) : undefined
  const against = netted !== undefined && netted.side !== fill.side ? netted : undefined
  const lotsClosed = against === undefined ? 0n : minDecimal(against.lots, fill.lots)
  const lotsOpened = fill.lots - lotsClosed

  const closes = against === undefined ? undefined : planClose(prices, state, fill.instrument, against, lotsClosed, fill.price)
  if (against !== undefined && closes === undefined) return undefined
  const opens =
    lotsOpened === 0n ? undefined : planOpen(prices, state, { ...fill, lots: lotsOpened }, against === undefined ? netted : undefined)
  if (lotsOpened > 0n && opens === undefined) return undefined

  const { marginNeeded, marginReleased } = marginChange(prices, state, fill, closes, opens, resting)
  return { fill, closes, opens, marginNeeded, marginReleased, commission: (closes?.commission ?? 0n) + (opens?.commission ?? 0n) }
}

/** A netting account's only position in the symbol. */
export const positionOf = (state: AccountState, symbol: string): Position | undefined => {
  for (const position of state.positions.values()) if (position.symbol === symbol) return position
  return undefined
}

const planOpen = (prices: ClientPrices, state: AccountState, fill: Fill, onto: Position | undefined): OpenPlan | undefined => {
  if (!isConvertible(prices, state, fill.instrument)) return undefined
  const margin = openingMargin(prices, state, fill, exposureOn(state.positions.values(), fill.instrument, fill.side))
  const commission = commissionOf(prices, state, fill)
  return margin === undefined || commission === undefined ? undefined : { ...margin, lots: fill.lots, commission, onto }
}

const marginChange = (
  prices: ClientPrices,
  state: AccountState,
  fill: Fill,
  closes: ClosePlan | undefined,
  opens: OpenPlan | undefined,
  resting: Order | undefined
): { readonly marginNeeded: Decimal; readonly marginReleased: Decimal } => {
  const used = (legs: Legs) => symbolMargin(legs, legs, fill.instrument, state, prices.group)
  const legs = legsOf(state, fill.instrument.symbol, prices.group)
  const usedNow = used(legs)
  if (resting !== undefined) releaseOrder(legs, resting)
  const usedBefore = used(legs)
  if (closes !== undefined) {
    const { position, remainder } = closes
    addToLegs(legs, { ...position, lots: (remainder?.lots ?? 0n) - position.lots, margin: (remainder?.margin ?? 0n) - position.margin })
  }
  if (opens !== undefined) {
    addToLegs(legs, { side: fill.side, lots: opens.lots, openPrice: fill.price, margin: opens.margin, marginRate: opens.rate })
  }
  return { marginNeeded: used(legs) - usedBefore, marginReleased: usedNow - usedBefore }
}

const releaseOrder = (legs: Legs, order: Order): void => {
  if (order.side === "buy") legs.buyOrders -= order.reservedMargin
  else legs.sellOrders -= order.reservedMargin
}

/** Emits the order's fill, then what it does to positions. */
export const executeFill = (turn: Turn, plan: FillPlan, order: Order, quote: Quote, cause: "order" | "reverse" = "order"): void => {
  const { closes, opens, fill } = plan
  const firstTrade = turn.state.tradeCount + 1
  const tradeIds = closes !== undefined && opens !== undefined ? [`T${firstTrade}`, `T${firstTrade + 1}`] : [`T${firstTrade}`]
  turn.emit({ _tag: "OrderFilled", at: turn.now, orderId: order.orderId, tradeIds, price: fill.price, quote })
  if (closes !== undefined) executeClose(turn, closes, { cause, quote, orderId: order.orderId })
  if (opens !== undefined) executeOpen(turn, fill, opens, order, quote, cause)
}

const executeOpen = (turn: Turn, fill: Fill, plan: OpenPlan, order: Order, quote: Quote, cause: "order" | "reverse"): void => {
  const position = plan.onto === undefined ? newPosition(turn, fill, plan, order) : increased(plan.onto, fill, plan, order)
  const trade: Trade = {
    tradeId: turn.nextTradeId,
    orderId: order.orderId,
    positionId: position.positionId,
    symbol: position.symbol,
    side: fill.side,
    entry: "open",
    cause,
    lots: plan.lots,
    price: fill.price,
    realizedProfit: 0n,
    swap: 0n,
    commission: -plan.commission,
    quote,
    executedAt: turn.now
  }
  turn.emit({ _tag: plan.onto === undefined ? "PositionOpened" : "PositionIncreased", at: turn.now, position, trade })
  book(turn, { kind: "commission", amount: -plan.commission, reference: trade.tradeId })
}

const newPosition = (turn: Turn, fill: Fill, plan: OpenPlan, order: Order): Position =>
  withExits(
    {
      positionId: turn.nextPositionId,
      symbol: fill.instrument.symbol,
      side: fill.side,
      lots: plan.lots,
      openPrice: fill.price,
      openedAt: turn.now,
      margin: plan.margin,
      marginRate: plan.rate,
      swap: 0n,
      commission: -plan.commission,
      orderId: order.orderId
    },
    order
  )

/** Averages the opening price and the margin rate by volume; exits that the order names replace the position's. */
const increased = (onto: Position, fill: Fill, plan: OpenPlan, order: Order): Position => {
  const lots = onto.lots + plan.lots
  return withExits(
    {
      ...onto,
      lots,
      openPrice: divideRounded(onto.openPrice * onto.lots + fill.price * plan.lots, lots),
      margin: onto.margin + plan.margin,
      marginRate: divideRounded(onto.marginRate * onto.lots + plan.rate * plan.lots, lots),
      commission: onto.commission - plan.commission
    },
    order
  )
}

const withExits = (position: Writable<Position>, { stopLoss, takeProfit, trailingStop }: Order): Position => {
  if (stopLoss !== undefined) position.stopLoss = stopLoss
  if (takeProfit !== undefined) position.takeProfit = takeProfit
  if (trailingStop !== undefined) position.trailingStop = trailingStop
  return position
}
