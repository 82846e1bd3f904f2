/** Documentation: `/docs` for people, `/openapi.json` for programs, `/problems` for who met one. All made from the contract. */
import { readFileSync } from "node:fs"
import { problemsPage } from "#server/http/problemsPage.ts"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { HttpApi, HttpApiScalar, OpenApi } from "effect/http-api"

const openApiText = (): string => readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8")

/** As long as a release; a proxy may keep it too. */
const CACHE_CONTROL = "public, max-age=300"

const pages = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const text = openApiText()
    const document = HttpServerResponse.text(text, {
      contentType: "application/json",
      headers: { "cache-control": CACHE_CONTROL }
    })
    const problems = HttpServerResponse.text(problemsPage(JSON.parse(text)), {
      contentType: "text/html; charset=utf-8",
      headers: { "cache-control": CACHE_CONTROL }
    })
    yield* router.add("GET", "/openapi.json", document)
    yield* router.add("GET", "/problems", problems)
  })
)

/** Scalar makes a document from an API that it is given; this one's is the written one. */
const described = HttpApi.make("keel").annotateMerge(
  OpenApi.annotations({ transform: (): Record<string, unknown> => JSON.parse(openApiText()) })
)

export const Documentation = Layer.mergeAll(pages, HttpApiScalar.layer(described, { path: "/docs", scalar: { withDefaultFonts: false } }))
