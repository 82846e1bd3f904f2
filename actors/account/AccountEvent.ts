/**
 * AccountEvent: what happened to an account. The journal holds these for ever, so a case or a field that was once written stays readable:
 * fields are only added, as optional keys; anything else is a new case.
 *
 * Events carry results (prices, rounded amounts, the quotes used), so that `evolve` computes nothing that could ever come out differently.
 */
import { Schema } from "effect"
import { TradingMode } from "#actors/account/AccountCommand.ts"
import { Rejection } from "#actors/account/Rejection.ts"
import { AccountMode } from "#domain/AccountMode.ts"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Figures } from "#domain/Figures.ts"
import { Currency } from "#domain/Instrument.ts"
import { LedgerEntry } from "#domain/LedgerEntry.ts"
import { Order, OrderRequest, TrailingStop } from "#domain/Order.ts"
import { Position } from "#domain/Position.ts"
import { Millis, Quote } from "#domain/Quote.ts"
import { Trade } from "#domain/Trade.ts"

const at = Millis
/** Evidence: every figure of a margin event can be recomputed from these. */
const evidence = {
  figures: Figures,
  quotes: Schema.Array(Quote),
  marginCallLevelPercent: DecimalFromString,
  stopOutLevelPercent: DecimalFromString,
  /** The configuration under which it was decided. */
  configurationVersion: Schema.optionalKey(Schema.Int)
}

export const AccountEvent = Schema.TaggedUnion({
  AccountOpened: {
    at,
    accountId: Schema.String,
    clientId: Schema.String,
    currency: Currency,
    currencyDigits: Schema.Int,
    mode: AccountMode,
    group: Schema.String,
    leverage: Schema.Int
  },
  SettingsChanged: {
    at,
    leverage: Schema.optionalKey(Schema.Int),
    group: Schema.optionalKey(Schema.String),
    lotsMax: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
    openPositionsMax: Schema.optionalKey(Schema.NullOr(Schema.Int)),
    tradingMode: Schema.optionalKey(TradingMode)
  },
  LedgerEntryBooked: { at, entry: LedgerEntry },
  WithdrawalReserved: { at, requestId: Schema.String, amount: DecimalFromString },
  WithdrawalReleased: { at, requestId: Schema.String, amount: DecimalFromString },

  OrderPlaced: { at, order: Order },
  /** Refused at placement: the order exists only as this record. */
  OrderRejected: { at, orderId: Schema.String, request: OrderRequest, rejection: Rejection },
  OrderModified: { at, order: Order },
  OrderTriggered: { at, orderId: Schema.String, quote: Quote, reservedMargin: Schema.optionalKey(DecimalFromString) },
  /** The trade and what it did to positions follow as events of their own. */
  OrderFilled: { at, orderId: Schema.String, tradeIds: Schema.Array(Schema.String), price: DecimalFromString, quote: Quote },
  OrderCanceled: { at, orderId: Schema.String, cause: Schema.Literals(["client", "staff", "oco", "stopOut", "positionClosed"]) },
  OrderExpired: { at, orderId: Schema.String },
  /** An accepted pending order that could not be executed when its price came. */
  OrderActivationRejected: { at, orderId: Schema.String, rejection: Rejection, quote: Quote },

  PositionOpened: { at, position: Position, trade: Trade },
  /** Netting: same direction, averaged; `position` is as it stands afterwards. */
  PositionIncreased: { at, position: Position, trade: Trade },
  /** `position` is what is left. */
  PositionReduced: { at, position: Position, trade: Trade },
  PositionClosed: { at, positionId: Schema.String, trade: Trade },
  PositionModified: { at, position: Position },
  TrailingStopMoved: { at, positionId: Schema.String, stopLoss: DecimalFromString, trailingStop: TrailingStop, quote: Quote },
  SwapAccrued: { at, positionId: Schema.String, tradingDay: Schema.String, nights: Schema.Int, amount: DecimalFromString },
  /** All positions of that trading day are charged; it never runs again for this account. */
  RolloverCompleted: { at, tradingDay: Schema.String },

  MarginCallEntered: { at, ...evidence },
  MarginCallLeft: { at, ...evidence },
  StopOutStarted: { at, ...evidence, strategy: Schema.Literals(["largestLoss", "smart"]) },
  /** One step of a liquidation: the order canceled or the position reduced follows as an event of its own. */
  LiquidationStepTaken: {
    at,
    step: Schema.Int,
    rule: Schema.Literals(["largestReservedMargin", "largestLoss", "smallestProfit", "mostMargin"]),
    orderId: Schema.optionalKey(Schema.String),
    positionId: Schema.optionalKey(Schema.String),
    lots: Schema.optionalKey(DecimalFromString),
    before: Figures,
    after: Figures,
    quotes: Schema.Array(Quote),
    configurationVersion: Schema.optionalKey(Schema.Int)
  },
  /** Nothing left that may be closed now: positions whose market is closed or stale wait for it. */
  LiquidationSuspended: { at, positionIds: Schema.Array(Schema.String), figures: Figures },
  StopOutEnded: { at, ...evidence }
})
export type AccountEvent = typeof AccountEvent.Type
export type AccountEventTag = AccountEvent["_tag"]
