/**
 * WebhookDelivery: sends what the outbox holds, on one node of the cluster at a time.
 *
 * Of each account (and of each user) one event is under way to an endpoint, in order; many accounts at once. A failing account waits by
 * itself; an endpoint that fails everybody is left alone by its breaker. What became of a stream's attempts is written together, many streams in
 * one transaction: whenever the process dies, what was sent and not yet written is sent again, in order and under the same ids.
 *
 * Bounded: so many streams of an endpoint in memory, so many deliveries of each, so many requests under way.
 */
import { Configurations } from "#actors/Configurations.ts"
import { makeGroupCommit } from "#db/GroupCommit.ts"
import {
  DISPATCH_EVENTS_MAX,
  WebhookQueue,
  WebhooksUnavailable,
  type Attempt,
  type QueuedDelivery,
  type TargetEndpoint
} from "#db/WebhookQueue.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { eventBody } from "#server/webhooks/eventBody.ts"
import { signedHeaders } from "#server/webhooks/WebhookSignature.ts"
import { WebhookSender } from "#server/webhooks/WebhookSender.ts"
import {
  ATTEMPTS_MAX,
  breakerAfterFailure,
  breakerState,
  CLOSED_BREAKER,
  isGivenUp,
  retryDelayMillis,
  verdictOf,
  type Breaker,
  type WebhookAnswer
} from "#server/webhooks/webhookRetry.ts"
import { Cause, Clock, Effect, FiberSet, Metric, Option, Queue, Random, Schedule, Semaphore } from "effect"
import { Singleton } from "effect/cluster"

/** Streams of one endpoint in memory. */
const STREAMS_MAX = 256
/** Requests under way to one endpoint. */
const REQUESTS_MAX = 32
/** How long an event that nobody announces may lie unseen. */
const POLL_INTERVAL = "250 millis"
const FAILURE_PAUSE = "1 second"
/** How often a success is noted on the endpoint. */
const SUCCESS_NOTED_MILLIS = 5_000
/** The delivery log is kept for so long; what is pending or dead stays. */
export const RETENTION_MILLIS = 30 * 24 * 60 * 60 * 1000
const CLEAN_UP_INTERVAL = "10 minutes"

const attempts = Metric.counter("keel_webhook_attempts_total", { description: "Webhooks sent, by what became of them", incremental: true })
const pendingGauge = Metric.gauge("keel_webhook_pending", { description: "Webhooks that wait to be delivered" })

/** What this node knows of an endpoint between two looks at the database. */
class Target {
  endpoint: TargetEndpoint
  breaker: Breaker
  successNotedAt = 0
  isOver = false
  secrets: ReadonlyArray<string>
  readonly streams = new Set<string>()
  readonly requests: Semaphore.Semaphore
  readonly #opened: (endpoint: TargetEndpoint) => ReadonlyArray<string>

  constructor(endpoint: TargetEndpoint, requests: Semaphore.Semaphore, opened: (endpoint: TargetEndpoint) => ReadonlyArray<string>) {
    this.endpoint = endpoint
    this.breaker = endpoint
    this.secrets = opened(endpoint)
    this.requests = requests
    this.#opened = opened
  }

  /** What staff changed is tried as if nothing had failed yet. */
  refresh(endpoint: TargetEndpoint): void {
    if (endpoint.updatedAt !== this.endpoint.updatedAt) this.breaker = endpoint
    const signing = ({ sealedSecrets }: TargetEndpoint) => sealedSecrets.map(({ secretId }) => secretId).join()
    if (signing(endpoint) !== signing(this.endpoint)) this.secrets = this.#opened(endpoint)
    this.endpoint = endpoint
  }

  /** Streams that may be fetched now. A fetch for a handful while hundreds are under way is not worth its query. */
  room(now: number): number {
    const state = breakerState(this.breaker, now)
    if (this.isOver || state === "open") return 0
    if (state === "probing") return this.streams.size === 0 ? 1 : 0
    const room = STREAMS_MAX - this.streams.size
    return room >= STREAMS_MAX / 2 ? room : 0
  }
}

const byStream = (deliveries: ReadonlyArray<QueuedDelivery>): ReadonlyMap<string, ReadonlyArray<QueuedDelivery>> => {
  const streams = new Map<string, Array<QueuedDelivery>>()
  for (const delivery of deliveries) {
    const stream = streams.get(delivery.stream)
    if (stream === undefined) streams.set(delivery.stream, [delivery])
    else stream.push(delivery)
  }
  return streams
}

const make = Effect.gen(function* () {
  const queue = yield* WebhookQueue
  const sender = yield* WebhookSender
  const keys = yield* ServerKeys
  const configurations = yield* Configurations
  const targets = new Map<string, Target>()
  const workers = yield* FiberSet.make<void, WebhooksUnavailable>()
  /** Something finished: there may be room again. */
  const wakeUps = yield* Queue.sliding<void>(1)
  const settle = yield* makeGroupCommit<ReadonlyArray<Attempt>, "settled", WebhooksUnavailable, WebhooksUnavailable>({
    write: (batch) =>
      Effect.as(
        queue.settle(batch.flat()),
        batch.map(() => "settled" as const)
      ),
    isRefusal: () => false,
    deadline: "15 seconds",
    onFailure: (cause) => (cause instanceof WebhooksUnavailable ? cause : new WebhooksUnavailable({ cause: String(cause) }))
  })

  const openSecrets = ({ sealedSecrets }: TargetEndpoint): ReadonlyArray<string> =>
    sealedSecrets.flatMap(({ sealed, secretId }) => keys.open("webhook secret", secretId, sealed) ?? [])

  const noteHealth = (target: Target, lastSuccessAt: number | undefined) =>
    queue.setHealth(target.endpoint.endpointId, { ...target.breaker, lastSuccessAt })

  const noteSuccess = Effect.fnUntraced(function* (target: Target, now: number) {
    const wasFailing = target.breaker.failuresInARow > 0
    target.breaker = CLOSED_BREAKER
    if (!wasFailing && now - target.successNotedAt < SUCCESS_NOTED_MILLIS) return
    target.successNotedAt = now
    yield* noteHealth(target, now)
  })

  const disable = Effect.fnUntraced(function* (target: Target, reason: "gone" | "failing", now: number) {
    target.isOver = true
    yield* Effect.logWarning("Webhook endpoint disabled", { endpointId: target.endpoint.endpointId, reason })
    yield* queue.disable(target.endpoint.endpointId, reason, now)
  })

  const noteFailure = Effect.fnUntraced(function* (target: Target, pauseMillis: number | undefined, now: number) {
    const before = target.breaker
    target.breaker = breakerAfterFailure(before, pauseMillis, now, yield* Random.next)
    if (target.breaker === before) return
    yield* noteHealth(target, undefined)
    if (isGivenUp(target.breaker, now)) yield* disable(target, "failing", now)
  })

  const attemptOf = Effect.fnUntraced(function* (
    target: Target,
    delivery: QueuedDelivery,
    told: { readonly answer: WebhookAnswer; readonly startedAt: number; readonly isDelivered: boolean }
  ) {
    const now = yield* Clock.currentTimeMillis
    const tried = delivery.attempts + 1
    const outcome = told.isDelivered ? "delivered" : tried >= ATTEMPTS_MAX ? "dead" : "pending"
    const attempt: Attempt = {
      endpointId: target.endpoint.endpointId,
      deliveryId: delivery.deliveryId,
      stream: delivery.stream,
      at: now,
      durationMillis: now - told.startedAt,
      status: told.answer.status,
      failure: told.answer.failure,
      answer: told.answer.answer,
      outcome,
      dueAt: outcome === "pending" ? now + retryDelayMillis(tried, yield* Random.next) : now
    }
    return attempt
  })

  const deliver = Effect.fnUntraced(function* (target: Target, delivery: QueuedDelivery) {
    const { endpoint, secrets } = target
    const startedAt = yield* Clock.currentTimeMillis
    const body = yield* Effect.option(Effect.try(() => eventBody(delivery, configurations.current())))
    if (Option.isNone(body)) {
      yield* Effect.logError("A webhook's event cannot be read", { deliveryId: delivery.deliveryId })
      return yield* attemptOf(target, delivery, { answer: { failure: "unreadable", answer: "" }, startedAt, isDelivered: false })
    }
    const { id, text } = body.value
    const answer = yield* sender.send({ url: endpoint.url, headers: signedHeaders(secrets, id, startedAt, text), body: text })
    const now = yield* Clock.currentTimeMillis
    const verdict = verdictOf(answer, now)
    yield* Metric.update(Metric.withAttributes(attempts, { outcome: verdict._tag }), 1)
    if (verdict._tag === "Delivered") yield* noteSuccess(target, now)
    else if (verdict._tag === "Gone") yield* disable(target, "gone", now)
    else yield* noteFailure(target, verdict.pauseMillis, now)
    return yield* attemptOf(target, delivery, { answer, startedAt, isDelivered: verdict._tag === "Delivered" })
  })

  /** Whether the breaker lets somebody try now; a probe is one event, and the others wait for what becomes of it. */
  const mayTry = (target: Target) =>
    Effect.map(Clock.currentTimeMillis, (now) => !target.isOver && breakerState(target.breaker, now) !== "open")

  /** In order, until one fails, the breaker opens, or what was fetched is done. */
  const work = (target: Target, deliveries: ReadonlyArray<QueuedDelivery>) => {
    const made: Array<Attempt> = []
    const send = Effect.gen(function* () {
      for (const delivery of deliveries) {
        const attempt = yield* target.requests.withPermit(
          Effect.flatMap(mayTry(target), (may) => (may ? deliver(target, delivery) : Effect.undefined))
        )
        if (attempt === undefined) return
        made.push(attempt)
        if (attempt.outcome !== "delivered") return
      }
    })
    // also when this node stops meanwhile
    const write = Effect.suspend(() => (made.length === 0 ? Effect.void : settle(made)))
    return send.pipe(
      Effect.onExit(() => write),
      Effect.tapCause((cause) =>
        Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logWarning("Webhooks not settled; they will be sent again", cause)
      )
    )
  }

  const start = (target: Target, stream: string, deliveries: ReadonlyArray<QueuedDelivery>) => {
    target.streams.add(stream)
    return FiberSet.run(
      workers,
      work(target, deliveries).pipe(
        Effect.ensuring(
          Effect.suspend(() => {
            target.streams.delete(stream)
            return Queue.offer(wakeUps, undefined)
          })
        )
      )
    )
  }

  const refreshTargets = Effect.fnUntraced(function* (now: number) {
    const endpoints = yield* queue.endpoints(now)
    const enabled = new Set(endpoints.map(({ endpointId }) => endpointId))
    for (const [endpointId, target] of targets) {
      if (enabled.has(endpointId)) continue
      target.isOver = true
      targets.delete(endpointId)
    }
    for (const endpoint of endpoints) {
      const known = targets.get(endpoint.endpointId)
      if (known !== undefined && !known.isOver) known.refresh(endpoint)
      else targets.set(endpoint.endpointId, new Target(endpoint, yield* Semaphore.make(REQUESTS_MAX), openSecrets))
    }
  })

  /** Answers whether there is reason to look again at once. */
  const pass = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const dispatched = yield* queue.dispatch(now)
    yield* refreshTargets(now)
    let isFull = false
    for (const target of targets.values()) {
      const room = target.room(now)
      if (room === 0) continue
      const deliveries = yield* queue.due(target.endpoint.endpointId, now, room, target.streams)
      // a probe is a single event
      const streams = byStream(room === 1 ? deliveries.slice(0, 1) : deliveries)
      for (const [stream, ofStream] of streams) yield* start(target, stream, ofStream)
      isFull ||= streams.size === room && room > 1
    }
    return dispatched === DISPATCH_EVENTS_MAX || isFull
  })

  const loop = pass.pipe(
    Effect.flatMap((isBusy) => (isBusy ? Effect.yieldNow : Effect.asVoid(Queue.take(wakeUps).pipe(Effect.timeoutOption(POLL_INTERVAL))))),
    Effect.catchTag("WebhooksUnavailable", ({ cause }) =>
      Effect.andThen(Effect.logWarning("Webhooks wait for the database", { cause }), Effect.sleep(FAILURE_PAUSE))
    ),
    Effect.forever
  )

  const cleanUp = Effect.gen(function* () {
    yield* Metric.update(pendingGauge, yield* queue.pending)
    const before = (yield* Clock.currentTimeMillis) - RETENTION_MILLIS
    yield* queue.cleanUp(before).pipe(Effect.repeat({ until: (removed) => removed === 0 }))
  }).pipe(
    Effect.catchTag("WebhooksUnavailable", ({ cause }) => Effect.logWarning("Old webhooks not removed", { cause })),
    Effect.repeat(Schedule.spaced(CLEAN_UP_INTERVAL))
  )

  return Effect.all([loop, cleanUp], { concurrency: "unbounded", discard: true })
})

/** Runs until it is interrupted; what is under way then is sent again by whoever comes next. */
export const deliverWebhooks = Effect.scoped(Effect.flatten(make))

export const WebhookDelivery = Singleton.make("WebhookDelivery", deliverWebhooks)
