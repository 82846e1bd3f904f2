/**
 * bareServers: two servers that decide nothing, in a process of their own as the product is: one of node:http alone, one of Effect's HttpApi without
 * any middleware, both answering what the product answers; the account is given by `BARE_ACCOUNT`. Writes their ports as one line of JSON.
 */
import { createServer } from "node:http"
import { SessionTimes } from "#contract/AuthGroup.ts"
import { SessionView } from "#contract/ProfileViews.ts"
import { AccountSummary } from "#contract/Views.ts"
import { freePort } from "#db/EmbeddedPostgres.ts"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer, Schema } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"

const SessionList = Schema.Struct({ sessions: Schema.Array(SessionView) })

class BareGroup extends HttpApiGroup.make("bare").add(
  HttpApiEndpoint.get("read", "/read", { success: SessionList }),
  HttpApiEndpoint.get("account", "/account", { success: AccountSummary }),
  HttpApiEndpoint.post("write", "/write", { success: SessionTimes })
) {}
class BareApi extends HttpApi.make("bare").add(BareGroup) {}

const at = 1_795_438_882_123
const sessions: typeof SessionList.Type = {
  sessions: [
    {
      sessionId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77",
      current: true,
      createdAt: at,
      lastUsedAt: at,
      expiresAt: at,
      ip: "127.0.0.1",
      device: "A program",
      userAgent: "node",
      impersonated: false
    }
  ]
}
const account = Schema.decodeUnknownSync(AccountSummary)(JSON.parse(process.env["BARE_ACCOUNT"] ?? ""))
const times: typeof SessionTimes.Type = { accessExpiresAt: at, sessionExpiresAt: at }

const handlers = HttpApiBuilder.group(BareApi, "bare", (group) =>
  group.handleAll({ read: () => Effect.succeed(sessions), account: () => Effect.succeed(account), write: () => Effect.succeed(times) })
)

const texts: Readonly<Record<string, Buffer>> = {
  "/read": Buffer.from(JSON.stringify(Schema.encodeSync(SessionList)(sessions))),
  "/account": Buffer.from(JSON.stringify(Schema.encodeSync(AccountSummary)(account))),
  "/write": Buffer.from(JSON.stringify(Schema.encodeSync(SessionTimes)(times)))
}
const bare = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { "content-type": "application/json" }).end(texts[request.url ?? ""])
})

const [nodePort, effectPort] = [await freePort(), await freePort()]
await new Promise<void>((resolve) => bare.listen(nodePort, "127.0.0.1", resolve))
const effect = HttpRouter.serve(HttpApiBuilder.layer(BareApi).pipe(Layer.provide(handlers)), {
  disableLogger: true,
  disableListenLog: true
}).pipe(Layer.provide(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: effectPort })))
const ready = Layer.effectDiscard(Effect.sync(() => process.stdout.write(`${JSON.stringify({ node: nodePort, effect: effectPort })}\n`)))
NodeRuntime.runMain(Layer.launch(ready.pipe(Layer.provideMerge(effect))))
