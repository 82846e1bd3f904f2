/**
 * TradingClock: the time by which trading goes: sessions, rollovers, expiries, the age of quotes.
 *
 * It is the system's time, but for one case: outside production it can be set, advanced and stopped, so that whatever depends on time can be
 * shown on a running product. What does not belong to trading (sign-in, credits upstream, time-outs) always goes by the system's time.
 */
import type { Millis } from "#domain/Quote.ts"
import { Clock, Context, Effect, Schema } from "effect"

/** system: as the system's. running: ahead of it (behind, when negative). stopped: stands still. */
export const TradingClockState = Schema.Union([
  Schema.Struct({ mode: Schema.Literal("system") }),
  Schema.Struct({ mode: Schema.Literal("running"), aheadMillis: Schema.Int }),
  Schema.Struct({ mode: Schema.Literal("stopped"), at: Schema.Int })
])
export type TradingClockState = typeof TradingClockState.Type

/** The trading time at an instant of the system's. */
export const tradingTimeAt = (state: TradingClockState, system: Millis): Millis => {
  switch (state.mode) {
    case "system":
      return system
    case "running":
      return system + state.aheadMillis
    case "stopped":
      return state.at
  }
}

/** The database did not answer; the clock is as it was. */
export class TradingClockUnavailable extends Schema.TaggedError<TradingClockUnavailable>()("TradingClockUnavailable", {}) {}

export interface TradingClockService {
  readonly state: () => TradingClockState
  /** The trading time at an instant of the system's. */
  readonly at: (system: Millis) => Millis
  /** Called after the clock was changed, here or on another node; `isBackward` when trading time is now earlier than it was. */
  readonly subscribe: (listener: (isBackward: boolean) => void) => () => void
  /** Changes the clock, for every node. Undefined in production: there it cannot be. */
  readonly change: ((next: (state: TradingClockState) => TradingClockState) => Effect.Effect<void, TradingClockUnavailable>) | undefined
}

const SYSTEM: TradingClockState = { mode: "system" }

export const TradingClock = Context.Reference<TradingClockService>("actors/TradingClock", {
  defaultValue: () => ({ state: () => SYSTEM, at: (system) => system, subscribe: () => () => undefined, change: undefined })
})

/** The trading time. */
export const tradingNow: Effect.Effect<Millis> = Effect.flatMap(TradingClock, ({ at }) => Effect.map(Clock.currentTimeMillis, at))
