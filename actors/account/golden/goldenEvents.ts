/** goldenEvents: one full event of each kind, as the recorded ones must decode. */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { decimal } from "#domain/Decimal.ts"
import type { Figures } from "#domain/Figures.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { Quote } from "#domain/Quote.ts"
import type { Trade } from "#domain/Trade.ts"

const at = 1_795_453_200_000
const d = decimal

const quote: Quote = { symbol: "EURUSD", bid: d("1.1"), ask: d("1.1001"), time: at - 1_000, receivedAt: at - 5, sequence: 42, source: "ws" }

const order: Order = {
  orderId: "O2",
  symbol: "EURUSD",
  side: "buy",
  type: "stopLimit",
  lots: d("1.5"),
  limitPrice: d("1.102"),
  stopPrice: d("1.101"),
  timeInForce: "GTD",
  expiresAt: at + 86_400_000,
  stopLoss: d("1.09"),
  takeProfit: d("1.13"),
  trailingStop: { distancePoints: 150, stepPoints: 10 },
  ocoGroup: "breakout",
  comment: "news",
  status: "pending",
  placedAt: at,
  reservedMargin: d("1653")
}

const { orderId: _orderId, status: _status, placedAt: _placedAt, reservedMargin: _reservedMargin, ...request } = order

const position: Position = {
  positionId: "P1",
  symbol: "EURUSD",
  side: "buy",
  lots: d("1"),
  openPrice: d("1.10010039"),
  openedAt: at,
  stopLoss: d("1.09"),
  takeProfit: d("1.13"),
  trailingStop: { distancePoints: 150, stepPoints: 10 },
  margin: d("1100.1"),
  marginRate: d("1.1001"),
  swap: d("-10.94"),
  commission: d("-3.5"),
  orderId: "O1"
}

const trade: Trade = {
  tradeId: "T1",
  orderId: "O1",
  positionId: "P1",
  symbol: "EURUSD",
  side: "buy",
  entry: "open",
  cause: "order",
  lots: d("1"),
  price: d("1.1001"),
  realizedProfit: 0n,
  swap: 0n,
  commission: d("-3.5"),
  quote,
  executedAt: at
}
const { orderId: _openedBy, ...closing } = trade
const closingTrade: Trade = { ...closing, tradeId: "T2", side: "sell", entry: "close", cause: "stopOut", realizedProfit: d("-36.3"), swap: d("-1.2") }

const figures: Figures = {
  balance: d("10000"),
  credit: d("500"),
  equity: d("4360"),
  usedMargin: d("8830"),
  freeMargin: d("-4470"),
  marginLevelPercent: d("49.37712344")
}
const flat: Figures = { ...figures, usedMargin: 0n, freeMargin: d("4360"), marginLevelPercent: null }
const evidence = {
  figures,
  quotes: [quote],
  marginCallLevelPercent: d("100"),
  stopOutLevelPercent: d("50"),
  configurationVersion: 7
}

export const goldenEvents: ReadonlyArray<AccountEvent> = [
  {
    _tag: "AccountOpened",
    at,
    accountId: "100001",
    clientId: "C1",
    currency: "USD",
    currencyDigits: 2,
    mode: "hedging",
    group: "professional",
    leverage: 100
  },
  { _tag: "SettingsChanged", at, leverage: 50, group: "retail", lotsMax: null, openPositionsMax: 10, tradingMode: "closeOnly" },
  {
    _tag: "LedgerEntryBooked",
    at,
    entry: {
      entryId: "L1",
      kind: "deposit",
      amount: d("10000"),
      balanceAfter: d("10000"),
      creditAfter: 0n,
      reference: "CRM-1",
      comment: "wire",
      bookedAt: at
    }
  },
  { _tag: "WithdrawalReserved", at, requestId: "W1", amount: d("250.5") },
  { _tag: "WithdrawalReleased", at, requestId: "W1", amount: d("250.5") },
  { _tag: "OrderPlaced", at, order },
  {
    _tag: "OrderRejected",
    at,
    orderId: "O3",
    request,
    rejection: { reason: "INSUFFICIENT_FREE_MARGIN", context: { requiredMargin: "1100.1", commission: "0", freeMargin: "100" } }
  },
  { _tag: "OrderModified", at, order: { ...order, status: "triggered" } },
  { _tag: "OrderTriggered", at, orderId: "O2", quote, reservedMargin: d("1653") },
  { _tag: "OrderFilled", at, orderId: "O1", tradeIds: ["T1", "T2"], price: d("1.1001"), quote },
  { _tag: "OrderCanceled", at, orderId: "O2", cause: "oco" },
  { _tag: "OrderExpired", at, orderId: "O2" },
  { _tag: "OrderActivationRejected", at, orderId: "O2", rejection: { reason: "MARGIN_CALL_ACTIVE", context: {} }, quote },
  { _tag: "PositionOpened", at, position, trade },
  { _tag: "PositionIncreased", at, position: { ...position, lots: d("2") }, trade },
  { _tag: "PositionReduced", at, position: { ...position, lots: d("0.5") }, trade: closingTrade },
  { _tag: "PositionClosed", at, positionId: "P1", trade: closingTrade },
  { _tag: "PositionModified", at, position },
  { _tag: "TrailingStopMoved", at, positionId: "P1", stopLoss: d("1.0985"), trailingStop: { distancePoints: 150, stepPoints: 10 }, quote },
  { _tag: "SwapAccrued", at, positionId: "P1", tradingDay: "2026-11-25", nights: 3, amount: d("-32.82") },
  { _tag: "RolloverCompleted", at, tradingDay: "2026-11-25" },
  { _tag: "MarginCallEntered", at, ...evidence },
  { _tag: "MarginCallLeft", at, ...evidence, figures: flat },
  { _tag: "StopOutStarted", at, ...evidence, strategy: "smart" },
  {
    _tag: "LiquidationStepTaken",
    at,
    step: 1,
    rule: "mostMargin",
    positionId: "P1",
    lots: d("0.11"),
    before: figures,
    after: flat,
    quotes: [quote],
    configurationVersion: 7
  },
  { _tag: "LiquidationSuspended", at, positionIds: ["P1"], figures },
  { _tag: "StopOutEnded", at, ...evidence, figures: flat }
]
