/**
 * WebApp: the built web app in web/dist. Any path that a browser asks for as a page, and that is not a file, is the app's own: its router
 * decides. Files under /assets carry their hash in their name and may be kept for ever.
 */
import { Effect, Layer } from "effect"
import { HttpMiddleware, HttpRouter, HttpStaticServer } from "effect/http"
import { makeWebAssets } from "#server/http/WebAssets.ts"
import path from "node:path"
import { fileURLToPath } from "node:url"

export const WEB_DIST = path.dirname(fileURLToPath(import.meta.resolve("#web/dist/index.html")))

/** Failures are left to the envelope, which makes problems of them. */
export const makeWebApp = (root: string = WEB_DIST) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const router = yield* HttpRouter.HttpRouter
      const pages = yield* HttpStaticServer.make({ root, spa: true, cacheControl: "no-cache" })
      const compress = HttpMiddleware.compression()
      yield* router.add("GET", "/*", compress(pages))
      yield* router.prefixed("/assets").add("GET", "/*", makeWebAssets(path.join(root, "assets")))
    })
  )
