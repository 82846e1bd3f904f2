/** SystemGroup: for those who run the platform. `/metrics`, `/openapi.json` and `/docs` are plain routes beside it. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"

/** Each part by name: true when it works. */
export const Readiness = Schema.Struct({ ready: Schema.Boolean, checks: Schema.Record(Schema.String, Schema.Boolean) }).annotate({
  identifier: "Readiness",
  examples: [{ ready: true, checks: { database: true, feed: true, accounts: true } }]
})
const NotReady = Readiness.annotate({ identifier: "NotReady" }).pipe(HttpApiSchema.status(503))

export class SystemGroup extends HttpApiGroup.make("system")
  .add(
    HttpApiEndpoint.get("health", "/healthz", { success: Schema.Struct({ status: Schema.Literal("ok") }) }).annotateMerge(
      OpenApi.annotations({ summary: "The process lives" })
    ),
    HttpApiEndpoint.get("readiness", "/readyz", { success: [Readiness, NotReady] }).annotateMerge(
      OpenApi.annotations({
        summary: "Ready for clients",
        description: "Database, market feed, and accounts with exposure restored. 503 while not."
      })
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "System", description: "For who runs it, and for what watches it." })) {}
