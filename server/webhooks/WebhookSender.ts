/**
 * WebhookSender: one POST to where somebody else said. It trusts neither the address nor the answer: every address that the name stands for
 * is checked, and connected to is what was checked, so that a name that changes its mind between the two gains nothing; a redirect is not
 * followed; what comes back is bounded in size and time.
 */
import { AppConfig } from "#server/Config.ts"
import type { SignedHeaders } from "#server/webhooks/WebhookSignature.ts"
import type { WebhookAnswer } from "#server/webhooks/webhookRetry.ts"
import { hostOf, WebhookTargets } from "#server/webhooks/WebhookTargets.ts"
import { Context, Effect, Layer } from "effect"
import { lookup as lookUp, type LookupAddress } from "node:dns"
import http from "node:http"
import https from "node:https"
import type { LookupFunction } from "node:net"

/** From the first byte of the request to the last of the answer. */
const DEADLINE = "10 seconds"
export const ANSWER_BYTES_MAX = 64 * 1024
/** Of an answer, kept in the delivery log. */
const ANSWER_KEPT_CHARACTERS = 1_024
/** To one host; the others wait. */
const SOCKETS_MAX = 64
const IDLE_SOCKET_MILLIS = 30_000

export interface WebhookRequest {
  readonly url: string
  readonly headers: SignedHeaders
  readonly body: string
}

class ForbiddenTarget extends Error {}
class AnswerTooLong extends Error {}

/** What the log and PostgreSQL can keep. */
const keptText = (bytes: Buffer): string =>
  bytes
    .toString("utf8")
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n\t]/gu, "\ufffd")
    .slice(0, ANSWER_KEPT_CHARACTERS)

const failureOf = (error: unknown): WebhookAnswer => {
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  const failure =
    error instanceof ForbiddenTarget
      ? "forbiddenTarget"
      : error instanceof AnswerTooLong
        ? "answerTooLong"
        : /^(ERR_TLS|ERR_SSL|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/u.test(code)
          ? "tls"
          : "connection"
  return { failure, answer: failure === "connection" || failure === "tls" ? code : "" }
}

/** Resolves a name, and lets none of its addresses pass that may not be sent to. */
const checkedLookup =
  (targets: WebhookTargets, url: URL): LookupFunction =>
  (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error: Error | null, addresses: Array<LookupAddress>) => {
      const first = addresses?.[0]
      if (error !== null || first === undefined) return callback(error ?? new Error("no address"), "")
      const isForbidden = addresses.some(({ address }) => targets.addressFault(url, address) !== undefined)
      if (isForbidden) return callback(new ForbiddenTarget(), "")
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }

export class WebhookSender extends Context.Service<
  WebhookSender,
  { readonly send: (request: WebhookRequest) => Effect.Effect<WebhookAnswer> }
>()("server/webhooks/WebhookSender") {
  static readonly layer = Layer.effect(
    WebhookSender,
    Effect.gen(function* () {
      const targets = new WebhookTargets((yield* AppConfig).webhookPrivateNetworks)
      const pool = { keepAlive: true, maxSockets: SOCKETS_MAX, timeout: IDLE_SOCKET_MILLIS }
      const agents = yield* Effect.acquireRelease(
        Effect.sync(() => ({ "http:": new http.Agent(pool), "https:": new https.Agent(pool) })),
        (both) =>
          Effect.sync(() => {
            both["http:"].destroy()
            both["https:"].destroy()
          })
      )

      const post = ({ body, headers, url: text }: WebhookRequest) =>
        Effect.callback<WebhookAnswer>((resume) => {
          const url = new URL(text)
          const isTls = url.protocol === "https:"
          // a name is looked at when it is resolved, an address as it stands
          if (targets.urlFault(text) !== undefined) return resume(Effect.succeed({ failure: "forbiddenTarget", answer: "" }))
          const request = (isTls ? https : http).request(url, {
            method: "POST",
            agent: isTls ? agents["https:"] : agents["http:"],
            lookup: checkedLookup(targets, url),
            ...(isTls ? { servername: hostOf(url) } : {}),
            headers: {
              ...headers,
              "content-type": "application/json",
              "content-length": Buffer.byteLength(body),
              "user-agent": "Keel-Webhooks/1",
              accept: "*/*"
            }
          })
          const fail = (error: unknown): void => resume(Effect.succeed(failureOf(error)))
          request.on("error", fail)
          request.on("response", (response) => {
            const chunks: Array<Buffer> = []
            let length = 0
            response.on("error", fail)
            response.on("data", (chunk: Buffer) => {
              length += chunk.length
              if (length > ANSWER_BYTES_MAX) request.destroy(new AnswerTooLong())
              else chunks.push(chunk)
            })
            response.on("end", () =>
              resume(
                Effect.succeed({
                  status: response.statusCode ?? 0,
                  retryAfter: response.headers["retry-after"],
                  answer: keptText(Buffer.concat(chunks))
                })
              )
            )
          })
          request.end(body)
          return Effect.sync(() => request.destroy())
        })

      return WebhookSender.of({
        send: (request) =>
          post(request).pipe(
            Effect.timeoutOrElse({
              duration: DEADLINE,
              orElse: () => Effect.succeed<WebhookAnswer>({ failure: "timeout", answer: "" })
            })
          )
      })
    })
  )
}
