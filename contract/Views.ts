/** Views: accounts, orders, positions, trades and bookings as clients see them. The HTTP answers and the stream use the same shapes. */
import { Schema } from "effect"
import { AccountMode } from "#domain/AccountMode.ts"
import { Currency } from "#domain/Instrument.ts"
import { LedgerEntryKind } from "#domain/LedgerEntry.ts"
import { OrderStatus, OrderType, Side, TimeInForce, TrailingStop } from "#domain/Order.ts"
import { SymbolName } from "#domain/Quote.ts"
import { TradeCause } from "#domain/Trade.ts"
import { Refusal } from "#contract/Refusal.ts"
import { AccountId, DecimalText, Instant, NextCursor, OrderId, PositionId, Version } from "#contract/Wire.ts"

export const TradingMode = Schema.Literals(["full", "closeOnly", "none"])
export const MarginWatchState = Schema.Literals(["healthy", "marginCall", "stopOut"])

const money = DecimalText.annotate({ description: "Account currency, in its digits", examples: ["9990.00"] })
const price = DecimalText.annotate({ description: "At least the instrument's digits", examples: ["1.10010"] })
const lots = DecimalText.annotate({ description: "Lots", examples: ["0.10"] })
const percent = DecimalText.annotate({ description: "Percent", examples: ["908.19"] })

const EXAMPLE_CLIENT = "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77"
const EXAMPLE_TIME = 1_795_438_882_123
const exampleOrder = {
  orderId: "O1",
  symbol: "EURUSD",
  side: "buy",
  type: "market",
  status: "filled",
  lots: "0.1",
  limitPrice: null,
  stopPrice: null,
  timeInForce: "IOC",
  expiresAt: null,
  stopLoss: "1.09500",
  takeProfit: null,
  trailingStop: null,
  maxSlippagePoints: null,
  ocoGroup: null,
  comment: null,
  reservedMargin: "0.00",
  placedAt: EXAMPLE_TIME,
  updatedAt: EXAMPLE_TIME,
  fillPrice: "1.10010",
  positionId: "P1",
  cancelCause: null,
  refusal: null
} as const
const examplePosition = {
  positionId: "P1",
  symbol: "EURUSD",
  side: "buy",
  status: "open",
  lots: "0.1",
  openPrice: "1.10010",
  stopLoss: "1.09500",
  takeProfit: null,
  trailingStop: null,
  margin: "110.01",
  swap: "0.00",
  commission: "0.00",
  orderId: "O1",
  openedAt: EXAMPLE_TIME,
  currentPrice: "1.09990",
  floatingProfit: "-2.00",
  realizedProfit: null,
  closePrice: null,
  closedAt: null
} as const
const exampleTrade = {
  tradeId: "T1",
  orderId: "O1",
  positionId: "P1",
  symbol: "EURUSD",
  side: "buy",
  entry: "open",
  cause: "order",
  lots: "0.1",
  price: "1.10010",
  realizedProfit: "0.00",
  swap: "0.00",
  commission: "0.00",
  bid: "1.10000",
  ask: "1.10010",
  executedAt: EXAMPLE_TIME
} as const
const exampleEntry = {
  entryId: "L1",
  kind: "deposit",
  amount: "9990.00",
  balanceAfter: "9990.00",
  creditAfter: "0.00",
  reference: "wire-2026-0042",
  comment: null,
  bookedAt: EXAMPLE_TIME
} as const
const exampleChange = { sequence: 12, type: "OrderExpired", time: EXAMPLE_TIME, data: { orderId: "O1" } } as const

/**
 * equity = balance + credit + floatingProfit + swap; freeMargin = equity − usedMargin − what withdrawals hold back. Null while a position cannot be
 * valued for want of a quote; the level also when no margin is used.
 */
export const FiguresView = Schema.Struct({
  balance: money,
  credit: money,
  equity: Schema.NullOr(money),
  usedMargin: money,
  freeMargin: Schema.NullOr(money),
  marginLevelPercent: Schema.NullOr(percent),
  floatingProfit: Schema.NullOr(money),
  swap: money
}).annotate({
  identifier: "Figures",
  examples: [
    {
      balance: "9990.00",
      credit: "0.00",
      equity: "9988.00",
      usedMargin: "1100.10",
      freeMargin: "8887.90",
      marginLevelPercent: "907.92",
      floatingProfit: "-2.00",
      swap: "0.00"
    }
  ]
})
export interface FiguresView extends Schema.Schema.Type<typeof FiguresView> {}

export const AccountSummary = Schema.Struct({
  accountId: AccountId,
  version: Version,
  clientId: Schema.String,
  currency: Currency,
  currencyDigits: Schema.Int,
  mode: AccountMode,
  group: Schema.String,
  leverage: Schema.Int,
  tradingMode: TradingMode,
  lotsMax: Schema.NullOr(lots),
  openPositionsMax: Schema.NullOr(Schema.Int),
  ...FiguresView.fields,
  /** Held back for withdrawals that are not decided yet. */
  reservedForWithdrawals: money,
  marginWatch: MarginWatchState,
  marginCallLevelPercent: percent,
  stopOutLevelPercent: percent,
  openPositions: Schema.Int,
  pendingOrders: Schema.Int,
  openedAt: Instant
}).annotate({
  identifier: "Account",
  examples: [
    {
      accountId: "100001",
      version: 12,
      clientId: EXAMPLE_CLIENT,
      currency: "USD",
      currencyDigits: 2,
      mode: "hedging",
      group: "retail",
      leverage: 30,
      tradingMode: "full",
      lotsMax: "5",
      openPositionsMax: null,
      balance: "9990.00",
      credit: "0.00",
      equity: "9988.00",
      usedMargin: "1100.10",
      freeMargin: "8887.90",
      marginLevelPercent: "907.92",
      floatingProfit: "-2.00",
      swap: "0.00",
      reservedForWithdrawals: "0.00",
      marginWatch: "healthy",
      marginCallLevelPercent: "100.00",
      stopOutLevelPercent: "50.00",
      openPositions: 1,
      pendingOrders: 0,
      openedAt: EXAMPLE_TIME
    }
  ]
})
export interface AccountSummary extends Schema.Schema.Type<typeof AccountSummary> {}

export const OrderView = Schema.Struct({
  orderId: OrderId,
  symbol: SymbolName,
  side: Side,
  type: OrderType,
  status: OrderStatus,
  lots,
  limitPrice: Schema.NullOr(price),
  stopPrice: Schema.NullOr(price),
  timeInForce: TimeInForce,
  expiresAt: Schema.NullOr(Instant),
  stopLoss: Schema.NullOr(price),
  takeProfit: Schema.NullOr(price),
  trailingStop: Schema.NullOr(TrailingStop),
  maxSlippagePoints: Schema.NullOr(Schema.Int),
  ocoGroup: Schema.NullOr(Schema.String),
  comment: Schema.NullOr(Schema.String),
  reservedMargin: money,
  placedAt: Instant,
  updatedAt: Instant,
  /** Of a filled order. */
  fillPrice: Schema.NullOr(price),
  positionId: Schema.NullOr(PositionId),
  /** Of a canceled order. */
  cancelCause: Schema.NullOr(Schema.String),
  /** Of a rejected order. */
  refusal: Schema.NullOr(Refusal)
}).annotate({ identifier: "Order", examples: [exampleOrder] })
export interface OrderView extends Schema.Schema.Type<typeof OrderView> {}

export const PositionView = Schema.Struct({
  positionId: PositionId,
  symbol: SymbolName,
  side: Side,
  status: Schema.Literals(["open", "closed"]),
  /** Still open; of a closed position, all that was closed of it. */
  lots,
  openPrice: price,
  stopLoss: Schema.NullOr(price),
  takeProfit: Schema.NullOr(price),
  trailingStop: Schema.NullOr(TrailingStop),
  margin: money,
  swap: money,
  commission: money,
  orderId: OrderId,
  openedAt: Instant,
  /** What it would be closed at now: bid for a buy, ask for a sell. Null without a quote, and once closed. */
  currentPrice: Schema.NullOr(price),
  /** Null without a quote or a conversion rate, and once closed. */
  floatingProfit: Schema.NullOr(money),
  /** Of all its closing fills; null while it is open. */
  realizedProfit: Schema.NullOr(money),
  closePrice: Schema.NullOr(price),
  closedAt: Schema.NullOr(Instant)
}).annotate({ identifier: "Position", examples: [examplePosition] })
export interface PositionView extends Schema.Schema.Type<typeof PositionView> {}

export const TradeView = Schema.Struct({
  tradeId: Schema.String,
  orderId: Schema.NullOr(OrderId),
  positionId: PositionId,
  symbol: SymbolName,
  /** Of the fill itself: closing a buy is a sell. */
  side: Side,
  entry: Schema.Literals(["open", "close"]),
  cause: TradeCause,
  lots,
  price,
  realizedProfit: money,
  swap: money,
  commission: money,
  /** The quote it was filled at. */
  bid: price,
  ask: price,
  executedAt: Instant
}).annotate({ identifier: "Trade", examples: [exampleTrade] })
export interface TradeView extends Schema.Schema.Type<typeof TradeView> {}

export const LedgerEntryView = Schema.Struct({
  entryId: Schema.String,
  kind: LedgerEntryKind,
  amount: money,
  balanceAfter: money,
  creditAfter: money,
  reference: Schema.NullOr(Schema.String),
  comment: Schema.NullOr(Schema.String),
  bookedAt: Instant
}).annotate({ identifier: "LedgerEntry", examples: [exampleEntry] })
export interface LedgerEntryView extends Schema.Schema.Type<typeof LedgerEntryView> {}

/** One event of the account's journal; `data` holds what it booked, decimals as text and times as epoch milliseconds. */
export const ChangeView = Schema.Struct({
  sequence: Version,
  type: Schema.String.annotate({ description: "The event's name", examples: ["OrderFilled", "PositionClosed", "StopOutStarted"] }),
  time: Instant,
  data: Schema.Record(Schema.String, Schema.Json)
}).annotate({ identifier: "Change", examples: [exampleChange] })
export interface ChangeView extends Schema.Schema.Type<typeof ChangeView> {}

/**
 * What a command did: the same answer however often it is sent with the same Idempotency-Key. `order` is as the command left it; `positions`
 * are the ones that it opened, changed or closed; `trades` its fills.
 */
export const CommandResult = Schema.Struct({
  accountId: AccountId,
  version: Version,
  order: Schema.NullOr(OrderView),
  orders: Schema.Array(OrderView),
  positions: Schema.Array(PositionView),
  trades: Schema.Array(TradeView),
  changes: Schema.Array(ChangeView)
}).annotate({ identifier: "CommandResult" })
export interface CommandResult extends Schema.Schema.Type<typeof CommandResult> {}

export const OrderPage = Schema.Struct({ version: Version, orders: Schema.Array(OrderView), nextCursor: NextCursor }).annotate({
  examples: [{ version: 12, orders: [exampleOrder], nextCursor: null }]
})
export const PositionPage = Schema.Struct({ version: Version, positions: Schema.Array(PositionView), nextCursor: NextCursor }).annotate({
  examples: [{ version: 12, positions: [examplePosition], nextCursor: null }]
})
export const TradePage = Schema.Struct({ version: Version, trades: Schema.Array(TradeView), nextCursor: NextCursor }).annotate({
  examples: [{ version: 12, trades: [exampleTrade], nextCursor: null }]
})
export const LedgerPage = Schema.Struct({ version: Version, entries: Schema.Array(LedgerEntryView), nextCursor: NextCursor }).annotate({
  examples: [{ version: 12, entries: [exampleEntry], nextCursor: null }]
})
/** Oldest first; ask again from the last `sequence` while `more`. */
export const ChangePage = Schema.Struct({ version: Version, changes: Schema.Array(ChangeView), more: Schema.Boolean }).annotate({
  examples: [{ version: 12, changes: [exampleChange], more: false }]
})
