/**
 * Envelope: what every request goes through, whatever route it takes: whose it is, https before http, a request id, limits, security headers,
 * an access log line, and problem details for whatever failed on the way.
 */
import {
  HttpsRequired,
  InternalError,
  MethodNotAllowed,
  NotFound,
  PayloadTooLarge,
  ServiceUnavailable,
  UnsupportedMediaType,
  ValidationFailed
} from "#contract/Problem.ts"
import { AppConfig } from "#server/Config.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { completeProblem } from "#server/http/completeProblem.ts"
import { uploadOrigin } from "#server/kyc/uploadOrigin.ts"
import { methodsOf } from "#server/http/knownRoutes.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Exchange } from "#server/http/Exchange.ts"
import { requestIdOf } from "#server/http/RequestId.ts"
import { appHeadersWith, dataHeaders, documentationPolicy } from "#server/http/securityHeaders.ts"
import { TrustedProxies, type Forwarded } from "#server/http/TrustedProxies.ts"
import { Cause, Clock, Context, Effect, Metric, Option, References } from "effect"
import { HttpRouter, HttpServerError, HttpServerRequest, HttpServerRespondable, HttpServerResponse } from "effect/http"

/** Larger bodies are refused; the API's largest request, an instrument, is far below. */
export const BODY_BYTES_MAX = 64 * 1024
/** Longer request targets are refused: the longest query of the API is a list of symbols. */
export const URL_LENGTH_MAX = 8 * 1024
const DOCUMENTATION_PATH = "/docs"
/** No endpoints of the contract, so that their limit is counted here. */
const LARGE_DOCUMENTS: ReadonlySet<string> = new Set([DOCUMENTATION_PATH, "/openapi.json"])

const requests = Metric.counter("keel_http_requests_total", { description: "HTTP requests answered", incremental: true })
const durations = Metric.histogram("keel_http_request_duration_seconds", {
  description: "From the request's head to its answer",
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
})

/** By method and status, which are few. */
const requestsBy = new Map<string, Metric.Metric<number, Metric.CounterState<number>>>()
const countRequest = (method: string, status: number) => {
  const key = `${method} ${status}`
  const known = requestsBy.get(key) ?? Metric.withAttributes(requests, { method, status: String(status) })
  requestsBy.set(key, known)
  return Metric.update(known, 1)
}

const pathOf = (url: string): string => url.split(/[?#]/u, 1)[0] ?? ""

type AnyProblem = HttpServerRespondable.Respondable

/** The path exists; a path that knows the method and is not found names nothing. */
const isWrongMethod = (method: string, path: string): boolean => {
  const methods = methodsOf(path)
  return methods.length > 0 && !methods.includes(method)
}

/** The problem of an answer that has only a status; undefined when it may stay as it is. */
const problemOfStatus = (status: number, method: string, path: string, traceId: string): AnyProblem | undefined => {
  switch (status) {
    case 400:
      return new ValidationFailed({ errors: [], traceId })
    case 404:
      return isWrongMethod(method, path) ? new MethodNotAllowed({ traceId }) : new NotFound({ code: "ROUTE_NOT_FOUND", traceId })
    case 413:
      return new PayloadTooLarge({ traceId })
    case 415:
      return new UnsupportedMediaType({ traceId })
    case 503:
      return new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: 1, traceId })
    default:
      return status >= 500 ? new InternalError({ traceId }) : undefined
  }
}

/** Empty and plain text answers are the framework's own; ours have a body that says more. */
const isBare = (response: HttpServerResponse.HttpServerResponse): boolean =>
  response.body._tag === "Empty" || (response.headers["content-type"] ?? "").startsWith("text/plain")

const withProblem = (response: HttpServerResponse.HttpServerResponse, method: string, path: string, traceId: string) => {
  const problem = isBare(response) ? problemOfStatus(response.status, method, path, traceId) : undefined
  if (problem === undefined) return Effect.succeed(response)
  return Effect.map(HttpServerRespondable.toResponse(problem), (answer) =>
    answer.status === 405 ? HttpServerResponse.setHeader(answer, "allow", methodsOf(path).join(", ")) : answer
  )
}

const isPage = (response: HttpServerResponse.HttpServerResponse): boolean =>
  (response.headers["content-type"] ?? "").startsWith("text/html")

/** Computed once: the page is made once. */
const documentationPolicies = new WeakMap<object, string>()
const documentationPolicyOf = (response: HttpServerResponse.HttpServerResponse): string | undefined => {
  const { body } = response
  if (body._tag !== "Uint8Array") return undefined
  const policy = documentationPolicies.get(body) ?? documentationPolicy(new TextDecoder().decode(body.body))
  documentationPolicies.set(body, policy)
  return policy
}

/** The page that the client holds keeps the policy it came with; one on "not modified" would take its place. */
const NOT_MODIFIED = 304
const { "content-security-policy": _policy, ...notModifiedHeaders } = dataHeaders

type Headers = Readonly<Record<string, string>>

/** The app's service worker lives under the policy of its own answer, and fetches the app's files. */
const SERVICE_WORKER_PATH = "/sw.js"

/** What the way to the answer set comes last: it knows more than what holds for every answer. */
const withHeaders = (response: HttpServerResponse.HttpServerResponse, path: string, exchange: Exchange, appHeaders: Headers) => {
  const page = isPage(response)
  const policy = page && path === DOCUMENTATION_PATH ? documentationPolicyOf(response) : undefined
  return HttpServerResponse.setHeaders(response, {
    ...(response.status === NOT_MODIFIED ? notModifiedHeaders : page || path === SERVICE_WORKER_PATH ? appHeaders : dataHeaders),
    ...(policy === undefined ? {} : { "content-security-policy": policy }),
    ...(response.headers["cache-control"] === undefined ? { "cache-control": "no-store" } : {}),
    "x-request-id": exchange.requestId,
    ...exchange.headers
  })
}

/** A path with a parameter behind `;`, or with a letter, digit, `-`, `.`, `_` or `~` as `%61`: the router takes it for the plain one, see server/Http.ts. */
const ANOTHER_SPELLING = /^[^?#]*(;|%(2[de]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae]))/iu

/** Refusals that need no routing. */
const refusal = (request: HttpServerRequest.HttpServerRequest): HttpServerResponse.HttpServerResponse | undefined => {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES_MAX) {
    return HttpServerResponse.empty({ status: 413, headers: { connection: "close" } })
  }
  return request.url.length > URL_LENGTH_MAX || ANOTHER_SPELLING.test(request.url) ? HttpServerResponse.empty({ status: 404 }) : undefined
}

/** Probes come from inside, without TLS. */
const PLAIN_HTTP_PATHS: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"])

/** A page that was asked for over plain http is asked for again; anything else was overheard already and is refused. */
const httpsRefusal = (request: HttpServerRequest.HttpServerRequest, path: string, publicOrigin: string, traceId: string) => {
  const { method, url } = request
  if (PLAIN_HTTP_PATHS.has(path)) return undefined
  if ((method === "GET" || method === "HEAD") && url.startsWith("/") && !url.startsWith("//")) {
    return Effect.succeed(HttpServerResponse.empty({ status: 308, headers: { location: publicOrigin + url } }))
  }
  return HttpServerRespondable.toResponse(new HttpsRequired({ traceId }))
}

/** The framework's answer to a failure; what is our fault is logged with its cause. */
const answerOfCause = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const [response] = yield* HttpServerError.causeResponse(cause)
  if (response.status >= 500 && !Cause.hasInterruptsOnly(cause)) yield* Effect.logError("Request failed", cause)
  return response
})

/** The client went away before its answer; so do all streams. */
const CLIENT_GONE = 499

/** Reads and probes are logged for debugging only: what changes something, and what went wrong, is always logged. A server that is not ready says so itself. */
const isQuiet = ({ method }: HttpServerRequest.HttpServerRequest, path: string, status: number): boolean =>
  status === CLIENT_GONE || PLAIN_HTTP_PATHS.has(path) || (status < 400 && (method === "GET" || method === "HEAD"))

const logAccess = (request: HttpServerRequest.HttpServerRequest, path: string, status: number, millis: number, traceId: string) =>
  (isQuiet(request, path, status) ? Effect.logDebug("request") : Effect.logInfo("request")).pipe(
    Effect.annotateLogs({ method: request.method, path, status, millis, ip: clientIp(request), traceId })
  )

/** In one step what would be three: each is a context of its own. */
const inExchange = <A, E, R>(effect: Effect.Effect<A, E, R>, exchange: Exchange, request: HttpServerRequest.HttpServerRequest) =>
  Effect.updateContext(effect, (context: Context.Context<R>) =>
    context.pipe(
      Context.add(Exchange, exchange),
      Context.add(HttpServerRequest.HttpServerRequest, request),
      Context.add(References.CurrentLogAnnotations, { traceId: exchange.requestId })
    )
  )

interface Surroundings {
  readonly proxies: TrustedProxies
  readonly publicOrigin: string
  readonly appHeaders: Headers
  readonly limits: typeof RateLimits.Service
  /** Whether anybody reads the lines about reads. */
  readonly logsReads: boolean
}

/** Fails with nothing; `E` stays in the type because the router insists that a middleware leaves failures alone. */
const makeEnveloped =
  ({ appHeaders, limits, logsReads, proxies, publicOrigin }: Surroundings) =>
  <E, R>(
    httpEffect: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R | HttpServerRequest.HttpServerRequest> =>
    Effect.gen(function* () {
      const source = yield* HttpServerRequest.HttpServerRequest
      const clock = yield* Clock.Clock
      const startedAt = clock.currentTimeMillisUnsafe()
      const exchange: Exchange = { requestId: requestIdOf(source.headers["traceparent"]), note: {}, headers: {} }
      const path = pathOf(source.url)
      const peer = clientIp(source)
      const { ip, protocol }: Forwarded = proxies.forwarded(peer, source.headers)
      const request = ip === peer ? source : source.modify({ remoteAddress: Option.some(ip) })
      const counted = () =>
        limits.consume("documents", ip).pipe(Effect.catch((problem) => Effect.flatMap(completeProblem(problem), Effect.fail)))
      const limited = LARGE_DOCUMENTS.has(path) ? Effect.andThen(counted(), httpEffect) : httpEffect
      const routed = inExchange(Effect.catchCause(limited, answerOfCause), exchange, request)
      const mustBeHttps = protocol === "http" && publicOrigin.startsWith("https:")
      const toHttps = mustBeHttps ? httpsRefusal(request, path, publicOrigin, exchange.requestId) : undefined
      const answered = refusal(request) ?? (yield* toHttps ?? routed)
      const whole = answered.status < 400 ? answered : yield* withProblem(answered, request.method, path, exchange.requestId)
      const response = withHeaders(whole, path, exchange, appHeaders)
      const millis = clock.currentTimeMillisUnsafe() - startedAt
      yield* countRequest(request.method, response.status)
      if (path !== "/stream") yield* Metric.update(durations, millis / 1000)
      if (logsReads || !isQuiet(request, path, response.status))
        yield* logAccess(request, path, response.status, millis, exchange.requestId)
      return response
    })

export const Envelope = HttpRouter.use((router) =>
  Effect.gen(function* () {
    const config = yield* AppConfig
    const { logLevel, publicOrigin, trustedProxies } = config
    yield* router.addGlobalMiddleware(
      makeEnveloped({
        proxies: new TrustedProxies(trustedProxies),
        publicOrigin,
        appHeaders: appHeadersWith(uploadOrigin(config)),
        limits: yield* RateLimits,
        logsReads: logLevel === "debug" || logLevel === "trace"
      })
    )
  })
)
