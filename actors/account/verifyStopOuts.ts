/**
 * verifyStopOuts: whether every margin call and stop-out in a journal was legal by its own evidence.
 *
 * Each margin event carries its figures, levels and quotes. The identities between the figures and the levels are always checked; with the
 * configuration of that time the figures themselves are computed anew from the quotes.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { formatDecimal, maxDecimal, type Decimal } from "#domain/Decimal.ts"
import { figuresAt, figuresOf, isLevelAtOrBelow, type Figures } from "#domain/Figures.ts"
import type { Quote } from "#domain/Quote.ts"

/** The configuration of a version, for as long as it is known. */
export type ConfigurationAt = (version: number) => Configuration | undefined

type Step = Extract<AccountEvent, { readonly _tag: "LiquidationStepTaken" }>

/** One sentence per fault; none when all was legal. */
export const verifyStopOuts = (events: ReadonlyArray<AccountEvent>, configurationAt?: ConfigurationAt): ReadonlyArray<string> => {
  const faults: Array<string> = []
  let state = initialAccountState
  let stopOutLevel: Decimal = 0n
  for (const [index, event] of events.entries()) {
    if (event._tag === "StopOutStarted") stopOutLevel = event.stopOutLevelPercent
    const found = [
      ...levelFaults(event, state, stopOutLevel),
      ...figureFaults(event, state, configurationAt),
      ...stepFaults(event, events.slice(index + 1), state),
      ...causeFaults(event, state)
    ]
    faults.push(...found.map((fault) => `I5 event ${index + 1} ${event._tag}: ${fault}`))
    state = evolve(state, event)
  }
  return faults
}

/** Entered at or below its level, left above it. */
const levelFaults = (event: AccountEvent, state: AccountState, stopOutLevel: Decimal): ReadonlyArray<string> => {
  const expect = (figures: Figures, level: Decimal, isBelow: boolean): ReadonlyArray<string> =>
    isLevelAtOrBelow(figures, level) === isBelow ? [] : [`the level is ${percent(figures)} %, the threshold ${formatDecimal(level)} %`]
  switch (event._tag) {
    case "MarginCallEntered":
      return expect(event.figures, maxDecimal(event.marginCallLevelPercent, event.stopOutLevelPercent), true)
    case "MarginCallLeft":
      return expect(event.figures, maxDecimal(event.marginCallLevelPercent, event.stopOutLevelPercent), false)
    case "StopOutStarted":
      return expect(event.figures, event.stopOutLevelPercent, true)
    case "StopOutEnded":
      return expect(event.figures, event.stopOutLevelPercent, false)
    case "LiquidationStepTaken":
      return [...(state.marginWatch === "stopOut" ? [] : ["no stop-out is under way"]), ...expect(event.before, stopOutLevel, true)]
    default:
      return []
  }
}

const percent = ({ marginLevelPercent }: Figures): string => (marginLevelPercent === null ? "none" : formatDecimal(marginLevelPercent))

/** Figures agree with each other and with the account; given the configuration, with the quotes as well. */
const figureFaults = (event: AccountEvent, state: AccountState, configurationAt: ConfigurationAt | undefined): ReadonlyArray<string> => {
  const recorded = figuresIn(event)
  if (recorded === undefined) return []
  const identical = figuresAt(state, recorded.figures.equity, recorded.figures.usedMargin)
  if (!isSame(recorded.figures, identical)) return ["the figures contradict each other"]
  const configuration = recorded.version === undefined ? undefined : configurationAt?.(recorded.version)
  if (configuration === undefined) return []
  const quotes = new Map(recorded.quotes.map((quote) => [quote.symbol, quote]))
  const computed = figuresOf(state, { configuration, quote: (symbol) => quotes.get(symbol) })
  return computed !== undefined && isSame(recorded.figures, computed) ? [] : ["the figures do not follow from the quotes"]
}

const figuresIn = (
  event: AccountEvent
): { readonly figures: Figures; readonly quotes: ReadonlyArray<Quote>; readonly version: number | undefined } | undefined => {
  if ("quotes" in event && "figures" in event) return { figures: event.figures, quotes: event.quotes, version: event.configurationVersion }
  if (event._tag === "LiquidationStepTaken") return { figures: event.before, quotes: event.quotes, version: event.configurationVersion }
  return undefined
}

const isSame = (a: Figures, b: Figures): boolean =>
  a.balance === b.balance &&
  a.credit === b.credit &&
  a.equity === b.equity &&
  a.usedMargin === b.usedMargin &&
  a.freeMargin === b.freeMargin &&
  a.marginLevelPercent === b.marginLevelPercent

/** A step is numbered, does what it says next, and orders go before positions where the strategy says so. */
const stepFaults = (event: AccountEvent, following: ReadonlyArray<AccountEvent>, state: AccountState): ReadonlyArray<string> => {
  if (event._tag !== "LiquidationStepTaken") return []
  const faults: Array<string> = []
  if (event.step !== state.liquidationSteps + 1) faults.push(`step ${event.step} follows step ${state.liquidationSteps}`)
  if (!isPerformedBy(event, following[0])) faults.push("the next event does not carry it out")
  const closesByLoss = event.rule === "largestLoss" || event.rule === "smallestProfit"
  if (closesByLoss && state.orders.size > 0) faults.push("a position was closed while orders rested")
  return faults
}

const isPerformedBy = (step: Step, next: AccountEvent | undefined): boolean => {
  switch (next?._tag) {
    case "OrderCanceled":
      return next.orderId === step.orderId && next.cause === "stopOut"
    case "PositionClosed":
    case "PositionReduced":
      return next.trade.positionId === step.positionId && next.trade.lots === step.lots && next.trade.cause === "stopOut"
    default:
      return false
  }
}

/** Nothing is taken from a client for a stop-out that is not under way. */
const causeFaults = (event: AccountEvent, state: AccountState): ReadonlyArray<string> => {
  const isStopOut =
    (event._tag === "OrderCanceled" && event.cause === "stopOut") ||
    ((event._tag === "PositionClosed" || event._tag === "PositionReduced") && event.trade.cause === "stopOut")
  return isStopOut && state.liquidation !== "running" ? ["no liquidation is running"] : []
}
