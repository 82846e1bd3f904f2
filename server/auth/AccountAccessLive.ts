/** AccountAccessLive: the check, in one place, that the account in the path is open to the caller. */
import { AccountAccess, CurrentAccount, CurrentUser } from "#contract/Access.ts"
import { Forbidden, NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"

const ACCOUNT_ID = /^\d{1,15}$/u

export const AccountAccessLive = Layer.effect(
  AccountAccess,
  Effect.map(AccountDirectory, (directory) =>
    AccountAccess.of(
      Effect.fnUntraced(function* (httpEffect) {
        const { accountId = "" } = yield* HttpRouter.params
        const request = yield* HttpServerRequest.HttpServerRequest
        const user = yield* CurrentUser
        const opened = ACCOUNT_ID.test(accountId)
          ? yield* directory
              .open(accountId, user)
              .pipe(Effect.mapError(() => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: 1 })))
          : undefined
        if (opened === undefined) return yield* new NotFound({ code: "ACCOUNT_NOT_FOUND" })
        if (opened.access === "look" && request.method !== "GET" && request.method !== "HEAD") return yield* new Forbidden({})
        return yield* Effect.provideService(httpEffect, CurrentAccount, opened.entry)
      })
    )
  )
)
