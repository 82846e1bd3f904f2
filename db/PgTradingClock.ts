/**
 * PgTradingClock: the trading clock of a product in development, kept in PostgreSQL: all nodes go by it, and a restart keeps it.
 *
 * Never built in production: there the clock is the system's.
 */
import { TradingClock, TradingClockState, tradingTimeAt, TradingClockUnavailable, type TradingClockService } from "#actors/TradingClock.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Clock, Effect, Layer, Schedule, Schema, Semaphore } from "effect"
import { SqlClient } from "effect/sql"

const DEADLINE = "5 seconds"
/** The other nodes are at most this far behind. */
const POLL_INTERVAL = "500 millis"

/** What a change may take: a clock that was stopped where it stood is not behind for that. */
const CHANGE_MILLIS = 5_000

const decodeState = Schema.decodeUnknownSync(TradingClockState)

interface Kept {
  readonly version: number
  readonly state: TradingClockState
}

export const PgTradingClock = Layer.effect(
  TradingClock,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const clock = yield* Clock.Clock
    const oneAtATime = (yield* Semaphore.make(1)).withPermits(1)
    const listeners = new Set<(isBackward: boolean) => void>()
    let kept: Kept = { version: 0, state: { mode: "system" } }

    const adopt = (next: Kept): void => {
      if (next.version <= kept.version) return
      const system = clock.currentTimeMillisUnsafe()
      const isBackward = tradingTimeAt(next.state, system) < tradingTimeAt(kept.state, system) - CHANGE_MILLIS
      kept = next
      for (const listener of listeners) listener(isBackward)
    }
    const read = sql<{ version: bigint; state: unknown }>`SELECT version, state FROM trading_clock`.pipe(
      Effect.map(([row]) => row && adopt({ version: Number(row.version), state: decodeState(row.state) }))
    )
    yield* read
    yield* read.pipe(
      Effect.catch((error) => Effect.logWarning("Trading clock not read", { cause: String(error) })),
      Effect.repeat(Schedule.spaced(POLL_INTERVAL)),
      Effect.forkScoped
    )

    const change: NonNullable<TradingClockService["change"]> = Effect.fnUntraced(
      function* (next) {
        yield* read
        const state = next(kept.state)
        const [row] = yield* sql<{ version: bigint }>`
        INSERT INTO trading_clock (version, state) VALUES (1, ${JSON.stringify(state)}::json)
        ON CONFLICT (single) DO UPDATE SET version = trading_clock.version + 1, state = excluded.state RETURNING version`
        adopt({ version: Number(row?.version), state })
      },
      (changing) => oneAtATime(withDeadline(changing, DEADLINE, () => new TradingClockUnavailable()))
    )

    return {
      state: () => kept.state,
      at: (system) => tradingTimeAt(kept.state, system),
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      change
    }
  })
)
