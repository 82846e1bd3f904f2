/**
 * The limit: the very endpoint of the contract on Effect's HttpApi, in a server of its own. It decodes the request by the same schema, does
 * nothing, and encodes the same answer; no session, no limits, no account.
 */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer, Schema } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { PlaceOrderRequest, commandHeaders } from "#contract/Requests.ts"
import { CommandResult } from "#contract/Views.ts"
import { AccountId } from "#contract/Wire.ts"

const [, , port = "", answer = ""] = process.argv

class Trading extends HttpApiGroup.make("trading").add(
  HttpApiEndpoint.post("placeOrder", "/accounts/:accountId/orders", {
    params: { accountId: AccountId },
    headers: commandHeaders,
    payload: PlaceOrderRequest,
    success: HttpApiSchema.WithHeaders(CommandResult.pipe(HttpApiSchema.status(201)), { location: Schema.String })
  })
) {}
class Api extends HttpApi.make("empty").add(Trading) {}

const body = Schema.decodeUnknownSync(Schema.toCodecJson(CommandResult))(JSON.parse(answer))
const handlers = HttpApiBuilder.group(Api, "trading", (group) =>
  group.handleAll({ placeOrder: () => Effect.succeed(HttpApiSchema.withHeaders({ body, headers: { location: "/" } })) })
)
const server = HttpRouter.serve(HttpApiBuilder.layer(Api).pipe(Layer.provide(handlers)), {
  disableLogger: true,
  disableListenLog: true
}).pipe(Layer.provide(NodeHttpServer.layer(createServer, { port: Number(port), host: "127.0.0.1" })))
const ready = Layer.effectDiscard(Effect.sync(() => console.log(`ready http://127.0.0.1:${port}`)))
NodeRuntime.runMain(Layer.launch(ready.pipe(Layer.provide(server))))
