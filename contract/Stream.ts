/**
 * Stream: the WebSocket at `GET /stream?symbols=EURUSD,BTCUSD`, as two unions of JSON messages told apart by `type`.
 *
 * Anybody may have quotes. With a session cookie the client's own accounts come too, without asking; `watchAccount` adds another one, or
 * resumes: with `sinceVersion` the next `accountState` also holds the events after that version.
 *
 * At most 10 `quotes` and `account` frames a second reach one client, whatever the market does: what changed in between is merged, the last
 * value wins. Every frame carries the connection's own `sequence`, which grows by one; a quote's `sequence` is the feed's.
 */
import { Schema } from "effect"
import { Quote, SymbolName } from "#domain/Quote.ts"
import { AccountSummary, ChangeView, FiguresView, MarginWatchState, OrderView, PositionView } from "#contract/Views.ts"
import { AccountId, DecimalText, PositionId, SYMBOLS_MAX, Version } from "#contract/Wire.ts"

/** Quote and account frames per client and second. */
export const FRAMES_PER_SECOND_MAX = 10
/** Accounts that one connection may watch. */
export const WATCHED_ACCOUNTS_MAX = 10
/** Events that an `accountState` carries at most; a client further behind asks `GET /accounts/:accountId/changes`. */
export const CHANGES_PER_FRAME_MAX = 500
/** A `heartbeat` comes after this much silence; a client that hears nothing for twice as long should reconnect. */
export const HEARTBEAT_MILLIS = 15_000

/** Close codes: RFC 6455's own, and these. */
export const CloseCode = {
  /** The server goes away: reconnect with backoff. */
  restart: 1012,
  /** The session ended: sign in again. The close reason is one of `SESSION_ENDS`, or empty. */
  sessionEnded: 4401,
  /** Not read fast enough: reconnect. */
  slowConsumer: 4008,
  /** More messages than allowed. */
  tooManyMessages: 4029,
  /** A message that is not in this protocol. */
  badMessage: 4400
} as const

/** Why a session is over. */
export const SESSION_ENDS = [
  "signedOut",
  "forcedLogout",
  "blocked",
  "credentialsChanged",
  "roleChanged",
  "replaced",
  "refreshReused",
  "expired"
] as const
export type SessionEnd = (typeof SESSION_ENDS)[number]

const symbols = Schema.Array(SymbolName).check(Schema.isBetweenLength(1, SYMBOLS_MAX))

export const ClientMessage = Schema.Union([
  Schema.Struct({ type: Schema.Literal("subscribe"), symbols }),
  Schema.Struct({ type: Schema.Literal("unsubscribe"), symbols }),
  Schema.Struct({
    type: Schema.Literal("watchAccount"),
    accountId: AccountId,
    sinceVersion: Schema.optionalKey(Version.check(Schema.isGreaterThanOrEqualTo(0)))
  }),
  Schema.Struct({ type: Schema.Literal("unwatchAccount"), accountId: AccountId }),
  /** Answered by `pong` with the same `id`. */
  Schema.Struct({ type: Schema.Literal("ping"), id: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(64))) })
]).annotate({ identifier: "ClientMessage", examples: [{ type: "subscribe", symbols: ["EURUSD", "BTCUSD"] }] })
export type ClientMessage = typeof ClientMessage.Type

export const StreamQuote = Schema.Struct({
  symbol: SymbolName,
  bid: DecimalText,
  ask: DecimalText,
  /** Epoch milliseconds: the feed's time stamp, and when this platform received it. */
  time: Schema.Int,
  receivedAt: Schema.Int,
  sequence: Schema.Int,
  /** ws: bid and ask from upstream; synthetic: the instrument's spread around upstream's price; rest: the same around a polled price. */
  source: Quote.fields.source,
  /** Older than its instrument allows, or polled: nothing trades on it. A quote that grows stale is sent again. */
  stale: Schema.Boolean
}).annotate({ identifier: "StreamQuote" })
export interface StreamQuote extends Schema.Schema.Type<typeof StreamQuote> {}

export const StreamMarket = Schema.Struct({
  symbol: SymbolName,
  sessionOpen: Schema.Boolean,
  /** Trading in it is stopped by the operator. */
  halted: Schema.Boolean,
  /** Epoch milliseconds; null while it is open, and when it stays closed for a month. */
  opensAt: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "StreamMarket" })
export interface StreamMarket extends Schema.Schema.Type<typeof StreamMarket> {}

const sequence = Schema.Int
/** Epoch milliseconds of the server's clock. */
const time = Schema.Int

export const StreamPosition = Schema.Struct({
  positionId: PositionId,
  currentPrice: Schema.NullOr(DecimalText),
  floatingProfit: Schema.NullOr(DecimalText)
})

export const ServerMessage = Schema.Union([
  /** First frame. */
  Schema.Struct({
    type: Schema.Literal("welcome"),
    sequence,
    time,
    heartbeatMillis: Schema.Int,
    userId: Schema.NullOr(Schema.String),
    /** Accounts that are watched from now on. */
    accountIds: Schema.Array(AccountId)
  }),
  /** The last quotes of newly subscribed symbols; one without a quote yet is left out. */
  Schema.Struct({ type: Schema.Literal("snapshot"), sequence, time, quotes: Schema.Array(StreamQuote) }),
  /** Whether markets are open: of newly subscribed symbols, and of those that opened, closed or were halted. */
  Schema.Struct({ type: Schema.Literal("markets"), sequence, time, markets: Schema.Array(StreamMarket) }),
  /** Quotes that changed, or grew stale. */
  Schema.Struct({ type: Schema.Literal("quotes"), sequence, time, quotes: Schema.Array(StreamQuote) }),
  /** The whole account: when it begins to be watched, and after every commit. Replaces what the client holds. */
  Schema.Struct({
    type: Schema.Literal("accountState"),
    sequence,
    time,
    accountId: AccountId,
    version: Version,
    account: AccountSummary,
    positions: Schema.Array(PositionView),
    orders: Schema.Array(OrderView),
    /** Events since the version that this client was told last, oldest first. */
    changes: Schema.Array(ChangeView),
    /** There were more events than fit; `changes` holds the first of them. */
    moreChanges: Schema.Boolean
  }),
  /** The account's figures, as quotes move them. */
  Schema.Struct({
    type: Schema.Literal("account"),
    sequence,
    time,
    accountId: AccountId,
    version: Version,
    ...FiguresView.fields,
    marginWatch: MarginWatchState,
    positions: Schema.Array(StreamPosition)
  }),
  Schema.Struct({ type: Schema.Literal("pong"), sequence, time, id: Schema.NullOr(Schema.String) }),
  Schema.Struct({ type: Schema.Literal("heartbeat"), sequence, time }),
  /** The last message had no effect; the connection lives on. */
  Schema.Struct({
    type: Schema.Literal("error"),
    sequence,
    time,
    code: Schema.Literals(["UNKNOWN_SYMBOL", "ACCOUNT_NOT_FOUND", "TOO_MANY_SUBSCRIPTIONS", "UNAVAILABLE"]),
    detail: Schema.String
  })
]).annotate({ identifier: "ServerMessage" })
export type ServerMessage = typeof ServerMessage.Type
