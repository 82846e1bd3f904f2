/**
 * ActiveSessions: sessions as requests and streams see them on this node.
 *
 * Two ids of 256 bits stand in two cookies; the database holds only their SHA-256. The access id is good for minutes. The refresh id is
 * good once: it is exchanged for the next two, which are drawn from it, so that an exchange whose answer was lost can be repeated for a
 * moment with the same result. A refresh id that comes back later ends the session for whoever holds it.
 *
 * A session that was just read is not read again for a second. An end on this node counts at once; one elsewhere is announced, and where
 * the announcement is lost it is noticed within a second.
 */
import {
  ACCESS_MILLIS,
  type AllEnded,
  Sessions,
  SESSION_LIFETIME_MILLIS,
  SESSION_TOUCH_MILLIS,
  type Impersonation,
  type SessionEnd,
  type SignInOver,
  type SessionListing,
  type SessionRecord
} from "#db/Sessions.ts"
import type { IdentityUnavailable } from "#db/Users.ts"
import { Clock, Context, Effect, Latch, Layer, Schedule } from "effect"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { hash, randomBytes, randomUUID } from "node:crypto"

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

/** What goes into the cookies and nowhere else, and how long it is good. */
export interface SessionIds {
  readonly accessId: string
  readonly refreshId: string
  readonly accessExpiresAt: number
  readonly expiresAt: number
}
export type Refreshed =
  | { readonly _tag: "Refreshed"; readonly ids: SessionIds; readonly userId: string }
  /** The session was ended: its refresh id had been used before. */
  | { readonly _tag: "Reused"; readonly userId: string }
  | { readonly _tag: "Unknown" }

const hashOf = (id: string): string => hash("sha256", id, "hex")
/** PostgreSQL keeps no NUL, and nobody wants control characters in a list of devices. */
const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\p{Cc}/gu, "")
    .slice(0, USER_AGENT_LENGTH_MAX)

export class ActiveSessions extends Context.Service<
  ActiveSessions,
  {
    readonly open: (device: {
      readonly userId: string
      readonly ip: string
      readonly userAgent: string
      /** Somebody looks on as the user, and for no longer than this. */
      readonly impersonation?: Impersonation & { readonly lifetimeMillis: number }
      /** See NewSession. */
      readonly sessionsEnded?: number
    }) => Effect.Effect<SessionIds, SignInOver | IdentityUnavailable>
    readonly find: (accessId: string) => Effect.Effect<SessionRecord | undefined, IdentityUnavailable>
    readonly refresh: (refreshId: string) => Effect.Effect<Refreshed, IdentityUnavailable>
    readonly listOf: (userId: string) => Effect.Effect<ReadonlyArray<SessionListing>, IdentityUnavailable>
    /** Answers whether the user had it. */
    readonly end: (sessionKey: string, userId: string) => Effect.Effect<boolean, IdentityUnavailable>
    /** Every session of the user, on every node, and every sign-in under way. */
    readonly endAllOf: (userId: string, why: SessionEnd) => Effect.Effect<AllEnded, IdentityUnavailable>
    /** Ends all of the user's as well, and every link that was mailed: all of it or nothing. */
    readonly replacePassword: (userId: string, passwordHash: string) => Effect.Effect<AllEnded, IdentityUnavailable>
    /** Tells, within a second, when the session is over and why ("" when that is not known), wherever it was ended. Answers how to stop watching. */
    readonly watch: (sessionKey: string, onEnd: (why: string) => void) => () => void
  }
>()("server/auth/ActiveSessions") {
  static readonly layer = Layer.effect(
    ActiveSessions,
    Effect.gen(function* () {
      const sessions = yield* Sessions
      const keys = yield* ServerKeys
      const cache = new Map<string, Cached>()
      const watchers = new Map<string, Set<(why: string) => void>>()
      const anyWatched = yield* Latch.make(false)

      const remember = (accessHash: string, record: SessionRecord, readAt: number): void => {
        cache.delete(accessHash)
        for (const oldest of cache.keys()) {
          if (cache.size < SESSIONS_CACHED_MAX) break
          cache.delete(oldest)
        }
        cache.set(accessHash, { record, readAt })
      }
      const ended = (sessionKey: string, why: string): void => {
        for (const [accessHash, { record }] of cache) if (record.sessionKey === sessionKey) cache.delete(accessHash)
        const told = watchers.get(sessionKey) ?? []
        watchers.delete(sessionKey)
        for (const onEnd of told) onEnd(why)
      }

      const open = Effect.fn("ActiveSessions.open")(function* (device: {
        readonly userId: string
        readonly ip: string
        readonly userAgent: string
        readonly impersonation?: Impersonation & { readonly lifetimeMillis: number }
        readonly sessionsEnded?: number
      }) {
        const { impersonation } = device
        const createdAt = yield* Clock.currentTimeMillis
        const refreshId = randomBytes(ID_BYTES).toString("base64url")
        const accessId = randomBytes(ID_BYTES).toString("base64url")
        const expiresAt = createdAt + (impersonation?.lifetimeMillis ?? SESSION_LIFETIME_MILLIS)
        yield* sessions.insert({
          sessionKey: randomUUID(),
          userId: device.userId,
          createdAt,
          ip: device.ip,
          userAgent: plain(device.userAgent),
          accessHash: hashOf(accessId),
          refreshHash: hashOf(refreshId),
          expiresAt,
          impersonation,
          sessionsEnded: device.sessionsEnded
        })
        return { accessId, refreshId, accessExpiresAt: Math.min(createdAt + ACCESS_MILLIS, expiresAt), expiresAt }
      })

      const find = Effect.fnUntraced(function* (accessId: string) {
        if (!ID.test(accessId)) return undefined
        const now = yield* Clock.currentTimeMillis
        const accessHash = hashOf(accessId)
        const cached = cache.get(accessHash)
        if (cached !== undefined && now - cached.readAt < SESSION_CACHE_MILLIS && cached.record.accessUntil > now) return cached.record
        const record = yield* sessions.find(accessHash, now)
        if (record === undefined) {
          cache.delete(accessHash)
          return undefined
        }
        remember(accessHash, record, now)
        if (now - record.lastUsedAt >= SESSION_TOUCH_MILLIS) yield* sessions.touch(record.sessionKey, now)
        return record
      })

      const refresh = Effect.fn("ActiveSessions.refresh")(function* (refreshId: string) {
        if (!ID.test(refreshId)) return { _tag: "Unknown" } satisfies Refreshed
        const next = { accessId: keys.mac("access id", refreshId), refreshId: keys.mac("refresh id", refreshId) }
        const hashes = { accessHash: hashOf(next.accessId), refreshHash: hashOf(next.refreshId) }
        const exchange = yield* sessions.exchange(hashOf(refreshId), hashes, yield* Clock.currentTimeMillis)
        if (exchange._tag !== "Rotated") return exchange
        const { accessUntil, expiresAt, userId } = exchange.session
        return { _tag: "Refreshed", userId, ids: { ...next, accessExpiresAt: accessUntil, expiresAt } } satisfies Refreshed
      })

      const end = (sessionKey: string, userId: string) =>
        Effect.tap(sessions.remove(sessionKey, userId), (existed) => Effect.sync(() => existed && ended(sessionKey, "signedOut")))

      const endingAllOf = Effect.fnUntraced(function* (userId: string, why: SessionEnd, removal: ReturnType<typeof sessions.removeAllOf>) {
        const listed = yield* sessions.listOf(userId, yield* Clock.currentTimeMillis)
        const done = yield* removal
        for (const { sessionKey } of listed) ended(sessionKey, why)
        return done
      })

      yield* sessions.onEnded(ended)

      const sweep = Effect.gen(function* () {
        if (watchers.size === 0) anyWatched.closeUnsafe()
        yield* anyWatched.await
        const watched = [...watchers.keys()]
        const holding = yield* sessions.holding(watched, yield* Clock.currentTimeMillis)
        for (const sessionKey of watched) if (!holding.has(sessionKey)) ended(sessionKey, "")
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
        refresh,
        listOf: (userId) => Effect.flatMap(Clock.currentTimeMillis, (now) => sessions.listOf(userId, now)),
        end,
        endAllOf: (userId, why) => endingAllOf(userId, why, sessions.removeAllOf(userId, why)),
        replacePassword: (userId, passwordHash) =>
          endingAllOf(userId, "credentialsChanged", sessions.replacePassword(userId, passwordHash)),
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
