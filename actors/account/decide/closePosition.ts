/** closePosition: closes a position whole or in part, all that match a filter, two against each other, or turns one round. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { wasGiven } from "#actors/account/decide/cancelOrder.ts"
import { executeClose, planClose, type ClosePlan } from "#actors/account/decide/closing.ts"
import { executeFill, planFill, type FillPlan } from "#actors/account/decide/filling.ts"
import { marginRefusal, noConversionRate, standingOf } from "#actors/account/decide/marginCheck.ts"
import { slippageLimitRefusal } from "#actors/account/decide/orderShape.ts"
import { newTradesRefusal, tradingRefusal } from "#actors/account/decide/permission.ts"
import { tradableQuote, type TradableQuote } from "#actors/account/decide/tradable.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { formatDecimal, minDecimal, type Decimal } from "#domain/Decimal.ts"
import { floatingProfit } from "#domain/Figures.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { closingPrice, oppositeSide, pointOf, type ClientPrices } from "#domain/Prices.ts"
import { marketFillPrice } from "#domain/Slippage.ts"

type Command<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>

/** The open position of that id, or whether it is closed already or never was. */
export const findPosition = (state: AccountState, positionId: string): Position | Rejection =>
  state.positions.get(positionId) ??
  reject(wasGiven(positionId, "P", state.positionCount) ? "POSITION_CLOSED" : "POSITION_NOT_FOUND", { positionId })

/** A position with all that is needed to close it now. */
interface Closable {
  readonly position: Position
  readonly instrument: Instrument
  readonly prices: ClientPrices
  readonly quote: TradableQuote
}

export const closePosition = (turn: Turn, command: Command<"ClosePosition">): Rejection | undefined => {
  const position = findPosition(turn.state, command.positionId)
  if ("reason" in position) return position
  const lots = command.lots ?? position.lots
  const closable = closableOf(
    turn,
    position,
    (instrument) => partRefusal(instrument, position, lots) ?? slippageLimitRefusal(command.maxSlippagePoints)
  )
  if ("reason" in closable) return closable
  const plan = marketClose(turn, closable, lots)
  if (plan === undefined) return noConversionRate(turn, closable.instrument)
  const refusal = slippageExceeded(closable, plan.price, command.maxSlippagePoints)
  if (refusal === undefined) executeClose(turn, plan, { cause: "close", quote: closable.quote.raw })
  return refusal
}

/** `shape` is judged between permission and market, where its reasons stand in the order of precedence. */
const closableOf = (turn: Turn, position: Position, shape: (instrument: Instrument) => Rejection | undefined): Closable | Rejection => {
  const instrument = turn.instrument(position.symbol)
  const { prices } = turn
  if (prices === undefined) return reject("UNKNOWN_GROUP", { group: turn.state.group })
  if (instrument === undefined) return reject("UNKNOWN_SYMBOL", { symbol: position.symbol })
  const refusal = tradingRefusal(turn.state) ?? shape(instrument)
  if (refusal !== undefined) return refusal
  const quote = tradableQuote(turn, prices, instrument)
  return "reason" in quote ? quote : { position, instrument, prices, quote }
}

const marketClose = (turn: Turn, { prices, instrument, position, quote }: Closable, lots: Decimal): ClosePlan | undefined =>
  planClose(prices, turn.state, instrument, position, lots, marketFillPrice(instrument, oppositeSide(position.side), lots, quote.seen))

/** The whole may always be closed; a part must be on the step, and no smaller than the minimum. */
const partRefusal = (instrument: Instrument, position: Position, lots: Decimal): Rejection | undefined => {
  if (lots === position.lots) return undefined
  const context = { lots: formatDecimal(lots), positionLots: formatDecimal(position.lots) }
  if (lots <= 0n || lots < instrument.lotsMin)
    return reject("LOTS_BELOW_MINIMUM", { ...context, lotsMin: formatDecimal(instrument.lotsMin) })
  if (lots % instrument.lotsStep !== 0n) return reject("LOTS_OFF_STEP", { ...context, lotsStep: formatDecimal(instrument.lotsStep) })
  return lots > position.lots ? reject("LOTS_ABOVE_POSITION", context) : undefined
}

const slippageExceeded = (
  { position, instrument, quote }: Closable,
  price: Decimal,
  maxPoints: number | undefined
): Rejection | undefined => {
  if (maxPoints === undefined) return undefined
  const market = closingPrice(position.side, quote.seen)
  const worse = position.side === "buy" ? market - price : price - market
  if (worse <= BigInt(maxPoints) * pointOf(instrument)) return undefined
  return reject("SLIPPAGE_EXCEEDED", { market: formatDecimal(market), price: formatDecimal(price), maxSlippagePoints: String(maxPoints) })
}

/** Closes what matches and can be closed. Refused only when something matched and none of it could be; nothing to close is no refusal. */
export const closePositions = (turn: Turn, command: Command<"ClosePositions">): Rejection | undefined => {
  if (command.symbol !== undefined && turn.instrument(command.symbol) === undefined)
    return reject("UNKNOWN_SYMBOL", { symbol: command.symbol })
  const modeRefusal = tradingRefusal(turn.state)
  if (modeRefusal !== undefined) return modeRefusal
  let refusal: Rejection | undefined
  let closed = 0
  for (const position of turn.state.positions.values()) {
    if (!matches(turn, position, command)) continue
    const outcome = closeWhole(turn, position)
    if (outcome === undefined) closed += 1
    else refusal ??= outcome
  }
  return closed > 0 ? undefined : refusal
}

const closeWhole = (turn: Turn, position: Position): Rejection | undefined => {
  const closable = closableOf(turn, position, () => undefined)
  if ("reason" in closable) return closable
  const plan = marketClose(turn, closable, position.lots)
  if (plan === undefined) return noConversionRate(turn, closable.instrument)
  executeClose(turn, plan, { cause: "close", quote: closable.quote.raw })
  return undefined
}

/** Winners and losers are told apart by floating profit; one at zero is neither. */
const matches = (turn: Turn, position: Position, { symbol, side, result }: Command<"ClosePositions">): boolean => {
  if ((symbol !== undefined && position.symbol !== symbol) || (side !== undefined && position.side !== side)) return false
  if (result === "all") return true
  const profit = turn.prices === undefined ? undefined : floatingProfit(turn.prices, turn.state, position)
  return profit !== undefined && (result === "winners" ? profit > 0n : profit < 0n)
}

/** Hedging: each position's closing price is the other's opening price. The whole result sits in the first trade, the second has none. */
export const closeBy = (turn: Turn, command: Command<"CloseBy">): Rejection | undefined => {
  const first = findPosition(turn.state, command.positionId)
  if ("reason" in first) return first
  const second = findPosition(turn.state, command.oppositePositionId)
  if ("reason" in second) return second
  const closable = closableOf(turn, first, () => pairRefusal(turn.state, first, second))
  if ("reason" in closable) return closable
  const { prices, instrument, quote } = closable
  const lots = minDecimal(first.lots, second.lots)
  const firstPlan = planClose(prices, turn.state, instrument, first, lots, second.openPrice)
  const secondPlan = planClose(prices, turn.state, instrument, second, lots, first.openPrice)
  if (firstPlan === undefined || secondPlan === undefined) return noConversionRate(turn, instrument)
  executeClose(turn, firstPlan, { cause: "closeBy", quote: quote.raw })
  executeClose(turn, { ...secondPlan, realizedProfit: 0n }, { cause: "closeBy", quote: quote.raw })
  return undefined
}

const pairRefusal = (state: AccountState, first: Position, second: Position): Rejection | undefined => {
  if (state.mode !== "hedging") return reject("NOT_HEDGING", { mode: state.mode })
  if (first.symbol === second.symbol && first.side !== second.side) return undefined
  return reject("POSITIONS_NOT_OPPOSITE", {
    positionId: first.positionId,
    oppositePositionId: second.positionId,
    symbols: `${first.symbol} ${second.symbol}`,
    sides: `${first.side} ${second.side}`
  })
}

/** Closes the position and opens the same volume the other way, by one order of twice the volume; both or neither. */
export const reversePosition = (turn: Turn, { positionId }: Command<"ReversePosition">): Rejection | undefined => {
  const position = findPosition(turn.state, positionId)
  if ("reason" in position) return position
  const closable = closableOf(turn, position, (instrument) => newTradesRefusal(turn, instrument))
  if ("reason" in closable) return closable
  const plan = planReverse(turn, closable)
  if ("reason" in plan) return plan
  const order = reverseOrder(turn, position)
  turn.emit({ _tag: "OrderPlaced", at: turn.now, order })
  executeFill(turn, plan, order, closable.quote.raw, "reverse")
  return undefined
}

/** The opening half is judged on the account as the closing half leaves it. */
const planReverse = (turn: Turn, closable: Closable): FillPlan | Rejection => {
  const { position, instrument, prices, quote } = closable
  const closes = marketClose(turn, closable, position.lots)
  if (closes === undefined) return noConversionRate(turn, instrument)
  const trial = turn.trial()
  executeClose(trial, closes, { cause: "reverse", quote: quote.raw })
  const side = oppositeSide(position.side)
  const price = marketFillPrice(instrument, side, position.lots, quote.seen)
  const plan = planFill(prices, trial.state, { instrument, side, lots: position.lots, price })
  if (plan === undefined) return noConversionRate(turn, instrument)
  const standing = standingOf(trial, prices)
  if ("reason" in standing) return standing
  return marginRefusal(trial, prices, standing, { ...plan, opensExposure: true }) ?? { ...plan, closes }
}

const reverseOrder = (turn: Turn, position: Position): Order => ({
  orderId: turn.nextOrderId,
  symbol: position.symbol,
  side: oppositeSide(position.side),
  type: "market",
  lots: position.lots * 2n,
  timeInForce: "FOK",
  status: "pending",
  placedAt: turn.now,
  reservedMargin: 0n
})
