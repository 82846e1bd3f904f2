/** Steps: what a random run consists of. Steps name things by position and distance, so that any subset of them is a run too, and shrinking works. */
import fc from "fast-check"
import type { OrderType, TimeInForce } from "#domain/Order.ts"

/** Where an account and its market begin. */
export interface Setup {
  readonly currency: "USD" | "EUR" | "JPY" | "BTC"
  readonly mode: "hedging" | "netting"
  readonly group: string
  readonly leverage: number
  readonly deposit: number
  readonly startsAt: number
  /** All moves are multiplied by this. */
  readonly volatility: number
  /** Symbols that this run trades; quotes of all others stand still. */
  readonly symbols: ReadonlyArray<number>
  /** This symbol has no quote at first. */
  readonly silentSymbol: number
}

/** Parts per 100,000 of the price. */
export interface Move {
  readonly symbol: number
  readonly change: number
  readonly spreadPoints: number
}

export interface Exits {
  readonly stopLoss: number | undefined
  readonly takeProfit: number | undefined
  readonly trailing: { readonly distancePoints: number; readonly stepPoints: number } | undefined
}

export type Flaw =
  | "none"
  | "noPrice"
  | "extraPrice"
  | "offPoint"
  | "offStep"
  | "tooSmall"
  | "tooLarge"
  | "negative"
  | "unknownSymbol"
  | "badExpiry"

export type Step =
  | { readonly kind: "tick"; readonly move: Move; readonly laterMillis: number }
  /** A price by REST; nothing trades on it. */
  | { readonly kind: "poll"; readonly move: Move; readonly woken: boolean }
  | { readonly kind: "burst"; readonly moves: ReadonlyArray<Move> }
  | {
      readonly kind: "badQuote"
      readonly symbol: number
      readonly fault: "crossed" | "zero" | "negative" | "old" | "beforePoll" | "spike" | "confirmedSpike"
    }
  | {
      readonly kind: "wait"
      readonly how: "seconds" | "stale" | "minutes" | "hours" | "day" | "weekend" | "beforeRollover" | "rollover"
      readonly woken: boolean
    }
  | {
      readonly kind: "place"
      readonly symbol: number
      readonly side: "buy" | "sell"
      readonly type: OrderType
      readonly timeInForce: TimeInForce
      readonly lots: number
      /** Percent of the free margin to use; decides the volume instead of `lots`. */
      readonly share: number | undefined
      /** Of market orders: the price the client saw, in points from the market. */
      readonly requestedPoints: number | undefined
      /** Points from the market on the side where such an order belongs; negative: the wrong side. */
      readonly distance: number
      /** Of a stop-limit's limit from its stop, in points. */
      readonly limitDistance: number
      readonly exits: Exits
      readonly oco: number | undefined
      readonly expiresInMillis: number
      readonly maxSlippagePoints: number | undefined
      readonly fresh: boolean
      readonly flaw: Flaw
    }
  | {
      readonly kind: "modifyOrder"
      readonly index: number
      readonly distance: number
      readonly lots: number | undefined
      readonly exits: Exits | "remove"
    }
  | { readonly kind: "cancelOrder"; readonly index: number }
  | { readonly kind: "cancelOrders"; readonly symbol: number | undefined; readonly side: "buy" | "sell" | undefined }
  | { readonly kind: "modifyPosition"; readonly index: number; readonly exits: Exits | "remove"; readonly fresh: boolean }
  | {
      readonly kind: "close"
      readonly index: number
      readonly percent: number | undefined
      readonly maxSlippagePoints: number | undefined
      readonly fresh: boolean
    }
  | {
      readonly kind: "closeMany"
      readonly symbol: number | undefined
      readonly side: "buy" | "sell" | undefined
      readonly result: "all" | "winners" | "losers"
    }
  | { readonly kind: "closeBy"; readonly index: number; readonly fresh: boolean }
  | { readonly kind: "reverse"; readonly index: number; readonly fresh: boolean }
  | {
      readonly kind: "money"
      readonly operation: "deposit" | "withdrawal" | "creditIn" | "creditOut" | "correction"
      readonly amount: number
      readonly again: boolean
    }
  /** A correction that brings equity to that level of the margin in use, `offset` smallest units off. */
  | { readonly kind: "brink"; readonly level: "marginCall" | "stopOut"; readonly offset: number }
  | { readonly kind: "withdrawal"; readonly act: "reserve" | "release" | "settle"; readonly amount: number; readonly index: number }
  | {
      readonly kind: "settings"
      readonly leverage: number | undefined
      readonly group: string | undefined
      readonly lotsMax: number | null | undefined
      readonly openPositionsMax: number | null | undefined
      readonly tradingMode: "full" | "closeOnly" | "none" | undefined
    }
  | { readonly kind: "halt"; readonly symbol: number | undefined; readonly halted: boolean }

const side = fc.constantFrom("buy", "sell")
const index = fc.nat(12)
const symbol = fc.nat(11)
/** Absent, but for `percent` of the cases. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, percent = 50): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary })
const mostly = fc.nat(9).map((n) => n > 0)
const seldom = fc.nat(19).map((n) => n === 0)

const change = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -80, max: 80 }) },
  { weight: 4, arbitrary: fc.integer({ min: -600, max: 600 }) },
  { weight: 1, arbitrary: fc.integer({ min: -4000, max: 4000 }) }
)
const move = fc.record({ symbol, change, spreadPoints: fc.oneof(fc.constant(0), fc.nat(30)) })

const exits: fc.Arbitrary<Exits> = fc.record({
  stopLoss: maybe(fc.integer({ min: -20, max: 400 })),
  takeProfit: maybe(fc.integer({ min: -20, max: 400 })),
  trailing: maybe(fc.record({ distancePoints: fc.integer({ min: 0, max: 200 }), stepPoints: fc.integer({ min: -1, max: 60 }) }), 25)
})
const noExits: Exits = { stopLoss: undefined, takeProfit: undefined, trailing: undefined }
const maybeExits = fc.oneof({ weight: 2, arbitrary: fc.constant(noExits) }, { weight: 3, arbitrary: exits })
const changedExits: fc.Arbitrary<Exits | "remove"> = fc.oneof(
  { weight: 5, arbitrary: exits },
  { weight: 1, arbitrary: fc.constant("remove" as const) }
)

const flaw: fc.Arbitrary<Flaw> = fc.oneof(
  { weight: 30, arbitrary: fc.constant("none" as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "noPrice",
      "extraPrice",
      "offPoint",
      "offStep",
      "tooSmall",
      "tooLarge",
      "negative",
      "unknownSymbol",
      "badExpiry"
    )
  }
)

const orderKind = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("market" as const), timeInForce: fc.constantFrom("FOK", "IOC") }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("limit" as const), timeInForce: fc.constantFrom("GTC", "GTD", "DAY", "IOC", "FOK") })
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom("stop", "stopLimit"), timeInForce: fc.constantFrom("GTC", "GTD", "DAY") })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom("market", "limit", "stop", "stopLimit"),
      timeInForce: fc.constantFrom("GTC", "GTD", "DAY", "IOC", "FOK")
    })
  }
) as fc.Arbitrary<{ readonly type: OrderType; readonly timeInForce: TimeInForce }>

/** Hundredths of a lot. */
const lots = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }).map((n) => n * 10) },
  { weight: 1, arbitrary: fc.integer({ min: 4, max: 30 }).map((n) => n * 50) }
)

const place = fc
  .tuple(
    orderKind,
    fc.record({
      symbol,
      side,
      lots,
      distance: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max: 300 }) },
        { weight: 1, arbitrary: fc.integer({ min: -20, max: 6 }) }
      ),
      limitDistance: fc.integer({ min: -60, max: 60 }),
      exits: maybeExits,
      oco: maybe(fc.nat(2), 30),
      requestedPoints: maybe(fc.integer({ min: -5, max: 10 }), 10),
      share: maybe(fc.integer({ min: 10, max: 115 }), 40),
      expiresInMillis: fc.oneof(fc.integer({ min: -1000, max: 100_000 }), fc.integer({ min: 60_000, max: 100_000_000 })),
      maxSlippagePoints: maybe(fc.integer({ min: -1, max: 8 }), 10),
      fresh: mostly,
      flaw
    })
  )
  .map(([kind, rest]) => ({ kind: "place" as const, ...kind, ...rest }))

const amount = fc.oneof(fc.integer({ min: -5, max: 5000 }), fc.integer({ min: 1, max: 50_000 }))

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 70, arbitrary: fc.record({ kind: fc.constant("tick" as const), move, laterMillis: fc.oneof(fc.constant(0), fc.nat(4000)) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("burst" as const), moves: fc.array(move, { minLength: 1, maxLength: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("poll" as const), move, woken: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("badQuote" as const),
      symbol,
      fault: fc.constantFrom("crossed", "zero", "negative", "old", "beforePoll", "spike", "confirmedSpike")
    })
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      how: fc.constantFrom("seconds", "stale", "minutes", "hours", "day", "weekend", "beforeRollover", "rollover"),
      woken: mostly
    })
  },
  { weight: 40, arbitrary: place },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("modifyOrder" as const),
      index,
      distance: fc.integer({ min: -5, max: 300 }),
      lots: maybe(lots),
      exits: changedExits
    })
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("cancelOrder" as const), index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancelOrders" as const), symbol: maybe(symbol), side: maybe(side) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("modifyPosition" as const), index, exits: changedExits, fresh: mostly }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("close" as const),
      index,
      percent: maybe(fc.integer({ min: -1, max: 105 })),
      maxSlippagePoints: maybe(fc.integer({ min: -1, max: 8 }), 10),
      fresh: mostly
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("closeMany" as const),
      symbol: maybe(symbol),
      side: maybe(side),
      result: fc.constantFrom("all", "winners", "losers")
    })
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("closeBy" as const), index, fresh: mostly }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reverse" as const), index, fresh: mostly }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("money" as const),
      operation: fc.constantFrom("deposit", "withdrawal", "creditIn", "creditOut", "correction"),
      amount,
      again: seldom
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("brink" as const),
      level: fc.constantFrom("marginCall", "stopOut"),
      offset: fc.constantFrom(-1, 0, 0, 1)
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("withdrawal" as const), act: fc.constantFrom("reserve", "release", "settle"), amount, index })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("settings" as const),
      leverage: maybe(fc.constantFrom(0, 1, 20, 50, 200, 500, 5000)),
      group: maybe(fc.constantFrom("professional", "smart", "retail", "lenient", "nowhere"), 40),
      lotsMax: maybe(fc.constantFrom(null, null, 200, 1000), 30),
      openPositionsMax: maybe(fc.constantFrom(null, null, 2, 6), 30),
      tradingMode: maybe(fc.constantFrom("full", "full", "full", "closeOnly", "none"), 50)
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("halt" as const), symbol: maybe(symbol), halted: seldom }) }
)

export const setup: fc.Arbitrary<Setup> = fc.record({
  currency: fc.constantFrom("USD", "EUR", "JPY", "BTC"),
  mode: fc.constantFrom("hedging", "netting"),
  group: fc.constantFrom("professional", "smart", "retail", "lenient"),
  leverage: fc.constantFrom(20, 100, 500),
  deposit: fc.integer({ min: 500, max: 60_000 }),
  startsAt: fc.constantFrom(
    Date.UTC(2026, 2, 2, 12),
    Date.UTC(2026, 2, 6, 21, 50),
    Date.UTC(2026, 9, 30, 20, 30),
    Date.UTC(2026, 11, 30, 9),
    Date.UTC(2026, 5, 17, 20, 58)
  ),
  volatility: fc.constantFrom(1, 1, 4),
  symbols: fc.uniqueArray(symbol, { minLength: 2, maxLength: 4 }),
  silentSymbol: fc.nat(40)
})
