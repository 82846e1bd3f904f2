/** evolve: the account after an event. Never refuses and computes nothing: events carry results. */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { BOOKED_REFERENCES_MAX, initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { CountedMap } from "#actors/account/CountedMap.ts"
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
      return {
        ...state,
        reservations: new Map(state.reservations).set(event.requestId, event.amount),
        lastEventAt: event.at
      }
    case "WithdrawalReleased":
      return { ...state, reservations: withoutReservation(state, event.requestId), lastEventAt: event.at }

    case "OrderPlaced":
      return { ...state, orders: withOrder(state, event.order), orderCount: state.orderCount + 1, lastEventAt: event.at }
    case "OrderRejected":
      return { ...state, orderCount: state.orderCount + 1, lastEventAt: event.at }
    case "OrderModified":
      return { ...state, orders: withOrder(state, event.order), lastEventAt: event.at }
    case "OrderTriggered":
      return orderTriggered(state, event)
    case "OrderFilled":
    case "OrderCanceled":
    case "OrderExpired":
    case "OrderActivationRejected":
      return { ...state, orders: CountedMap.of(state.orders).without(event.orderId), lastEventAt: event.at }

    case "PositionOpened":
      return {
        ...state,
        positions: withPosition(state, event.position),
        positionCount: state.positionCount + 1,
        tradeCount: state.tradeCount + 1,
        lastEventAt: event.at
      }
    case "PositionIncreased":
    case "PositionReduced":
      return { ...state, positions: withPosition(state, event.position), tradeCount: state.tradeCount + 1, lastEventAt: event.at }
    case "PositionClosed":
      return { ...state, positions: withoutPosition(state, event.positionId), tradeCount: state.tradeCount + 1, lastEventAt: event.at }
    case "PositionModified":
      return { ...state, positions: withPosition(state, event.position), lastEventAt: event.at }
    case "TrailingStopMoved":
      return { ...state, positions: trailingStopMoved(state, event), lastEventAt: event.at }
    case "SwapAccrued":
      return { ...state, positions: swapAccrued(state, event), lastEventAt: event.at }
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
    reservations: entry.kind === "withdrawal" ? withoutReservation(state, entry.reference) : state.reservations
  }
}

const withoutReservation = ({ reservations }: AccountState, requestId: string): AccountState["reservations"] => {
  if (!reservations.has(requestId)) return reservations
  const rest = new Map(reservations)
  rest.delete(requestId)
  return rest
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

type Orders = AccountState["orders"]
type Positions = AccountState["positions"]

const withOrder = ({ orders }: AccountState, order: Order): Orders => CountedMap.of(orders).with(order.orderId, order)

const orderTriggered = (state: AccountState, event: EventOf<"OrderTriggered">): AccountState => {
  const order = state.orders.get(event.orderId)
  if (order === undefined) return { ...state, lastEventAt: event.at }
  const status = orderTransitions.next(order.status, "trigger") ?? order.status
  const triggered = { ...order, status, reservedMargin: event.reservedMargin ?? order.reservedMargin }
  return { ...state, orders: withOrder(state, triggered), lastEventAt: event.at }
}

const withPosition = ({ positions }: AccountState, position: Position): Positions => {
  const next = CountedMap.of(positions).with(position.positionId, position)
  carryHoldings(positions, next, positions.get(position.positionId), position)
  return next
}

const withoutPosition = ({ positions }: AccountState, positionId: string): Positions => {
  const next = CountedMap.of(positions).without(positionId)
  carryHoldings(positions, next, positions.get(positionId), undefined)
  return next
}

const trailingStopMoved = (state: AccountState, { positionId, stopLoss, trailingStop }: EventOf<"TrailingStopMoved">): Positions => {
  const position = state.positions.get(positionId)
  return position === undefined ? state.positions : withPosition(state, { ...position, stopLoss, trailingStop })
}

const swapAccrued = (state: AccountState, { amount, positionId }: EventOf<"SwapAccrued">): Positions => {
  const position = state.positions.get(positionId)
  return position === undefined ? state.positions : withPosition(state, { ...position, swap: position.swap + amount })
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
