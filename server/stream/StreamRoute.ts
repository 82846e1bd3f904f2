/**
 * StreamRoute: `GET /stream`, on the port of everything else.
 *
 * `ws` itself stands in the route: what a slow client has not read, pings and cutting it off are not within reach of Effect's own sockets.
 * Everything that can be refused is refused by HTTP, before the upgrade.
 */
import { SESSION_COOKIE } from "#contract/Access.ts"
import { CrossSiteRequest, ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"
import { CloseCode } from "#contract/Stream.ts"
import { SymbolList } from "#contract/Wire.ts"
import { AuditTrail } from "#db/AuditTrail.ts"
import type { SessionRecord } from "#db/Sessions.ts"
import { userAgentOf } from "#server/audit/AuditedLive.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { AppConfig } from "#server/Config.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { completeProblem } from "#server/http/completeProblem.ts"
import { Exchange } from "#server/http/Exchange.ts"
import { answerAndClose } from "#server/http/makeNodeServer.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { isOwnOrigin } from "#server/http/SameSite.ts"
import type { Watcher } from "#server/stream/Connection.ts"
import { StreamHub } from "#server/stream/StreamHub.ts"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Clock, Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServerRespondable, HttpServerResponse, type HttpServerRequest } from "effect/http"
import { IncomingMessage } from "node:http"
import { WebSocket, WebSocketServer, type RawData } from "ws"

/** Longer messages close the connection (1009). */
export const MESSAGE_BYTES_MAX = 16 * 1024

const decodeSymbols = Schema.decodeUnknownEffect(SymbolList)

const isHandshake = ({ headers }: HttpServerRequest.HttpServerRequest): boolean => headers["upgrade"]?.toLowerCase() === "websocket"

const BAD_REQUEST = 400

/** Waits for the handshake; undefined when the client does not finish it. */
const upgrade = (server: WebSocketServer, request: IncomingMessage): Effect.Effect<WebSocket | undefined> =>
  Effect.callback<WebSocket | undefined>((resume) => {
    const { socket } = request
    const onClose = () => resume(Effect.succeed(undefined))
    if (socket.destroyed) return onClose()
    socket.once("close", onClose)
    server.handleUpgrade(request, socket, Buffer.alloc(0), (webSocket) => {
      socket.off("close", onClose)
      // nothing is read before somebody listens
      webSocket.pause()
      resume(Effect.succeed(webSocket))
    })
  })

const closed = (webSocket: WebSocket): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    webSocket.once("close", () => resume(Effect.void))
    if (webSocket.readyState === WebSocket.CLOSED) resume(Effect.void)
    return Effect.sync(() => {
      webSocket.close(CloseCode.restart, "restart")
      webSocket.terminate()
    })
  })

/** RFC 6455: a kind of message that is not accepted. */
const UNSUPPORTED_DATA = 1003

const textOf = (data: RawData): string => {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8")
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8")
}

export const StreamRoute = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const hub = yield* StreamHub
    const sessions = yield* ActiveSessions
    const limits = yield* RateLimits
    const trail = yield* AuditTrail
    const { publicOrigin } = yield* AppConfig
    const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false })
    // a handshake that is none, such as one with half a key: without this it is answered without the headers that every answer has
    server.on("wsClientError", (_error, socket) => answerAndClose(socket, BAD_REQUEST))

    /** Who connects and what they want, or the problem that refuses them. */
    const admit = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
      const { host, origin } = request.headers
      if (origin !== undefined && !isOwnOrigin(origin, host, publicOrigin)) return yield* new CrossSiteRequest({})
      const unavailable = () => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: 1 })
      if (hub.isFull()) return yield* unavailable()
      const asked = new URL(request.url, "http://stream").searchParams.get("symbols")
      const symbols =
        asked === null || asked === ""
          ? []
          : yield* decodeSymbols(asked).pipe(
              Effect.mapError(
                () =>
                  new ValidationFailed({
                    errors: [{ in: "query", pointer: "/symbols", detail: "Expected symbols separated by commas" }]
                  })
              )
            )
      const session = yield* sessions.find(request.cookies[SESSION_COOKIE] ?? "").pipe(Effect.mapError(unavailable))
      return { symbols, session }
    })

    /** As a request for the account would be: somebody tried what is not theirs. The answer does not wait for it. */
    const watcherOf = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, session: SessionRecord) {
      const { impersonation, role, userId } = session
      const { requestId } = yield* Exchange
      const refused = Effect.fnUntraced(function* (accountId: string) {
        const entry = trail.append({
          at: yield* Clock.currentTimeMillis,
          action: "stream.watchAccount",
          outcome: "ACCOUNT_NOT_FOUND",
          actorId: userId,
          actorRole: role,
          ...(impersonation === undefined ? {} : { impersonatedBy: impersonation.adminId }),
          subject: `account:${accountId}`,
          ip: clientIp(request),
          userAgent: userAgentOf(request),
          requestId,
          reason: null,
          before: null,
          after: null
        })
        const kept = entry.pipe(Effect.catch(({ cause }) => Effect.logError("A refusal was not written into the audit trail", { cause })))
        yield* Effect.forkDetach(kept)
      })
      return { userId, role, refused } satisfies Watcher
    })

    const serve = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
      const { session, symbols } = yield* admit(request)
      const source = NodeHttpServerRequest.toIncomingMessage(request)
      if (!(source instanceof IncomingMessage)) return HttpServerResponse.empty({ status: 426 })
      const webSocket = yield* upgrade(server, source)
      if (webSocket === undefined) return HttpServerResponse.empty()
      webSocket.on("error", () => webSocket.terminate())
      const stream = yield* hub.open(webSocket, session && (yield* watcherOf(request, session)), symbols)
      webSocket.on("pong", stream.pong)
      webSocket.on("message", (data, isBinary) => {
        if (isBinary) stream.close(UNSUPPORTED_DATA, "text messages only")
        else stream.receive(textOf(data))
      })
      webSocket.resume()
      if (session !== undefined) {
        const unwatch = sessions.watch(session.sessionKey, (why) => stream.close(CloseCode.sessionEnded, why))
        yield* Effect.addFinalizer(() => Effect.sync(unwatch))
      }
      yield* closed(webSocket)
      return HttpServerResponse.empty()
    })

    yield* router.add("GET", "/stream", (request) =>
      limits.consume("streams", clientIp(request)).pipe(
        Effect.andThen(
          isHandshake(request)
            ? Effect.scoped(serve(request))
            : Effect.succeed(HttpServerResponse.empty({ status: 426, headers: { upgrade: "websocket" } }))
        ),
        Effect.catch((problem) => Effect.flatMap(completeProblem(problem), HttpServerRespondable.toResponse))
      )
    )
  })
)
