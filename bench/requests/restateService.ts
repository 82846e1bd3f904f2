/** The peer: an account as a Restate virtual object: durable, one request at a time, its state kept by Restate. */
import { createServer } from "node:http2"
import * as restate from "@restatedev/restate-sdk"

interface Kept {
  readonly orders: number
  readonly last: unknown
}

const [, , port = ""] = process.argv
const account = restate.object({
  name: "account",
  handlers: {
    placeOrder: async (context: restate.ObjectContext, order: unknown): Promise<{ readonly orders: number }> => {
      const before = await context.get<Kept>("state")
      const orders = (before?.orders ?? 0) + 1
      context.set("state", { orders, last: order })
      return { orders }
    }
  }
})
const handler = restate.createEndpointHandler({ services: [account], logger: () => {} })
createServer(handler).listen(Number(port), "127.0.0.1", () => console.log(`ready http://127.0.0.1:${port}`))
