/**
 * DevClock: `/dev/clock`, by which the trading clock of a product in development is read and moved. In production it does not exist.
 *
 * A change is answered when every account of this node has been judged under the new time. See docs/operations/scripted-market.md. A page
 * of another site cannot ask for it: a PUT needs leave that is never given.
 */
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { TradingClock, tradingTimeAt, type TradingClockState } from "#actors/TradingClock.ts"
import { ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"
import { Instant } from "#contract/Wire.ts"
import type { Millis } from "#domain/Quote.ts"
import { completeProblem } from "#server/http/completeProblem.ts"
import { Clock, Duration, Effect, Layer, Option, Schema } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerRespondable, HttpServerResponse } from "effect/http"

export const DEV_CLOCK_PATH = "/dev/clock"

/** Trading time stays between these, whatever is asked for. */
const EARLIEST = Date.UTC(2000, 0, 1)
const LATEST = Date.UTC(2100, 0, 1)
const ACCOUNTS_AT_ONCE = 64

const IsoDuration = Schema.String.check(
  Schema.isMaxLength(40),
  Schema.makeFilter((text) => Option.isSome(Duration.fromIso(text)) || "an ISO 8601 duration such as PT90S or P3D")
)

const ClockChange = Schema.Union([
  Schema.Struct({ now: Instant, running: Schema.optionalKey(Schema.Boolean) }),
  Schema.Struct({ advance: IsoDuration, running: Schema.optionalKey(Schema.Boolean) }),
  Schema.Struct({ running: Schema.Boolean }),
  Schema.Struct({ follow: Schema.Literal("system") })
])
type ClockChange = typeof ClockChange.Type

/** A clock that is set stands still unless it is told to run; one that is advanced goes on as before. */
const stateAfter = (state: TradingClockState, change: ClockChange, system: Millis): TradingClockState => {
  if ("follow" in change) return { mode: "system" }
  const now = tradingTimeAt(state, system)
  const target = "now" in change ? change.now : "advance" in change ? now + millisOf(change.advance) : now
  const running = change.running ?? ("advance" in change && state.mode !== "stopped")
  return running ? { mode: "running", aheadMillis: target - system } : { mode: "stopped", at: target }
}

const millisOf = (iso: string): number => Option.match(Duration.fromIso(iso), { onNone: () => 0, onSome: Duration.toMillis })

const refusal = (detail: string) => new ValidationFailed({ errors: [{ in: "body", pointer: "", detail }] })

const changeIn = (request: HttpServerRequest.HttpServerRequest) =>
  request.json.pipe(
    Effect.flatMap((body) => Schema.decodeUnknownEffect(ClockChange)(body, { onExcessProperty: "error" })),
    Effect.mapError((error) => refusal(error.message.slice(0, 200)))
  )

export const DevClock = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const accounts = yield* Accounts
    const wakeUps = yield* WakeUps
    const clock = yield* TradingClock
    const { change } = clock
    if (change === undefined) return

    const shown = Effect.map(Clock.currentTimeMillis, (system) =>
      HttpServerResponse.jsonUnsafe({ now: new Date(clock.at(system)).toISOString(), mode: clock.state().mode })
    )

    const judgeAll = Effect.suspend(() =>
      Effect.forEach([...wakeUps.armedAccounts()], (accountId) => Effect.ignore(accounts.wake(accountId, []), { log: "Warn" }), {
        concurrency: ACCOUNTS_AT_ONCE,
        discard: true
      })
    )

    const move = Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const asked = yield* changeIn(request)
      const system = yield* Clock.currentTimeMillis
      const target = tradingTimeAt(stateAfter(clock.state(), asked, system), system)
      if (target < EARLIEST || target > LATEST) return yield* refusal("trading time stays between 2000 and 2100")
      yield* change((state) => stateAfter(state, asked, system)).pipe(
        Effect.mapError(() => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: 1 }))
      )
      yield* judgeAll
      return yield* shown
    }).pipe(Effect.catch((problem) => Effect.flatMap(completeProblem(problem), HttpServerRespondable.toResponse)))

    yield* router.add("GET", DEV_CLOCK_PATH, shown)
    yield* router.add("PUT", DEV_CLOCK_PATH, move)
  })
)
