/**
 * WakeUps: what will wake which account on this node.
 *
 * An account with exposure is armed here: its tripwires at the symbols, and the time at which time alone will change it. The account's
 * entity may sleep meanwhile. When a wire trips or the time comes, the account is woken by a message, retried until it arrives; the mark of
 * the first quote that tripped is kept until the account took it, so nothing that happened while it was busy is lost.
 */
import { hasExposure, type AccountState } from "#actors/account/AccountState.ts"
import type { Arming } from "#actors/account/Arming.ts"
import type { Market } from "#actors/account/Market.ts"
import { nextWakeAt, tripwires } from "#actors/account/tripwires.ts"
import { Symbols, type Mark } from "#actors/symbol/Symbols.ts"
import { tradingNow } from "#actors/TradingClock.ts"
import type { Millis, Quote } from "#domain/Quote.ts"
import { Context, Effect, Layer, Metric, Queue, Schedule } from "effect"

/** Accounts are checked for due times this often. */
const TIMER_INTERVAL = "250 millis"
/** Messages to accounts that are under way at once. */
const CONCURRENT_WAKE_UPS = 64

/** The mark before every quote. */
const NO_QUOTE_SEEN: Mark = 0

const retrySchedule = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("1 second")])

const wakeUps = Metric.counter("keel_account_wake_ups_total", { description: "Accounts woken by a tripwire or by time", incremental: true })

export class WakeUps extends Context.Service<
  WakeUps,
  {
    /** Arms the account as of a decision that saw all quotes up to `since`; a flat account is disarmed. */
    readonly arm: (accountId: string, state: AccountState, market: Market, since: Mark) => void
    /** Arms a sleeping account as it was armed before, with no quote seen. */
    readonly armAs: (accountId: string, arming: Arming) => void
    /** What the account has armed, under the configuration that it was armed under; undefined while a wake-up is due or under way. */
    readonly arming: (accountId: string, configurationVersion: number) => Arming | undefined
    readonly disarm: (accountId: string) => void
    readonly isArmed: (accountId: string) => boolean
    readonly armedAccounts: () => Iterable<string>
    /** The quotes to judge since the account's first untaken trip, oldest first; empty when nothing tripped. Taken once. */
    readonly takeTape: (accountId: string) => ReadonlyArray<Quote>
    /** Wakes every armed account: the configuration or the clock changed under them. */
    readonly wakeAll: () => void
    /** Delivers wake-ups until interrupted. */
    readonly run: (wake: (accountId: string, quotes: ReadonlyArray<Quote>) => Effect.Effect<void, unknown>) => Effect.Effect<never>
  }
>()("actors/account/WakeUps") {
  static readonly layer = Layer.effect(
    WakeUps,
    Effect.gen(function* () {
      const symbols = yield* Symbols
      const dueTimes = new Map<string, Millis>()
      /** No account is due before; nearly all wait for the same rollover. */
      let nearestDue = Infinity
      const tripped = new Map<string, { readonly mark: Mark; readonly quote: Quote }>()
      const due = yield* Queue.unbounded<string>()
      /** Accounts whose wake-up is queued or under way: one message carries all that came meanwhile. */
      const queued = new Set<string>()

      const wakeSoon = (accountId: string): void => {
        if (queued.has(accountId)) return
        queued.add(accountId)
        Queue.offerUnsafe(due, accountId)
      }
      symbols.onTrip((accountId, quote, mark) => {
        if (!tripped.has(accountId)) tripped.set(accountId, { mark, quote })
        wakeSoon(accountId)
      })

      const setWakeAt = (accountId: string, wakeAt: Millis | undefined): void => {
        if (wakeAt === undefined) dueTimes.delete(accountId)
        else {
          dueTimes.set(accountId, wakeAt)
          nearestDue = Math.min(nearestDue, wakeAt)
        }
      }

      const disarm = (accountId: string): void => {
        symbols.disarm(accountId)
        dueTimes.delete(accountId)
        tripped.delete(accountId)
      }

      const deliver = (wake: (accountId: string, quotes: ReadonlyArray<Quote>) => Effect.Effect<void, unknown>, accountId: string) =>
        Effect.suspend(() => {
          queued.delete(accountId)
          const trip = tripped.get(accountId)
          return wake(accountId, trip === undefined ? [] : [trip.quote])
        }).pipe(
          Effect.tapError((error) => Effect.logWarning("Account not woken yet", { accountId, cause: String(error) })),
          Effect.retry({ while: () => symbols.isArmed(accountId), schedule: retrySchedule }),
          Effect.ignore,
          Effect.andThen(Metric.update(wakeUps, 1))
        )

      const timer = Effect.gen(function* () {
        const now = yield* tradingNow
        if (now < nearestDue) return
        nearestDue = Infinity
        for (const [accountId, at] of dueTimes) {
          if (at > now) nearestDue = Math.min(nearestDue, at)
          else {
            dueTimes.delete(accountId)
            wakeSoon(accountId)
          }
        }
      }).pipe(Effect.repeat(Schedule.spaced(TIMER_INTERVAL)))

      return WakeUps.of({
        arm: (accountId, state, market, since) => {
          if (!hasExposure(state)) return disarm(accountId)
          setWakeAt(accountId, nextWakeAt(state, market))
          symbols.arm(accountId, tripwires(state, market), since)
        },
        armAs: (accountId, arming) => {
          setWakeAt(accountId, arming.wakeAt)
          symbols.arm(accountId, arming, NO_QUOTE_SEEN)
        },
        arming: (accountId, configurationVersion) => {
          if (queued.has(accountId) || tripped.has(accountId)) return undefined
          const armed = symbols.armed(accountId)
          return armed && { ...armed, wakeAt: dueTimes.get(accountId), configurationVersion }
        },
        disarm,
        isArmed: symbols.isArmed,
        armedAccounts: symbols.armedAccounts,
        takeTape: (accountId) => {
          const trip = tripped.get(accountId)
          if (trip === undefined) return []
          tripped.delete(accountId)
          return symbols.tape(accountId, trip.mark)
        },
        wakeAll: () => {
          for (const accountId of symbols.armedAccounts()) wakeSoon(accountId)
        },
        run: (wake) =>
          Effect.gen(function* () {
            const workers = Queue.take(due).pipe(
              Effect.flatMap((accountId) => deliver(wake, accountId)),
              Effect.forever
            )
            return yield* Effect.all([timer, ...Array.from({ length: CONCURRENT_WAKE_UPS }, () => workers)], {
              concurrency: "unbounded"
            }).pipe(Effect.andThen(Effect.never))
          })
      })
    })
  )
}
