/**
 * ActiveSessions: sessions as requests and streams see them on this node.
 *
 * The id is 256 random bits in a cookie; the database holds only its SHA-256. A session that was just read is not read again for a second,
 * so an end on another node is noticed within a second, and an end on this node at once.
 */
import { Sessions, SESSION_LIFETIME_MILLIS, SESSION_TOUCH_MILLIS, type SessionRecord } from "#db/Sessions.ts"
import type { IdentityUnavailable } from "#db/Users.ts"
import { Clock, Context, Effect, Latch, Layer, Schedule } from "effect"
import { hash, randomBytes } from "node:crypto"

const ID_BYTES = 32
const ID = /^[A-Za-z0-9_-]{43}$/u
/** How long a session is believed without asking the database again. */
export const SESSION_CACHE_MILLIS = 1_000
const SESSIONS_CACHED_MAX = 10_000
const USER_AGENT_LENGTH_MAX = 256

interface Cached {
  readonly record: SessionRecord
  readonly readAt: number
}

const sessionKeyOf = (id: string): string => hash("sha256", id, "hex")
/** PostgreSQL keeps no NUL, and nobody wants control characters in a list of devices. */
const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\p{Cc}/gu, "")
    .slice(0, USER_AGENT_LENGTH_MAX)

export class ActiveSessions extends Context.Service<
  ActiveSessions,
  {
    /** A new session; `id` goes into the cookie and nowhere else. */
    readonly open: (device: {
      readonly userId: string
      readonly ip: string
      readonly userAgent: string
    }) => Effect.Effect<{ readonly id: string; readonly expiresAt: number }, IdentityUnavailable>
    readonly find: (id: string) => Effect.Effect<SessionRecord | undefined, IdentityUnavailable>
    readonly end: (sessionKey: string) => Effect.Effect<void, IdentityUnavailable>
    /** Tells, within a second, when the session is over, wherever it was ended. Answers how to stop watching. */
    readonly watch: (sessionKey: string, onEnd: () => void) => () => void
  }
>()("server/auth/ActiveSessions") {
  static readonly layer = Layer.effect(
    ActiveSessions,
    Effect.gen(function* () {
      const sessions = yield* Sessions
      const cache = new Map<string, Cached>()
      const watchers = new Map<string, Set<() => void>>()
      const anyWatched = yield* Latch.make(false)

      const remember = (record: SessionRecord, readAt: number): void => {
        cache.delete(record.sessionKey)
        for (const oldest of cache.keys()) {
          if (cache.size < SESSIONS_CACHED_MAX) break
          cache.delete(oldest)
        }
        cache.set(record.sessionKey, { record, readAt })
      }
      const ended = (sessionKey: string): void => {
        cache.delete(sessionKey)
        const told = watchers.get(sessionKey) ?? []
        watchers.delete(sessionKey)
        for (const onEnd of told) onEnd()
      }

      const open = Effect.fn("ActiveSessions.open")(function* (device: { userId: string; ip: string; userAgent: string }) {
        const createdAt = yield* Clock.currentTimeMillis
        const id = randomBytes(ID_BYTES).toString("base64url")
        yield* sessions.insert({
          sessionKey: sessionKeyOf(id),
          userId: device.userId,
          createdAt,
          ip: device.ip,
          userAgent: plain(device.userAgent)
        })
        return { id, expiresAt: createdAt + SESSION_LIFETIME_MILLIS }
      })

      const find = Effect.fnUntraced(function* (id: string) {
        if (!ID.test(id)) return undefined
        const now = yield* Clock.currentTimeMillis
        const sessionKey = sessionKeyOf(id)
        const cached = cache.get(sessionKey)
        if (cached !== undefined && now - cached.readAt < SESSION_CACHE_MILLIS && cached.record.expiresAt > now) return cached.record
        const record = yield* sessions.find(sessionKey, now)
        if (record === undefined) {
          cache.delete(sessionKey)
          return undefined
        }
        remember(record, now)
        if (now - record.lastUsedAt >= SESSION_TOUCH_MILLIS) yield* sessions.touch(sessionKey, now)
        return record
      })

      const sweep = Effect.gen(function* () {
        if (watchers.size === 0) anyWatched.closeUnsafe()
        yield* anyWatched.await
        const watched = [...watchers.keys()]
        const holding = yield* sessions.holding(watched, yield* Clock.currentTimeMillis)
        for (const sessionKey of watched) if (!holding.has(sessionKey)) ended(sessionKey)
      }).pipe(
        Effect.catchTag("IdentityUnavailable", (error) => Effect.logWarning("Sessions of streams not checked", { cause: error.cause }))
      )
      yield* sweep.pipe(Effect.repeat(Schedule.spaced(SESSION_CACHE_MILLIS)), Effect.forkScoped)

      const cleanUp = Effect.flatMap(Clock.currentTimeMillis, sessions.removeExpired).pipe(
        Effect.catchTag("IdentityUnavailable", (error) => Effect.logWarning("Old sessions not removed", { cause: error.cause }))
      )
      yield* cleanUp.pipe(Effect.repeat(Schedule.spaced("10 minutes")), Effect.forkScoped)

      return ActiveSessions.of({
        open,
        find,
        end: (sessionKey) => Effect.tap(sessions.remove(sessionKey), () => Effect.sync(() => ended(sessionKey))),
        watch: (sessionKey, onEnd) => {
          const listeners = watchers.get(sessionKey) ?? new Set()
          listeners.add(onEnd)
          watchers.set(sessionKey, listeners)
          anyWatched.openUnsafe()
          return () => {
            listeners.delete(onEnd)
            if (listeners.size === 0) watchers.delete(sessionKey)
          }
        }
      })
    })
  )
}
