/** webhookReceiver: an HTTP server on loopback that takes webhooks, verifies them with the reference implementation, and answers as it is told. */
import http, { type IncomingMessage, type ServerResponse } from "node:http"
import { setTimeout as delay } from "node:timers/promises"
import { Webhook } from "standardwebhooks"

export interface Received {
  readonly id: string
  readonly type: string
  readonly data: Record<string, unknown>
}

export interface WebhookReceiver {
  readonly url: string
  readonly received: ReadonlyArray<Received>
  /** What came without a signature that holds. */
  readonly unsigned: ReadonlyArray<string>
  secret: string
  /** Before it answers. */
  delayMillis: number
  /** In place of 204. */
  answer: ((response: ServerResponse, request: IncomingMessage) => void) | undefined
  readonly stop: () => Promise<void>
}

export const startReceiver = async (): Promise<WebhookReceiver> => {
  const received: Array<Received> = []
  const unsigned: Array<string> = []
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString("utf8")
    if (receiver.answer !== undefined) return receiver.answer(response, request)
    try {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      new Webhook(receiver.secret).verify(body, headers)
      received.push(JSON.parse(body))
      if (receiver.delayMillis > 0) await delay(receiver.delayMillis)
      response.writeHead(204).end()
    } catch (error) {
      unsigned.push(`${String(error)} ${body}`)
      response.writeHead(401).end()
    }
  }
  const server = http.createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    unsigned,
    secret: "",
    delayMillis: 0,
    answer: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
  return receiver
}
