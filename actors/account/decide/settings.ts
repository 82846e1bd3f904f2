/**
 * settings: leverage, group, limits and trading mode of an account.
 *
 * A position's margin is fixed at its opening price and rate, not at a leverage: when the leverage or the group changes, the margins of open
 * positions and resting orders are computed anew, at those same prices and rates.
 */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { groupRefusal, leverageRefusal } from "#actors/account/decide/openAccount.ts"
import { entryPrice } from "#actors/account/decide/reservation.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import type { Decimal } from "#domain/Decimal.ts"
import { exposureOf, marginAtRate, openingMargin, exposureOn } from "#domain/Margin.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import { ratioOf } from "#domain/Ratio.ts"

type ChangeSettings = Extract<AccountCommand, { readonly _tag: "ChangeSettings" }>

export const changeSettings = (turn: Turn, { _tag: _, ...asked }: ChangeSettings): Rejection | undefined => {
  const refusal =
    (asked.group === undefined ? undefined : groupRefusal(turn, asked.group)) ??
    (asked.leverage === undefined ? undefined : leverageRefusal(asked.leverage)) ??
    limitsRefusal(asked)
  if (refusal !== undefined) return refusal
  const change = actualChange(turn, asked)
  if (Object.keys(change).length === 0) return reject("NOTHING_TO_CHANGE")
  turn.emit({ _tag: "SettingsChanged", at: turn.now, ...change })
  if (change.leverage !== undefined || change.group !== undefined) computeMarginsAnew(turn)
  return undefined
}

type Settings = Omit<ChangeSettings, "_tag">

const limitsRefusal = ({ lotsMax, openPositionsMax }: Settings): Rejection | undefined => {
  if (lotsMax !== undefined && lotsMax !== null && lotsMax < 0n) return reject("INVALID_AMOUNT", { field: "lotsMax" })
  if (openPositionsMax !== undefined && openPositionsMax !== null && openPositionsMax < 0) {
    return reject("INVALID_AMOUNT", { field: "openPositionsMax" })
  }
  return undefined
}

/** Only what differs from the account as it is. */
const actualChange = ({ state }: Turn, asked: Settings): Settings => ({
  ...(asked.leverage === undefined || asked.leverage === state.leverage ? {} : { leverage: asked.leverage }),
  ...(asked.group === undefined || asked.group === state.group ? {} : { group: asked.group }),
  ...(asked.lotsMax === undefined || (asked.lotsMax ?? undefined) === state.lotsMax ? {} : { lotsMax: asked.lotsMax }),
  ...(asked.openPositionsMax === undefined || (asked.openPositionsMax ?? undefined) === state.openPositionsMax
    ? {}
    : { openPositionsMax: asked.openPositionsMax }),
  ...(asked.tradingMode === undefined || asked.tradingMode === state.tradingMode ? {} : { tradingMode: asked.tradingMode })
})

const computeMarginsAnew = (turn: Turn): void => {
  const { prices } = turn
  if (prices === undefined) return
  const earlier: Array<Position> = []
  for (const position of turn.state.positions.values()) {
    const margin = positionMargin(turn, prices, position, earlier)
    if (margin !== undefined && margin !== position.margin) {
      turn.emit({ _tag: "PositionModified", at: turn.now, position: { ...position, margin } })
    }
    earlier.push(position)
  }
  for (const order of turn.state.orders.values()) {
    const instrument = turn.instrument(order.symbol)
    if (instrument === undefined) continue
    const deal = { instrument, side: order.side, lots: order.lots, price: entryPrice(order) }
    const opening = openingMargin(prices, turn.state, deal, exposureOn(turn.state.positions.values(), instrument, order.side))
    if (opening !== undefined && opening.margin !== order.reservedMargin) {
      turn.emit({ _tag: "OrderModified", at: turn.now, order: { ...order, reservedMargin: opening.margin } })
    }
  }
}

/** Tiers fill up in order of opening, as they did then. */
const positionMargin = (turn: Turn, prices: ClientPrices, position: Position, earlier: ReadonlyArray<Position>): Decimal | undefined => {
  const instrument = turn.instrument(position.symbol)
  if (instrument === undefined) return undefined
  let exposure = 0n
  for (const { symbol, side, lots, openPrice } of earlier) {
    if (symbol === position.symbol && side === position.side) exposure += exposureOf(instrument, lots, openPrice)
  }
  const deal = { instrument, side: position.side, lots: position.lots, price: position.openPrice }
  return marginAtRate(prices.group, turn.state, deal, ratioOf(position.marginRate), exposure)
}
