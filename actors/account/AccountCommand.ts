/** AccountCommand: everything an account can be asked to do. Client commands come with an Idempotency-Key; the last group is the platform's own. */
import { Schema } from "effect"
import { AccountMode } from "#domain/AccountMode.ts"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Currency } from "#domain/Instrument.ts"
import { OrderRequest, Side, TrailingStop } from "#domain/Order.ts"
import { Millis, Quote, SymbolName } from "#domain/Quote.ts"

export const TradingMode = Schema.Literals(["full", "closeOnly", "none"])
export type TradingMode = typeof TradingMode.Type

const Reference = Schema.String.check(Schema.isBetweenLength(1, 128))
const Comment = Schema.optionalKey(Schema.String.check(Schema.isMaxLength(256)))

export const AccountCommand = Schema.TaggedUnion({
  // ---- life of the account and its money
  OpenAccount: {
    clientId: Schema.String,
    currency: Currency,
    mode: AccountMode,
    group: Schema.String,
    leverage: Schema.Int
  },
  /** amount > 0 except for corrections, whose sign counts. `reference` makes it book once, whatever the command id. */
  ApplyBalanceOperation: {
    kind: Schema.Literals(["deposit", "withdrawal", "creditIn", "creditOut", "correction"]),
    amount: DecimalFromString,
    reference: Reference,
    comment: Comment
  },
  ReserveWithdrawal: { requestId: Reference, amount: DecimalFromString },
  ReleaseWithdrawal: { requestId: Reference },
  SettleWithdrawal: { requestId: Reference },
  ChangeSettings: {
    leverage: Schema.optionalKey(Schema.Int),
    group: Schema.optionalKey(Schema.String),
    /** null removes the limit. */
    lotsMax: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
    openPositionsMax: Schema.optionalKey(Schema.NullOr(Schema.Int)),
    tradingMode: Schema.optionalKey(TradingMode)
  },
  // ---- trading
  PlaceOrder: OrderRequest.fields,
  /** An absent field stays as it is, null removes. */
  ModifyOrder: {
    orderId: Schema.String,
    limitPrice: Schema.optionalKey(DecimalFromString),
    stopPrice: Schema.optionalKey(DecimalFromString),
    lots: Schema.optionalKey(DecimalFromString),
    stopLoss: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
    takeProfit: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
    trailingStop: Schema.optionalKey(Schema.NullOr(TrailingStop)),
    expiresAt: Schema.optionalKey(Millis)
  },
  CancelOrder: { orderId: Schema.String },
  CancelOrders: { symbol: Schema.optionalKey(SymbolName), side: Schema.optionalKey(Side) },
  ModifyPosition: {
    positionId: Schema.String,
    stopLoss: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
    takeProfit: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
    trailingStop: Schema.optionalKey(Schema.NullOr(TrailingStop))
  },
  /** Without lots: the whole position. */
  ClosePosition: {
    positionId: Schema.String,
    lots: Schema.optionalKey(DecimalFromString),
    maxSlippagePoints: Schema.optionalKey(Schema.Int)
  },
  ClosePositions: {
    symbol: Schema.optionalKey(SymbolName),
    side: Schema.optionalKey(Side),
    result: Schema.Literals(["all", "winners", "losers"])
  },
  CloseBy: { positionId: Schema.String, oppositePositionId: Schema.String },
  ReversePosition: { positionId: Schema.String },
  // ---- the platform's own
  /** A tripwire was crossed, or the account was woken: judge orders, exits and margin. `quotes` are the ones that tripped, oldest first. */
  ApplyQuotes: { quotes: Schema.Array(Quote) },
  /** Charge swap for every trading day that ended since the last rollover, and expire what is due. */
  ApplyRollover: {}
})
export type AccountCommand = typeof AccountCommand.Type

/** Who asked: kept with the events for the audit trail. */
export const Origin = Schema.Struct({
  kind: Schema.Literals(["client", "staff", "crm", "platform"]),
  id: Schema.String,
  /** The administrator behind an impersonation session. */
  impersonatedBy: Schema.optionalKey(Schema.String),
  ip: Schema.optionalKey(Schema.String)
})
export interface Origin extends Schema.Schema.Type<typeof Origin> {}
