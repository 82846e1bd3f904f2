/**
 * liquidate: the steps of a stop-out. Each is chosen by the group's strategy, tried out, recorded with the figures before and after, and then
 * done; the level is judged anew before the next.
 */
import { cancel } from "#actors/account/decide/cancelOrder.ts"
import { executeClose, planClose } from "#actors/account/decide/closing.ts"
import { quotesUsed } from "#actors/account/decide/evidence.ts"
import { tradableQuote, type TradableQuote } from "#actors/account/decide/tradable.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { liquidationTransitions } from "#actors/account/machines/liquidation.ts"
import { DECIMAL_DIGITS, type Decimal } from "#domain/Decimal.ts"
import { clientFigures, floatingProfit, isLevelAtOrBelow, type Figures } from "#domain/Figures.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { oppositeSide, type ClientPrices } from "#domain/Prices.ts"
import { powerOfTen } from "#domain/Ratio.ts"
import { marketFillPrice } from "#domain/Slippage.ts"

type StepEvent = Extract<AccountEvent, { readonly _tag: "LiquidationStepTaken" }>

/** A position that may be closed now. */
interface Candidate {
  readonly position: Position
  readonly instrument: Instrument
  readonly quote: TradableQuote
  readonly profit: Decimal
}

/** A step that was chosen: how to do it, on the turn or on a trial of it. */
interface Step extends Pick<StepEvent, "rule" | "orderId" | "positionId" | "lots"> {
  readonly perform: (turn: Turn) => void
}

/** Closes until the level is above the stop-out level: true; or until nothing may be closed: false, and the liquidation is suspended. */
export const liquidate = (turn: Turn, prices: ClientPrices): boolean => {
  // Ends: every step takes an order or volume away.
  for (;;) {
    const before = clientFigures(turn.state, prices)
    if (before === undefined) return false
    if (!isLevelAtOrBelow(before, prices.group.stopOutLevelPercent)) return true
    const step = prices.group.stopOutStrategy === "smart" ? smartStep(turn, prices) : largestLossStep(turn, prices)
    if (step === undefined) {
      suspend(turn, before)
      return false
    }
    take(turn, prices, step, before)
  }
}

const suspend = (turn: Turn, figures: Figures): void => {
  if (liquidationTransitions.next(turn.state.liquidation, "suspend") === undefined) return
  turn.emit({ _tag: "LiquidationSuspended", at: turn.now, positionIds: [...turn.state.positions.keys()], figures })
}

/** The step's record comes first, with the figures it leads to; what it does follows as events of their own. */
const take = (turn: Turn, prices: ClientPrices, step: Step, before: Figures): void => {
  const { perform, ...choice } = step
  const trial = turn.trial()
  perform(trial)
  turn.emit({
    _tag: "LiquidationStepTaken",
    at: turn.now,
    step: turn.state.liquidationSteps + 1,
    ...choice,
    before,
    after: clientFigures(trial.state, prices) ?? before,
    quotes: quotesUsed(turn),
    configurationVersion: turn.configuration.version
  })
  perform(turn)
}

/** MetaTrader 5: orders by largest reserved margin, then the largest loss; when nothing loses, the smallest profit. */
const largestLossStep = (turn: Turn, prices: ClientPrices): Step | undefined => {
  const order = largestOrder(turn)
  if (order !== undefined) return cancelStep(order)
  let worst: Candidate | undefined
  for (const candidate of candidates(turn, prices)) if (worst === undefined || candidate.profit < worst.profit) worst = candidate
  return worst === undefined
    ? undefined
    : closeStep(prices, worst, worst.position.lots, worst.profit < 0n ? "largestLoss" : "smallestProfit")
}

/** cTrader: the position with the most margin, by as few volume steps as bring the level above; orders only when no position can go. */
const smartStep = (turn: Turn, prices: ClientPrices): Step | undefined => {
  let most: Candidate | undefined
  for (const candidate of candidates(turn, prices)) {
    if (most === undefined || candidate.position.margin > most.position.margin) most = candidate
  }
  if (most !== undefined) return closeStep(prices, most, leastLots(turn, prices, most), "mostMargin")
  const order = largestOrder(turn)
  return order === undefined ? undefined : cancelStep(order)
}

const largestOrder = (turn: Turn): Order | undefined => {
  let largest: Order | undefined
  for (const order of turn.state.orders.values()) {
    if (largest === undefined || order.reservedMargin > largest.reservedMargin) largest = order
  }
  return largest
}

/** Positions whose market is open, whose quote is fresh and whose result can be converted; oldest first. */
const candidates = (turn: Turn, prices: ClientPrices): ReadonlyArray<Candidate> => {
  const found: Array<Candidate> = []
  for (const position of turn.state.positions.values()) {
    const instrument = turn.instrument(position.symbol)
    const quote = instrument === undefined ? undefined : tradableQuote(turn, prices, instrument)
    const profit = floatingProfit(prices, turn.state, position)
    if (instrument === undefined || quote === undefined || "reason" in quote || profit === undefined) continue
    const candidate = { position, instrument, quote, profit }
    if (planOf(turn, prices, candidate, position.lots) !== undefined) found.push(candidate)
  }
  return found
}

const planOf = (turn: Turn, prices: ClientPrices, { position, instrument, quote }: Candidate, lots: Decimal) =>
  planClose(prices, turn.state, instrument, position, lots, marketFillPrice(instrument, oppositeSide(position.side), lots, quote.seen))

const cancelStep = (order: Order): Step => ({
  rule: "largestReservedMargin",
  orderId: order.orderId,
  perform: (turn) => cancel(turn, order, "stopOut")
})

const closeStep = (prices: ClientPrices, candidate: Candidate, lots: Decimal, rule: StepEvent["rule"]): Step => ({
  rule,
  positionId: candidate.position.positionId,
  lots,
  perform: (turn) => {
    const plan = planOf(turn, prices, candidate, lots)
    if (plan !== undefined) executeClose(turn, plan, { cause: "stopOut", quote: candidate.quote.raw })
  }
})

/** The fewest volume steps of the position whose closing brings the level above the stop-out level; all of it when no part does. */
const leastLots = (turn: Turn, prices: ClientPrices, candidate: Candidate): Decimal => {
  const { position, instrument } = candidate
  const suffices = (lots: Decimal): boolean => {
    const trial = turn.trial()
    closeStep(prices, candidate, lots, "mostMargin").perform(trial)
    const after = trial.standing
    return after !== undefined && !isLevelAtOrBelow(after, prices.group.stopOutLevelPercent)
  }
  // Whether so many steps suffice is not monotonic: a slippage tier, a commission's minimum or a hedged margin may undo what one step less did.
  const steps = (position.lots - instrument.lotsMin) / instrument.lotsStep
  for (let count = fewestConceivable(turn, prices, candidate, steps); count <= steps; count++) {
    if (suffices(count * instrument.lotsStep)) return count * instrument.lotsStep
  }
  return position.lots
}

/**
 * A number of steps below which the level cannot rise above the threshold: closing costs no equity at best, and frees the steps' share of the
 * margin. With a position on the other side margin does not follow volume, and every number is tried.
 */
const fewestConceivable = (turn: Turn, prices: ClientPrices, { instrument, position }: Candidate, steps: bigint): bigint => {
  const figures = clientFigures(turn.state, prices)
  const isHedged = [...turn.state.positions.values()].some(({ side, symbol }) => symbol === position.symbol && side !== position.side)
  if (figures === undefined || isHedged) return 1n
  // rounding of the closed part and of what is left
  const slack = 2n * powerOfTen(DECIMAL_DIGITS - turn.state.currencyDigits)
  const mayRise = (count: bigint): boolean => {
    const freed = (position.margin * count * instrument.lotsStep) / position.lots + slack
    const best = { equity: figures.equity + slack, usedMargin: figures.usedMargin - freed }
    return !isLevelAtOrBelow(best, prices.group.stopOutLevelPercent)
  }
  let low = 0n
  let high = steps + 1n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (mayRise(middle)) high = middle
    else low = middle
  }
  return high
}
