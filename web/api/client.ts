/**
 * client: the HTTP API as the contract declares it, for the browser. Requests are encoded and answers decoded by the contract's own
 * schemas, so a drift between the two sides shows as a failure here and not as a wrong figure on the page.
 */
import { Effect, Result } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { HttpApi, HttpApiClient } from "effect/http-api"
import { OWN_REQUEST, OWN_REQUEST_HEADER, Problems, RateLimit, SameSite } from "#contract/Access.ts"
import { AccountsGroup } from "#contract/AccountsGroup.ts"
import { AuthGroup } from "#contract/AuthGroup.ts"
import { MarketGroup } from "#contract/MarketGroup.ts"
import { ProfileGroup } from "#contract/ProfileGroup.ts"
import { TradingGroup } from "#contract/TradingGroup.ts"
import { type Failure, failureOf } from "./failure.ts"

/** The groups that a client's browser calls; staff's and the CRM's are no part of what it downloads. */
class ClientApi extends HttpApi.make("client")
  .add(AuthGroup, ProfileGroup, MarketGroup, AccountsGroup, TradingGroup)
  .middleware(SameSite)
  .middleware(RateLimit)
  .middleware(Problems) {}

/** How every client of this page reaches the server. */
export const clientOptions = {
  baseUrl: window.location.origin,
  transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader(OWN_REQUEST_HEADER, OWN_REQUEST))
}

const client = Effect.runSync(HttpApiClient.make(ClientApi, clientOptions).pipe(Effect.provide(FetchHttpClient.layer)))
export type Client = typeof client
export type Answer<A> = Result.Result<A, Failure>

/** One request. Never throws. */
const send = <A, E>(request: Effect.Effect<A, E>): Promise<Answer<A>> =>
  Effect.runPromise(
    Effect.result(
      request.pipe(
        Effect.mapError(failureOf),
        Effect.catchDefect((defect) => Effect.fail(failureOf(defect)))
      )
    )
  )

/** A server that is silent must not keep the stream from trying again. */
const REFRESH_DEADLINE = "5 seconds"
let refreshing: Promise<boolean> | undefined
let replacing: Promise<void> | undefined

/**
 * A request whose answer brings a new session in place of the one it was sent with. The server ends the old one first, and the stream hears
 * of it before the answer is there: an exchange of the old cookies at that moment would be refused and expire the new ones, so it waits.
 */
const replacingSession = <A, E>(request: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const { promise, resolve } = Promise.withResolvers<void>()
    replacing = promise
    return Effect.ensuring(
      request,
      Effect.sync(() => {
        replacing = undefined
        resolve()
      })
    )
  })

/** Brings the next access cookie; one exchange for all who ask at once. Answers whether there still is a session. */
export const refreshAccess = (): Promise<boolean> =>
  replacing?.then(() => true) ??
  (refreshing ??= send(Effect.timeout(client.auth.refresh(), REFRESH_DEADLINE))
    .then(Result.isSuccess)
    .finally(() => (refreshing = undefined)))

/**
 * An answer, or why there is none. The access cookie is short-lived: a request that comes with an expired one did nothing, and is sent again
 * after an exchange of the refresh cookie. For groups of a page that is loaded later, with a client of their own.
 */
export const answerTo = async <A, E>(request: Effect.Effect<A, E>): Promise<Answer<A>> => {
  const answer = await send(request)
  const isTooOld = Result.isFailure(answer) && answer.failure.code === "UNAUTHENTICATED"
  return isTooOld && (await refreshAccess()) ? send(request) : answer
}

export const callForNewSession = <A, E>(request: (client: Client) => Effect.Effect<A, E>): Promise<Answer<A>> =>
  answerTo(replacingSession(Effect.suspend(() => request(client))))

export const call = <A, E>(request: (client: Client) => Effect.Effect<A, E>): Promise<Answer<A>> =>
  answerTo(Effect.suspend(() => request(client)))
