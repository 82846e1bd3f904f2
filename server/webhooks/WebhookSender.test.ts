import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { createServer } from "node:http"
import { expect } from "vitest"
import { AppConfig } from "#server/Config.ts"
import { WebhookSender } from "#server/webhooks/WebhookSender.ts"
import { signedHeaders } from "#server/webhooks/WebhookSignature.ts"
import { testConfiguration } from "../../tests/InMemoryIdentity.ts"

const headers = signedHeaders([], "evt_1", 0, "{}")

/** A sender for which these networks are the operator's own. */
const senderWith = (webhookPrivateNetworks: ReadonlyArray<string>) =>
  WebhookSender.layer.pipe(
    Layer.provide(
      Layer.effect(
        AppConfig,
        Effect.map(AppConfig, (config) => ({ ...config, webhookPrivateNetworks }))
      )
    ),
    Layer.provide(testConfiguration)
  )
const send = (url: string, networks: ReadonlyArray<string> = []) =>
  WebhookSender.use((sender) => sender.send({ url, headers, body: "{}" })).pipe(Effect.provide(senderWith(networks)))

/** A server on this machine; `asked` counts what reached it. */
const listening = Effect.acquireRelease(
  Effect.promise(async () => {
    const counted = { asked: 0 }
    const server = createServer((_, response) => {
      counted.asked += 1
      response.writeHead(204).end()
    })
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve))
    const address = server.address()
    return { server, counted, port: typeof address === "object" && address !== null ? address.port : 0 }
  }),
  ({ server }) => Effect.sync(() => server.closeAllConnections()).pipe(Effect.andThen(Effect.sync(() => server.close())))
)

it.live("a name that stands for this machine is not connected to, whatever it looked like when it was saved", () =>
  Effect.gen(function* () {
    const { counted, port } = yield* listening
    for (const url of [
      `https://localhost:8443/`,
      `http://localhost:${port}/`,
      `https://127.0.0.1/`,
      `http://[::ffff:127.0.0.1]:${port}/`
    ]) {
      expect([url, yield* send(url)]).toEqual([url, { failure: "forbiddenTarget", answer: "" }])
    }
    // the URL alone says nothing against it where some network is open: the address does, at the moment of connecting
    expect(yield* send(`http://localhost:${port}/`, ["10.0.0.0/8"])).toEqual({ failure: "forbiddenTarget", answer: "" })
    expect(counted.asked).toBe(0)
  })
)

it.live("a network that the operator opened is", () =>
  Effect.gen(function* () {
    const { counted, port } = yield* listening
    expect(yield* send(`http://localhost:${port}/`, ["127.0.0.0/8", "::1"])).toMatchObject({ status: 204 })
    expect(counted.asked).toBe(1)
  })
)

it.live("a name that nobody has is a connection that failed", () =>
  Effect.map(send("https://keel.invalid/"), ({ failure }) => expect(failure).toBe("connection"))
)
