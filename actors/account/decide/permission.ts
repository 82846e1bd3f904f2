/** permission: who may trade what: trading modes, kill switches and limits on count and volume. */
import { OPEN_POSITIONS_MAX, PENDING_ORDERS_MAX, type AccountState } from "#actors/account/AccountState.ts"
import { positionOf } from "#actors/account/decide/filling.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"

/** What an order would add to the account. */
export interface Exposure {
  readonly instrument: Instrument
  readonly side: Side
  readonly lots: Decimal
  /** It rests until its price comes. */
  readonly isPending: boolean
}

/** Any trading at all, closing included. */
export const tradingRefusal = (state: AccountState): Rejection | undefined =>
  state.tradingMode === "none" ? reject("TRADING_DISABLED", { tradingMode: state.tradingMode }) : undefined

/** Volume by which the account's exposure would grow: all of it, less what a netting account's opposite position takes off at once. */
export const lotsOpened = (state: AccountState, { instrument, side, lots, isPending }: Exposure): Decimal => {
  if (isPending || state.mode === "hedging") return lots
  const netted = positionOf(state, instrument.symbol)
  if (netted === undefined || netted.side === side) return lots
  return lots > netted.lots ? lots - netted.lots : 0n
}

/** New exposure: refused while only closing is allowed, and past the limits. */
export const exposureRefusal = (turn: Turn, exposure: Exposure): Rejection | undefined => {
  const opened = lotsOpened(turn.state, exposure)
  if (opened === 0n) return undefined
  return (
    newTradesRefusal(turn, exposure.instrument) ??
    ordersLimit(turn.state, exposure) ??
    positionsLimit(turn.state, exposure) ??
    lotsLimit(turn.state, opened)
  )
}

/** Trading mode and kill switches: nothing new, closing stays allowed. */
export const newTradesRefusal = (turn: Turn, instrument: Instrument): Rejection | undefined => {
  if (turn.state.tradingMode === "closeOnly") return reject("CLOSE_ONLY", { tradingMode: "closeOnly" })
  if (turn.configuration.halted) return reject("TRADING_HALTED", { scope: "everything" })
  if (instrument.halted) return reject("TRADING_HALTED", { scope: instrument.symbol })
  return undefined
}

const ordersLimit = (state: AccountState, { isPending }: Exposure): Rejection | undefined =>
  isPending && state.orders.size >= PENDING_ORDERS_MAX
    ? reject("OPEN_ORDERS_LIMIT", { orders: String(state.orders.size), ordersMax: String(PENDING_ORDERS_MAX) })
    : undefined

/** A fill that would open one position more than allowed. Averaging or turning a netting position round opens none. */
export const positionsLimit = (state: AccountState, { instrument }: Pick<Exposure, "instrument">): Rejection | undefined => {
  if (state.mode === "netting" && positionOf(state, instrument.symbol) !== undefined) return undefined
  const positionsMax = Math.min(state.openPositionsMax ?? OPEN_POSITIONS_MAX, OPEN_POSITIONS_MAX)
  return state.positions.size >= positionsMax
    ? reject("OPEN_POSITIONS_LIMIT", { positions: String(state.positions.size), positionsMax: String(positionsMax) })
    : undefined
}

/** The account's own limit on its volume: open positions and resting orders together. */
export const lotsLimit = (state: AccountState, lotsAdded: Decimal): Rejection | undefined => {
  if (state.lotsMax === undefined) return undefined
  let lots = 0n
  for (const position of state.positions.values()) lots += position.lots
  for (const order of state.orders.values()) lots += order.lots
  return lots + lotsAdded > state.lotsMax
    ? reject("ACCOUNT_LOTS_LIMIT", { lotsOpen: formatDecimal(lots), lots: formatDecimal(lotsAdded), lotsMax: formatDecimal(state.lotsMax) })
    : undefined
}
