/**
 * webhookRetry: what an answer means for a delivery, and for its endpoint. Pure.
 *
 * Retries of one event are spread over days with full jitter (AWS Architecture Blog, «Exponential Backoff and Jitter»). An endpoint that
 * fails whatever it is sent gets nothing for a while: the breaker opens, and lets one event through when its time has come.
 */

const RETRY_BASE_MILLIS = 5_000
const RETRY_MILLIS_MAX = 12 * 60 * 60 * 1000
/** The last of them comes after two days or more, and at the latest after four and a half. */
export const ATTEMPTS_MAX = 20
/** A Retry-After that asks for longer is not believed. */
const RETRY_AFTER_MILLIS_MAX = 24 * 60 * 60 * 1000

/** Failures in a row, of whatever accounts, that open the breaker. */
export const BREAKER_FAILURES = 10
const BREAKER_BASE_MILLIS = 10_000
const BREAKER_MILLIS_MAX = 5 * 60 * 1000
/** Without a single success for so long an endpoint is disabled, and staff are told. */
export const FAILING_MILLIS_MAX = 5 * 24 * 60 * 60 * 1000

/** What came back: an answer, or why there was none. */
export type WebhookAnswer =
  | { readonly status: number; readonly retryAfter: string | undefined; readonly answer: string; readonly failure?: never }
  | {
      readonly failure: "timeout" | "connection" | "tls" | "forbiddenTarget" | "answerTooLong" | "unreadable"
      readonly answer: string
      readonly status?: never
    }

export type WebhookVerdict =
  | { readonly _tag: "Delivered" }
  /** The endpoint does not want to be told any more. */
  | { readonly _tag: "Gone" }
  /** `pauseMillis`: the endpoint asks to be left alone. */
  | { readonly _tag: "Failed"; readonly pauseMillis: number | undefined }

/** Seconds, or a date of HTTP; undefined when it says nothing useful. */
export const retryAfterMillis = (header: string | undefined, nowMillis: number): number | undefined => {
  if (header === undefined) return undefined
  const millis = /^\d{1,9}$/u.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMillis
  return Number.isNaN(millis) || millis <= 0 ? undefined : Math.min(millis, RETRY_AFTER_MILLIS_MAX)
}

/** 2xx is delivered, 410 is gone, all else failed; a redirect too, because what is sent goes to nobody else. */
export const verdictOf = (answer: WebhookAnswer, nowMillis: number): WebhookVerdict => {
  if (answer.failure !== undefined) return { _tag: "Failed", pauseMillis: undefined }
  if (answer.status >= 200 && answer.status < 300) return { _tag: "Delivered" }
  if (answer.status === 410) return { _tag: "Gone" }
  const isBusy = answer.status === 429 || answer.status === 503
  return { _tag: "Failed", pauseMillis: isBusy ? retryAfterMillis(answer.retryAfter, nowMillis) : undefined }
}

/** After the `attempts`-th failure of an event; `random` in 0 … 1. */
export const retryDelayMillis = (attempts: number, random: number): number =>
  Math.ceil(random * Math.min(RETRY_MILLIS_MAX, RETRY_BASE_MILLIS * 2 ** Math.min(attempts - 1, 30)))

export interface Breaker {
  readonly failuresInARow: number
  readonly failingSince: number | undefined
  /** Nothing is sent before; then one event, and the others after it succeeded. */
  readonly pausedUntil: number | undefined
}
export const CLOSED_BREAKER: Breaker = { failuresInARow: 0, failingSince: undefined, pausedUntil: undefined }

/** closed: send; open: wait; probing: one event may try. */
export const breakerState = (breaker: Breaker, nowMillis: number): "closed" | "open" | "probing" => {
  if (breaker.pausedUntil === undefined) return "closed"
  return nowMillis < breaker.pausedUntil ? "open" : "probing"
}

export const breakerAfterFailure = (breaker: Breaker, pauseMillis: number | undefined, nowMillis: number, random: number): Breaker => {
  // what was under way when it opened says nothing new
  if (breakerState(breaker, nowMillis) === "open") {
    return { ...breaker, pausedUntil: Math.max(breaker.pausedUntil ?? 0, nowMillis + (pauseMillis ?? 0)) }
  }
  const failuresInARow = breaker.failuresInARow + 1
  const failingSince = breaker.failingSince ?? nowMillis
  const opened = failuresInARow - BREAKER_FAILURES
  const coolDown =
    opened < 0 ? undefined : Math.min(BREAKER_MILLIS_MAX, BREAKER_BASE_MILLIS * 2 ** Math.min(opened, 30)) * (0.5 + random / 2)
  const pause = Math.max(pauseMillis ?? 0, coolDown ?? 0)
  return { failuresInARow, failingSince, pausedUntil: pause === 0 ? breaker.pausedUntil : Math.ceil(nowMillis + pause) }
}

export const isGivenUp = (breaker: Breaker, nowMillis: number): boolean =>
  breaker.failingSince !== undefined && nowMillis - breaker.failingSince > FAILING_MILLIS_MAX
