/** Fault: one thing that can go wrong upstream, as `POST /control/faults` takes it. */
import { Schema } from "effect"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
const FaultMillis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3_600_000 }))
const Symbols = Schema.Array(Schema.String)

export const Fault = Schema.Union([
  /** Every connection is cut without a close frame. */
  Schema.Struct({ kind: Schema.Literal("drop") }),
  /** Every connection is closed with a close frame. */
  Schema.Struct({
    kind: Schema.Literal("close"),
    code: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1000, maximum: 4999 })))
  }),
  /** The present connections stay open and dead. */
  Schema.Struct({ kind: Schema.Literal("halfOpen") }),
  /** Heartbeats are answered, prices are not sent: of the listed symbols, or of all. */
  Schema.Struct({ kind: Schema.Literal("silence"), symbols: Schema.optionalKey(Symbols) }),
  /** The next `count` handshakes answer with this status and an error body (200 too), or are cut off. */
  Schema.Struct({
    kind: Schema.Literal("handshake"),
    status: Schema.Union([Schema.Literal("destroy"), Schema.Literals([200, 400, 401, 403, 404, 429, 500, 502, 503])]),
    count: Schema.optionalKey(Count)
  }),
  /** Subscriptions to these symbols fail. */
  Schema.Struct({ kind: Schema.Literal("subscribeFails"), symbols: Symbols }),
  /** Empty `success` and `fails` are null. */
  Schema.Struct({ kind: Schema.Literal("nullLists") }),
  /** An error message without `event`, now, on every connection. */
  Schema.Struct({ kind: Schema.Literal("errorMessage"), code: Schema.Int, message: Schema.optionalKey(Schema.String) }),
  /** Price events carry no bid and ask: of the listed symbols, or of all. */
  Schema.Struct({ kind: Schema.Literal("withoutBidAsk"), symbols: Schema.optionalKey(Symbols) }),
  /** Each price event is sent twice. */
  Schema.Struct({ kind: Schema.Literal("repeat") }),
  /** Every other price event is held back and sent after its successor. */
  Schema.Struct({ kind: Schema.Literal("outOfOrder") }),
  /** Time stamps are cut to whole minutes, so that many ticks share one. */
  Schema.Struct({ kind: Schema.Literal("equalTimestamps") }),
  /** One tick of the symbol at a price this many percent away, then the walk as before. */
  Schema.Struct({ kind: Schema.Literal("spike"), symbol: Schema.String, percent: Schema.Finite }),
  /** The symbol goes on from a price this many percent away, as after a weekend. */
  Schema.Struct({ kind: Schema.Literal("gap"), symbol: Schema.String, percent: Schema.Finite }),
  /** REST answers fail with `code` in the body; `httpStatus` 200 hides it from those who look at the status only. */
  Schema.Struct({
    kind: Schema.Literal("restError"),
    code: Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })),
    httpStatus: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
    path: Schema.optionalKey(Schema.String),
    count: Schema.optionalKey(Count)
  }),
  /** REST answers come late. */
  Schema.Struct({ kind: Schema.Literal("restSlow"), millis: FaultMillis, count: Schema.optionalKey(Count) }),
  /** REST answers are not JSON. */
  Schema.Struct({ kind: Schema.Literal("restGarbage"), count: Schema.optionalKey(Count) }),
  /** REST answers are this large. */
  Schema.Struct({
    kind: Schema.Literal("restHuge"),
    bytes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000_000 })),
    count: Schema.optionalKey(Count)
  }),
  /** The plan's limits; 0 is none. Counting starts anew. */
  Schema.Struct({ kind: Schema.Literal("credits"), perMinute: Schema.Int, perDay: Schema.Int })
])
export type Fault = typeof Fault.Type
