/** rollOver: charges swap at the end of each trading day, once per account and day, and catches up with days that were missed. */
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { Millis } from "#domain/Quote.ts"
import { swapNights, swapOf } from "#domain/Swap.ts"
import { dayAfter, dayBefore, tradingDayAt, tradingDayNamed } from "#domain/TradingDay.ts"

/** Rollovers caught up with in one decision; the next one goes on. */
export const ROLLOVERS_MAX = 400

export const rollOver = (turn: Turn): void => {
  const { prices } = turn
  const lastEnded = lastDueDay(turn)
  let day = firstDueDay(turn)
  if (prices === undefined || day > lastEnded) return
  for (let count = 0; count < ROLLOVERS_MAX && day <= lastEnded; count++) {
    if (!chargeDay(turn, prices, day)) return
    day = dayAfter(day)
  }
}

const lastDueDay = (turn: Turn): string => dayBefore(tradingDayAt(turn.instant).day)

/** The first trading day whose rollover is not done; days before the oldest position need none. */
const firstDueDay = (turn: Turn): string => {
  let oldest = Number.POSITIVE_INFINITY
  for (const { openedAt } of turn.state.positions.values()) oldest = Math.min(oldest, openedAt)
  const opened = tradingDayAt(oldest).day
  return turn.state.rolledOverDay >= opened ? dayAfter(turn.state.rolledOverDay) : opened
}

/** When the next rollover is due: now when one is overdue; undefined while a price that it needs is missing, or nothing is open. */
export const nextRolloverAt = (turn: Turn): Millis | undefined => {
  const { prices } = turn
  if (prices === undefined || turn.state.positions.size === 0) return undefined
  const day = firstDueDay(turn)
  const { endsAt } = tradingDayNamed(day)
  if (endsAt > turn.instant) return endsAt
  return chargesOf(turn, prices, day) === undefined ? undefined : turn.instant
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
