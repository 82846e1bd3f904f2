/**
 * Documentation: `/docs` for people, `/openapi.json` for programs, `/problems` for who met one. All from the contract's document, and each
 * made when it is first asked for: together they take as long as a tenth of a start.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { problemsPage } from "#server/http/problemsPage.ts"
import { Effect, Layer, Scope } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { HttpApi, HttpApiScalar, OpenApi } from "effect/http-api"

const openApiText = (): string => readFileSync(fileURLToPath(import.meta.resolve("#docs/openapi.json")), "utf8")

/** As long as a release; a proxy may keep it too. */
const headers = { "cache-control": "public, max-age=300" }

const document = Effect.sync(() => HttpServerResponse.text(openApiText(), { contentType: "application/json", headers }))

const problems = Effect.sync(() =>
  HttpServerResponse.text(problemsPage(JSON.parse(openApiText())), { contentType: "text/html; charset=utf-8", headers })
)

/** Scalar makes a document from an API that it is given; this one's is the written one. */
const described = HttpApi.make("keel").annotateMerge(
  OpenApi.annotations({ transform: (): Record<string, unknown> => JSON.parse(openApiText()) })
)

/** Scalar's three megabytes are loaded when its layer is built: so in a router of its own, behind ours. */
const reference = HttpRouter.toHttpEffect(HttpApiScalar.layer(described, { path: "/docs", scalar: { withDefaultFonts: false } }))

export const Documentation = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const referencePage = yield* Effect.cached(Scope.provide(reference, yield* Effect.scope))
    yield* router.add("GET", "/openapi.json", yield* Effect.cached(document))
    yield* router.add("GET", "/problems", yield* Effect.cached(problems))
    yield* router.add("GET", "/docs", Effect.flatten(referencePage))
  })
)
