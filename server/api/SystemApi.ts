/** SystemApi: is the process alive, is it ready. */
import { Api } from "#contract/Api.ts"
import { Readiness } from "#server/api/Readiness.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

export const SystemApi = HttpApiBuilder.group(Api, "system", (handlers) =>
  handlers.handleAll({
    health: () => Effect.succeed({ status: "ok" as const }),
    readiness: Effect.fnUntraced(function* () {
      const readiness = yield* Readiness
      const checks = yield* readiness.checks
      const ready = Object.values(checks).every(Boolean)
      return HttpServerResponse.jsonUnsafe({ ready, checks }, { status: ready ? 200 : 503 })
    })
  })
)
