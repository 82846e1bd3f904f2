/** WebhooksApi: webhooks, to administrators and to the CRM. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import { Conflict, NotFound, type ServiceUnavailable } from "#contract/Problem.ts"
import type { WebhookType } from "#contract/WebhookEvents.ts"
import {
  WebhookTargetRefused,
  type WebhookAttemptView,
  type WebhookDeliveryView,
  type WebhookEndpointView
} from "#contract/WebhooksGroup.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import {
  WebhookEndpoints,
  type AttemptRecord,
  type DeliveryRecord,
  type EndpointRecord,
  type TooManyEndpoints
} from "#db/WebhookEndpoints.ts"
import type { WebhooksUnavailable } from "#db/WebhookQueue.ts"
import { unavailable } from "#server/api/refusals.ts"
import { note } from "#server/audit/AuditNote.ts"
import { WebhookDesk, type EndpointMissing, type TargetRefused } from "#server/webhooks/WebhookDesk.ts"
import { Clock, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

/** Only the contract's own types are ever written. */
const isType = (type: string): type is WebhookType => type.length > 0
const isReason = (reason: string | undefined): reason is "staff" | "gone" | "failing" => reason !== undefined

const endpointView = (record: EndpointRecord): WebhookEndpointView => ({
  endpointId: record.endpointId,
  url: record.url,
  description: record.description,
  types: record.types.filter(isType),
  enabled: record.enabled,
  disabledReason: isReason(record.disabledReason) ? record.disabledReason : null,
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
  failuresInARow: record.failuresInARow,
  failingSince: record.failingSince ?? null,
  pausedUntil: record.pausedUntil ?? null,
  lastSuccessAt: record.lastSuccessAt ?? null,
  pending: record.pending,
  dead: record.dead
})

const deliveryView = (record: DeliveryRecord): ReadonlyArray<WebhookDeliveryView> =>
  isType(record.type)
    ? [
        {
          deliveryId: String(record.deliveryId),
          eventId: record.eventId,
          type: record.type,
          stream: record.stream,
          status: record.status,
          attempts: record.attempts,
          createdAt: record.createdAt,
          finishedAt: record.finishedAt ?? null,
          nextAttemptAt: record.dueAt ?? null,
          lastStatus: record.lastStatus ?? null,
          lastFailure: record.lastFailure ?? null
        }
      ]
    : []

const attemptView = ({ answer, at, durationMillis, failure, status }: AttemptRecord): WebhookAttemptView => ({
  at,
  durationMillis,
  status: status ?? null,
  failure: failure ?? null,
  answer
})

const missing = (): NotFound => new NotFound({ code: "ENDPOINT_NOT_FOUND" })

type Failure = WebhooksUnavailable | EndpointMissing | TargetRefused | TooManyEndpoints
type ProblemOf<E> = E extends EndpointMissing
  ? NotFound
  : E extends TargetRefused
    ? WebhookTargetRefused
    : E extends TooManyEndpoints
      ? Conflict
      : ServiceUnavailable

const asProblem = <E extends Failure>(failure: E): ProblemOf<E> => {
  const problem = () => {
    switch (failure._tag) {
      case "EndpointMissing":
        return missing()
      case "TargetRefused":
        return new WebhookTargetRefused({ fault: failure.fault })
      case "TooManyEndpoints":
        return new Conflict({ code: "TOO_MANY_ENDPOINTS" })
      default:
        return unavailable()
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the switch says the same as ProblemOf
  return problem() as ProblemOf<E>
}

const requireEndpoint = Effect.fnUntraced(function* (endpointId: string) {
  const endpoints = yield* WebhookEndpoints
  return (yield* endpoints.find(endpointId).pipe(Effect.mapError(unavailable))) ?? (yield* missing())
})

interface InEndpoint {
  readonly params: { readonly endpointId: string }
}

/** The same for both groups; `by` says who asks. */
const operations = <R>(by: Effect.Effect<string, never, R>) => ({
  endpoints: Effect.fnUntraced(function* () {
    const listed = yield* (yield* WebhookEndpoints).list.pipe(Effect.mapError(unavailable))
    return { endpoints: listed.map(endpointView) }
  }),
  makeEndpoint: Effect.fnUntraced(function* ({
    payload
  }: {
    readonly payload: { readonly url: string; readonly description?: string; readonly types?: ReadonlyArray<WebhookType> }
  }) {
    const { description = "", types = [], url } = payload
    yield* note({ after: { url, types } })
    const made = yield* (yield* WebhookDesk).make({ url, description, types }, yield* by).pipe(Effect.mapError(asProblem))
    return { endpoint: endpointView(made.endpoint), secret: made.secret }
  }),
  changeEndpoint: Effect.fnUntraced(function* ({
    params: { endpointId },
    payload
  }: InEndpoint & {
    readonly payload: {
      readonly url?: string
      readonly description?: string
      readonly types?: ReadonlyArray<WebhookType>
      readonly enabled?: boolean
    }
  }) {
    yield* note({ subject: `webhookEndpoint:${endpointId}`, after: payload })
    return endpointView(yield* (yield* WebhookDesk).change(endpointId, payload).pipe(Effect.mapError(asProblem)))
  }),
  removeEndpoint: Effect.fnUntraced(function* ({ params: { endpointId } }: InEndpoint) {
    yield* note({ subject: `webhookEndpoint:${endpointId}` })
    if (!(yield* (yield* WebhookEndpoints).remove(endpointId).pipe(Effect.mapError(unavailable)))) return yield* missing()
  }),
  rotateSecret: Effect.fnUntraced(function* ({
    params: { endpointId },
    payload
  }: InEndpoint & { readonly payload: { readonly overlapHours?: number } }) {
    yield* note({ subject: `webhookEndpoint:${endpointId}` })
    return yield* (yield* WebhookDesk).rotateSecret(endpointId, payload.overlapHours).pipe(Effect.mapError(asProblem))
  }),
  test: Effect.fnUntraced(function* ({ params: { endpointId } }: InEndpoint) {
    yield* note({ subject: `webhookEndpoint:${endpointId}` })
    return attemptView(yield* (yield* WebhookDesk).test(endpointId).pipe(Effect.mapError(asProblem)))
  }),
  deliveries: Effect.fnUntraced(function* ({
    params: { endpointId },
    query
  }: InEndpoint & {
    readonly query: {
      readonly limit?: number
      readonly cursor?: number
      readonly status?: DeliveryRecord["status"]
      readonly type?: WebhookType
    }
  }) {
    yield* requireEndpoint(endpointId)
    const { cursor, limit = PAGE_LIMIT, status, type } = query
    const page = yield* (yield* WebhookEndpoints).deliveries(endpointId, { limit, cursor, status, type }).pipe(Effect.mapError(unavailable))
    return { deliveries: page.rows.flatMap(deliveryView), nextCursor: page.cursor === undefined ? null : String(page.cursor) }
  }),
  attempts: Effect.fnUntraced(function* ({
    params: { deliveryId, endpointId }
  }: {
    readonly params: { readonly endpointId: string; readonly deliveryId: string }
  }) {
    const attempts = yield* (yield* WebhookEndpoints).attempts(endpointId, Number(deliveryId)).pipe(Effect.mapError(unavailable))
    if (attempts === undefined) return yield* new NotFound({ code: "DELIVERY_NOT_FOUND" })
    return { attempts: attempts.map(attemptView) }
  }),
  retryDeadLetters: Effect.fnUntraced(function* ({
    params: { endpointId },
    payload: { deliveryId }
  }: InEndpoint & { readonly payload: { readonly deliveryId?: string } }) {
    yield* note({ subject: `webhookEndpoint:${endpointId}` })
    yield* requireEndpoint(endpointId)
    const now = yield* Clock.currentTimeMillis
    const wanted = deliveryId === undefined ? undefined : Number(deliveryId)
    return { events: yield* (yield* WebhookEndpoints).retryDead(endpointId, wanted, now).pipe(Effect.mapError(unavailable)) }
  }),
  replay: Effect.fnUntraced(function* ({
    params: { endpointId },
    payload
  }: InEndpoint & {
    readonly payload: {
      readonly from: number
      readonly to: number
      readonly types?: ReadonlyArray<WebhookType>
      readonly accountId?: string
    }
  }) {
    yield* note({ subject: `webhookEndpoint:${endpointId}`, after: payload })
    yield* requireEndpoint(endpointId)
    const { accountId, from, to, types = [] } = payload
    const now = yield* Clock.currentTimeMillis
    const events = yield* (yield* WebhookEndpoints)
      .replay(endpointId, { from, to, types, accountId }, now)
      .pipe(Effect.mapError(unavailable))
    return { events }
  })
})

export const WebhooksApi = HttpApiBuilder.group(Api, "webhooks", (handlers) =>
  handlers.handleAll(operations(Effect.map(CurrentUser, ({ userId }) => userId)))
)

export const CrmWebhooksApi = HttpApiBuilder.group(Api, "crmWebhooks", (handlers) =>
  handlers.handleAll(operations(Effect.map(CurrentService, ({ id }) => id)))
)
