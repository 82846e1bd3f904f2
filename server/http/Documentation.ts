/** Documentation: `/docs` for people, `/openapi.json` for programs, `/problems` for who met one. All made from the contract. */
import { Api } from "#contract/Api.ts"
import { openApiText } from "#server/openapi.ts"
import { problemsPage } from "#server/http/problemsPage.ts"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { HttpApiScalar } from "effect/http-api"

/** As long as a release; a proxy may keep it too. */
const CACHE_CONTROL = "public, max-age=300"

const pages = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const document = HttpServerResponse.text(openApiText(), {
      contentType: "application/json",
      headers: { "cache-control": CACHE_CONTROL }
    })
    const problems = HttpServerResponse.text(problemsPage(), {
      contentType: "text/html; charset=utf-8",
      headers: { "cache-control": CACHE_CONTROL }
    })
    yield* router.add("GET", "/openapi.json", document)
    yield* router.add("GET", "/problems", problems)
  })
)

export const Documentation = Layer.mergeAll(pages, HttpApiScalar.layer(Api, { path: "/docs", scalar: { withDefaultFonts: false } }))
