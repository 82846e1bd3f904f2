/** evolve: the account after an event. Never refuses and computes nothing: events carry results. */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { BOOKED_REFERENCES_MAX, initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { liquidationTransitions, type LiquidationEvent } from "#actors/account/machines/liquidation.ts"
import { marginWatchTransitions, type MarginWatchEvent } from "#actors/account/machines/marginWatch.ts"
import { orderTransitions } from "#actors/account/machines/orderLifecycle.ts"
import { carryHoldings } from "#domain/Holdings.ts"
import { isExternal, type LedgerEntry } from "#domain/LedgerEntry.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"

// oxlint-disable-next-line eslint/complexity -- one case per event, each a line
export const evolve = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event._tag) {
    case "AccountOpened":
      return opened(event)
    case "SettingsChanged":
      return settingsChanged(state, event)
    case "LedgerEntryBooked":
      return booked(state, event.entry, event.at)
    case "WithdrawalReserved":
      return { ...state, reservations: withEntry(state.reservations, event.requestId, event.amount), lastEventAt: event.at }
    case "WithdrawalReleased":
      return { ...state, reservations: without(state.reservations, event.requestId), lastEventAt: event.at }

    case "OrderPlaced":
      return { ...withOrder(state, event.order, event.at), orderCount: state.orderCount + 1 }
    case "OrderRejected":
      return { ...state, orderCount: state.orderCount + 1, lastEventAt: event.at }
    case "OrderModified":
      return withOrder(state, event.order, event.at)
    case "OrderTriggered":
      return orderTriggered(state, event)
    case "OrderFilled":
    case "OrderCanceled":
    case "OrderExpired":
    case "OrderActivationRejected":
      return { ...state, orders: without(state.orders, event.orderId), lastEventAt: event.at }

    case "PositionOpened":
      return {
        ...withPosition(state, event.position, event.at),
        positionCount: state.positionCount + 1,
        tradeCount: state.tradeCount + 1
      }
    case "PositionIncreased":
    case "PositionReduced":
      return { ...withPosition(state, event.position, event.at), tradeCount: state.tradeCount + 1 }
    case "PositionClosed":
      return positionClosed(state, event)
    case "PositionModified":
      return withPosition(state, event.position, event.at)
    case "TrailingStopMoved":
      return patchPosition(state, event.positionId, event.at, (position) => ({
        ...position,
        stopLoss: event.stopLoss,
        trailingStop: event.trailingStop
      }))
    case "SwapAccrued":
      return patchPosition(state, event.positionId, event.at, (position) => ({ ...position, swap: position.swap + event.amount }))
    case "RolloverCompleted":
      return { ...state, rolledOverDay: event.tradingDay, lastEventAt: event.at }

    case "MarginCallEntered":
      return watched(state, "fallToMarginCall", event.at)
    case "MarginCallLeft":
      return watched(state, "riseAboveMarginCall", event.at)
    case "StopOutStarted":
      return liquidated({ ...watched(state, "fallToStopOut", event.at), liquidationSteps: 0 }, "start", event.at)
    case "LiquidationStepTaken":
      return liquidated({ ...state, liquidationSteps: event.step }, "step", event.at)
    case "LiquidationSuspended":
      return liquidated(state, "suspend", event.at)
    case "StopOutEnded":
      return liquidated(watched(state, "riseAboveStopOut", event.at), "end", event.at)
  }
}

type EventOf<Tag extends AccountEvent["_tag"]> = Extract<AccountEvent, { readonly _tag: Tag }>

const opened = (event: EventOf<"AccountOpened">): AccountState => ({
  ...initialAccountState,
  accountId: event.accountId,
  clientId: event.clientId,
  currency: event.currency,
  currencyDigits: event.currencyDigits,
  mode: event.mode,
  group: event.group,
  leverage: event.leverage,
  openedAt: event.at,
  lastEventAt: event.at
})

const settingsChanged = (state: AccountState, event: EventOf<"SettingsChanged">): AccountState => ({
  ...state,
  leverage: event.leverage ?? state.leverage,
  group: event.group ?? state.group,
  lotsMax: event.lotsMax === undefined ? state.lotsMax : (event.lotsMax ?? undefined),
  openPositionsMax: event.openPositionsMax === undefined ? state.openPositionsMax : (event.openPositionsMax ?? undefined),
  tradingMode: event.tradingMode ?? state.tradingMode,
  lastEventAt: event.at
})

/** A withdrawal whose reference is a request that holds an amount back consumes that reservation. */
const booked = (state: AccountState, entry: LedgerEntry, at: number): AccountState => {
  const next = { ...state, balance: entry.balanceAfter, credit: entry.creditAfter, entryCount: state.entryCount + 1, lastEventAt: at }
  if (entry.reference === undefined || !isExternal(entry.kind)) return next
  return {
    ...next,
    bookedReferences: withReference(state.bookedReferences, entry.reference),
    reservations: entry.kind === "withdrawal" ? without(state.reservations, entry.reference) : state.reservations
  }
}

/** The newest ones; the oldest goes first. */
const withReference = (references: ReadonlySet<string>, reference: string): ReadonlySet<string> => {
  const next = new Set(references).add(reference)
  for (const oldest of next) {
    if (next.size <= BOOKED_REFERENCES_MAX) break
    next.delete(oldest)
  }
  return next
}

const positionClosed = (state: AccountState, { at, positionId }: EventOf<"PositionClosed">): AccountState => {
  const positions = without(state.positions, positionId)
  carryHoldings(state.positions, positions, state.positions.get(positionId), undefined)
  return { ...state, positions, tradeCount: state.tradeCount + 1, lastEventAt: at }
}

const orderTriggered = (state: AccountState, event: EventOf<"OrderTriggered">): AccountState => {
  const order = state.orders.get(event.orderId)
  if (order === undefined) return { ...state, lastEventAt: event.at }
  const status = orderTransitions.next(order.status, "trigger") ?? order.status
  return withOrder(state, { ...order, status, reservedMargin: event.reservedMargin ?? order.reservedMargin }, event.at)
}

const withOrder = (state: AccountState, order: Order, at: number): AccountState => ({
  ...state,
  orders: withEntry(state.orders, order.orderId, order),
  lastEventAt: at
})

const withPosition = (state: AccountState, position: Position, at: number): AccountState => {
  const positions = withEntry(state.positions, position.positionId, position)
  carryHoldings(state.positions, positions, state.positions.get(position.positionId), position)
  return { ...state, positions, lastEventAt: at }
}

const patchPosition = (state: AccountState, positionId: string, at: number, patch: (position: Position) => Position): AccountState => {
  const position = state.positions.get(positionId)
  return position === undefined ? { ...state, lastEventAt: at } : withPosition(state, patch(position), at)
}

const watched = (state: AccountState, event: MarginWatchEvent, at: number): AccountState => ({
  ...state,
  marginWatch: marginWatchTransitions.next(state.marginWatch, event) ?? state.marginWatch,
  lastEventAt: at
})

const liquidated = (state: AccountState, event: LiquidationEvent, at: number): AccountState => ({
  ...state,
  liquidation: liquidationTransitions.next(state.liquidation, event) ?? state.liquidation,
  lastEventAt: at
})

/** An entry that exists keeps its place, a new one goes to the end. */
const withEntry = <Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> =>
  copyOf(map).set(key, value)

/** Twice as quick as the constructor's own way. */
const copyOf = <Value>(map: ReadonlyMap<string, Value>): Map<string, Value> => {
  const copy = new Map<string, Value>()
  for (const [key, value] of map) copy.set(key, value)
  return copy
}

const without = <Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> => {
  if (!map.has(key)) return map
  const rest = new Map<string, Value>()
  for (const [each, value] of map) if (each !== key) rest.set(each, value)
  return rest
}
