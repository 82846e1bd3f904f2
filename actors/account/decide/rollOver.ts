/** rollOver: charges swap at the end of each trading day, once per account and day, and catches up with days that were missed. */
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { Millis } from "#domain/Quote.ts"
import { swapNights, swapOf } from "#domain/Swap.ts"
import { dayAfter, tradingDayAt, tradingDayNamed, type TradingDay } from "#domain/TradingDay.ts"

/** Rollovers caught up with in one decision; the next one goes on. */
export const ROLLOVERS_MAX = 400

export const rollOver = (turn: Turn): void => {
  const { prices } = turn
  const today = tradingDayAt(turn.instant)
  if (prices === undefined || !isDue(turn, today)) return
  let day = firstDueDay(turn)
  for (let count = 0; count < ROLLOVERS_MAX && day <= today.dayBefore; count++) {
    if (!chargeDay(turn, prices, day)) return
    day = dayAfter(day)
  }
}

/** A day has ended since the last rollover, and a position was open when it did. */
const isDue = (turn: Turn, today: TradingDay): boolean => turn.state.rolledOverDay < today.dayBefore && oldestOpening(turn) < today.startsAt

const oldestOpening = (turn: Turn): Millis => {
  let oldest = Number.POSITIVE_INFINITY
  for (const { openedAt } of turn.state.positions.values()) if (openedAt < oldest) oldest = openedAt
  return oldest
}

/** The first trading day whose rollover is not done; days before the oldest position need none. */
const firstDueDay = (turn: Turn): string => {
  const opened = tradingDayAt(oldestOpening(turn)).day
  return turn.state.rolledOverDay >= opened ? dayAfter(turn.state.rolledOverDay) : opened
}

/** When the next rollover is due: now when one is overdue; undefined while a price that it needs is missing, or nothing is open. */
export const nextRolloverAt = (turn: Turn): Millis | undefined => {
  const { prices } = turn
  if (prices === undefined || turn.state.positions.size === 0) return undefined
  const today = tradingDayAt(turn.instant)
  if (!isDue(turn, today)) return today.endsAt
  return chargesOf(turn, prices, firstDueDay(turn)) === undefined ? undefined : turn.instant
}

/** Charges the positions that were open at that day's rollover: all of them or, while a price is missing, none. */
const chargeDay = (turn: Turn, prices: ClientPrices, day: string): boolean => {
  const charges = chargesOf(turn, prices, day)
  if (charges === undefined) return false
  for (const charge of charges) turn.emit({ _tag: "SwapAccrued", at: turn.now, tradingDay: day, ...charge })
  turn.emit({ _tag: "RolloverCompleted", at: turn.now, tradingDay: day })
  return true
}

interface Charge {
  readonly positionId: string
  readonly nights: number
  readonly amount: Decimal
}

const chargesOf = (turn: Turn, prices: ClientPrices, day: string): ReadonlyArray<Charge> | undefined => {
  const { endsAt } = tradingDayNamed(day)
  const charges: Array<Charge> = []
  for (const position of turn.state.positions.values()) {
    if (position.openedAt >= endsAt) continue
    const instrument = turn.instrument(position.symbol)
    if (instrument === undefined || instrument.swap.kind === "none") continue
    const charge = chargeOf(turn, prices, instrument, position, day)
    if (charge === undefined) return undefined
    if (charge.nights > 0) charges.push(charge)
  }
  return charges
}

const chargeOf = (turn: Turn, prices: ClientPrices, instrument: Instrument, position: Position, day: string): Charge | undefined => {
  const nights = swapNights(instrument, day)
  const amount = swapOf(prices, turn.state, instrument, position, nights)
  return amount === undefined ? undefined : { positionId: position.positionId, nights, amount }
}
