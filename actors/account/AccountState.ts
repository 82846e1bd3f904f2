/** AccountState: an account as the fold of its journal. Plain data, so that it can be hashed, snapshotted and compared. */
import type { TradingMode } from "#actors/account/AccountCommand.ts"
import { CountedMap } from "#actors/account/CountedMap.ts"
import type { LiquidationState } from "#actors/account/machines/liquidation.ts"
import type { MarginWatchState } from "#actors/account/machines/marginWatch.ts"
import type { AccountMode } from "#domain/AccountMode.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Currency } from "#domain/Instrument.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { Millis } from "#domain/Quote.ts"

/** Most orders that may rest in one account, and most positions that may be open in it. */
export const PENDING_ORDERS_MAX = 500
export const OPEN_POSITIONS_MAX = 500
/** References of bookings that an account keeps in memory: far more than may be under way at once. */
export const BOOKED_REFERENCES_MAX = 256

export interface AccountState {
  /** "" until the account is opened. */
  readonly accountId: string
  readonly clientId: string
  readonly currency: Currency
  readonly currencyDigits: number
  readonly mode: AccountMode
  readonly group: string
  readonly leverage: number
  readonly lotsMax: Decimal | undefined
  readonly openPositionsMax: number | undefined
  readonly tradingMode: TradingMode
  readonly balance: Decimal
  readonly credit: Decimal
  /** Withdrawal requests whose amount is held back, by request id. */
  readonly reservations: ReadonlyMap<string, Decimal>
  /**
   * The newest references of balance operations, at most BOOKED_REFERENCES_MAX: a reference books once. Older ones the journal knows; who
   * decides on a reference that is not here while this is full must ask it.
   */
  readonly bookedReferences: ReadonlySet<string>
  /** Pending and triggered orders by id, in order of placement. */
  readonly orders: ReadonlyMap<string, Order>
  /** Open positions by id, in order of opening. */
  readonly positions: ReadonlyMap<string, Position>
  readonly marginWatch: MarginWatchState
  /** Counters from which ids are made: "O1", "P1", "T1", "L1". */
  readonly orderCount: number
  readonly positionCount: number
  readonly tradeCount: number
  readonly entryCount: number
  /** Stands still while nothing that is left may be closed. */
  readonly liquidation: LiquidationState
  /** Steps of the liquidation under way. */
  readonly liquidationSteps: number
  /** Last trading day whose rollover is done (`2026-11-23`), "" before the first. */
  readonly rolledOverDay: string
  readonly openedAt: Millis
  readonly lastEventAt: Millis
}

export const initialAccountState: AccountState = {
  accountId: "",
  clientId: "",
  currency: "",
  currencyDigits: 2,
  mode: "hedging",
  group: "",
  leverage: 1,
  lotsMax: undefined,
  openPositionsMax: undefined,
  tradingMode: "full",
  balance: 0n,
  credit: 0n,
  reservations: new Map(),
  bookedReferences: new Set(),
  orders: CountedMap.none,
  positions: CountedMap.none,
  marginWatch: "healthy",
  orderCount: 0,
  positionCount: 0,
  tradeCount: 0,
  entryCount: 0,
  liquidation: "idle",
  liquidationSteps: 0,
  rolledOverDay: "",
  openedAt: 0,
  lastEventAt: 0
}

/** An account with exposure must stay armed: a tick or a rollover can change it. */
export const hasExposure = (state: AccountState): boolean => state.positions.size > 0 || state.orders.size > 0
