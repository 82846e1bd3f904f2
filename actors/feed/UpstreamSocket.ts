/** UpstreamSocket: one WebSocket connection to Twelve Data, with the refusal that a failed handshake carries. */
import type { IncomingMessage } from "node:http"
import { Effect, Redacted, Schema, type Scope } from "effect"
import * as Socket from "effect/socket/Socket"
import { WebSocket } from "ws"
import { decodeUpstreamError } from "#actors/feed/UpstreamFrame.ts"

/** Bytes of a message; a larger one ends the connection. */
const MESSAGE_BYTES_MAX = 1_048_576
/** Bytes kept of the answer to a refused handshake. */
const REFUSAL_BYTES_MAX = 65_536

/** Upstream answered the handshake with something other than a WebSocket. */
export class HandshakeRefused extends Schema.TaggedError<HandshakeRefused>()("HandshakeRefused", {
  /** The code of the error body, else the HTTP status. */
  code: Schema.Number,
  message: Schema.String
}) {}

/** No connection came about. */
export class ConnectionFailed extends Schema.TaggedError<ConnectionFailed>()("ConnectionFailed", { message: Schema.String }) {}

export interface UpstreamConnection {
  readonly pull: Socket.Reader["pull"]
  readonly write: Socket.Writer["write"]
}

/** Connects; the connection lives as long as the scope. The key travels in a header, so that no log of addresses holds it. */
export const connectUpstream = (
  url: string,
  apiKey: Redacted.Redacted,
  handshakeMillisMax: number
): Effect.Effect<UpstreamConnection, HandshakeRefused | ConnectionFailed, Scope.Scope> =>
  Effect.gen(function* () {
    let refusal: HandshakeRefused | ConnectionFailed | undefined
    const open = Effect.sync(() => {
      const socket = new WebSocket(url, {
        headers: { "X-TD-APIKEY": Redacted.value(apiKey) },
        handshakeTimeout: handshakeMillisMax,
        maxPayload: MESSAGE_BYTES_MAX,
        perMessageDeflate: false,
        followRedirects: false
      })
      // Also keeps an error handled that an aborted handshake reports after everyone else has stopped listening.
      socket.on("error", ({ message }) => {
        refusal ??= new ConnectionFailed({ message })
      })
      socket.on("unexpected-response", (_request, response) => {
        void readRefusal(response).then((read) => {
          refusal = read
          socket.terminate()
        })
      })
      return socket
    })
    const socket = yield* Socket.fromWebSocket(
      Effect.acquireRelease(open, (opened) => Effect.sync(() => hangUp(opened))),
      {
        openTimeout: handshakeMillisMax
      }
    )
    const { pull } = yield* socket.reader.pipe(Effect.mapError(({ message }) => refusal ?? new ConnectionFailed({ message })))
    const { write } = yield* socket.writer
    return { pull, write }
  })

/** Says goodbye, and does not wait for an answer that a dead connection never sends. */
const hangUp = (socket: WebSocket): void => {
  if (socket.readyState === WebSocket.OPEN) socket.close(1000)
  socket.terminate()
}

const readRefusal = async (response: IncomingMessage): Promise<HandshakeRefused> => {
  const body = await readBounded(response).catch(() => "")
  const error = decodeUpstreamError(body)
  const status = response.statusCode ?? 0
  return new HandshakeRefused({ code: error?.code ?? status, message: error?.message ?? `HTTP status ${status}` })
}

const readBounded = async (response: IncomingMessage): Promise<string> => {
  let body = ""
  for await (const chunk of response) {
    body += String(chunk)
    if (body.length > REFUSAL_BYTES_MAX) break
  }
  return body
}
