/** ServiceRequests: what programs asked under an Idempotency-Key and how it was answered, so that the same request again is answered again. */
import { withDeadline } from "#db/withDeadline.ts"
import { Clock, Context, Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"

export class ServiceRequestsUnavailable extends Schema.TaggedError<ServiceRequestsUnavailable>()("ServiceRequestsUnavailable", {
  cause: Schema.String
}) {}

/** How long an answer is kept. */
export const ANSWER_KEPT_MILLIS = 30 * 24 * 60 * 60 * 1000
/** After this whoever began a request and did not answer it is gone, and another may do it. */
export const REQUEST_MILLIS_MAX = 30 * 1000
const CLEAN_UP_ROWS_MAX = 5_000
const DEADLINE = "5 seconds"

/**
 * Begun: to be done now. Answered: it was done. UnderWay: somebody else is at it. Reused: the key was another request's.
 */
export type Begin =
  | { readonly _tag: "Begun" }
  | { readonly _tag: "Answered"; readonly answer: unknown }
  | { readonly _tag: "UnderWay" }
  | { readonly _tag: "Reused" }

type Requests<A> = Effect.Effect<A, ServiceRequestsUnavailable>

export class ServiceRequests extends Context.Service<
  ServiceRequests,
  {
    readonly begin: (service: string, key: string, bodyHash: string, now: number) => Requests<Begin>
    /** `answer` is JSON. */
    readonly answer: (service: string, key: string, answer: string) => Requests<void>
    /** It failed; the next one begins anew. */
    readonly abandon: (service: string, key: string) => Requests<void>
  }
>()("db/ServiceRequests") {
  static readonly layer = Layer.effect(
    ServiceRequests,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new ServiceRequestsUnavailable({ cause: String(cause) }))

      const begin = Effect.fnUntraced(function* (service: string, key: string, bodyHash: string, now: number) {
        const made = yield* sql`INSERT INTO service_request (service, request_key, body_hash, begun_at)
          VALUES (${service}, ${key}, ${bodyHash}, ${now}) ON CONFLICT DO NOTHING RETURNING service`
        if (made.length > 0) return { _tag: "Begun" } satisfies Begin
        const [known] = yield* sql<{ body_hash: string; answer: unknown }>`SELECT body_hash, answer FROM service_request
          WHERE service = ${service} AND request_key = ${key}`
        if (known !== undefined && known.body_hash !== bodyHash) return { _tag: "Reused" } satisfies Begin
        if (known !== undefined && known.answer !== null) return { _tag: "Answered", answer: known.answer } satisfies Begin
        const taken = yield* sql`UPDATE service_request SET begun_at = ${now}
          WHERE service = ${service} AND request_key = ${key} AND answer IS NULL AND begun_at < ${now - REQUEST_MILLIS_MAX} RETURNING service`
        return taken.length > 0 ? ({ _tag: "Begun" } satisfies Begin) : ({ _tag: "UnderWay" } satisfies Begin)
      }, sql.withTransaction)

      const cleanUp = Effect.flatMap(Clock.currentTimeMillis, (now) =>
        run(sql`DELETE FROM service_request WHERE (service, request_key) IN (
          SELECT service, request_key FROM service_request WHERE begun_at < ${now - ANSWER_KEPT_MILLIS} LIMIT ${CLEAN_UP_ROWS_MAX})`)
      ).pipe(Effect.catch((error) => Effect.logWarning("Old answers to programs not removed", { cause: error.cause })))
      yield* cleanUp.pipe(Effect.repeat(Schedule.spaced("10 minutes")), Effect.forkScoped)

      return ServiceRequests.of({
        begin: (service, key, bodyHash, now) => run(begin(service, key, bodyHash, now)),
        answer: (service, key, answer) =>
          run(sql`UPDATE service_request SET answer = ${answer}::json WHERE service = ${service} AND request_key = ${key}`).pipe(
            Effect.asVoid
          ),
        abandon: (service, key) =>
          run(sql`DELETE FROM service_request WHERE service = ${service} AND request_key = ${key} AND answer IS NULL`).pipe(Effect.asVoid)
      })
    })
  )
}
