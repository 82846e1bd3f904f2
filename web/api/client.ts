/** client: sends requests for the person who is signed in, and keeps their session going meanwhile. */
import { Result } from "effect"
import type { AuthGroup } from "#contract/AuthGroup.ts"
import { type Answer, operationsOf, type Request } from "./operation.ts"

const refresh = operationsOf<typeof AuthGroup>()("POST /auth/refresh", {})

/** A server that is silent must not keep the stream from trying again. */
const REFRESH_MILLIS_MAX = 5_000
let refreshing: Promise<boolean> | undefined
let replacing: Promise<void> | undefined

/** Brings the next access cookie; one exchange for all who ask at once. Answers whether there still is a session. */
export const refreshAccess = (): Promise<boolean> =>
  replacing?.then(() => true) ??
  (refreshing ??= refresh()(AbortSignal.timeout(REFRESH_MILLIS_MAX))
    .then(Result.isSuccess)
    .finally(() => (refreshing = undefined)))

/**
 * An answer, or why there is none. The access cookie is short-lived: a request that comes with an expired one did nothing, and is sent again
 * after an exchange of the refresh cookie.
 */
export const call = async <A>(request: Request<A>): Promise<Answer<A>> => {
  const answer = await request()
  const isTooOld = Result.isFailure(answer) && answer.failure.code === "UNAUTHENTICATED"
  return isTooOld && (await refreshAccess()) ? request() : answer
}

/**
 * A request whose answer brings a new session in place of the one it was sent with. The server ends the old one first, and the stream hears
 * of it before the answer is there: an exchange of the old cookies at that moment would be refused and expire the new ones, so it waits.
 */
const replacingSession =
  <A>(request: Request<A>): Request<A> =>
  (signal) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    replacing = promise
    return request(signal).finally(() => {
      replacing = undefined
      resolve()
    })
  }

export const callForNewSession = <A>(request: Request<A>): Promise<Answer<A>> => call(replacingSession(request))
