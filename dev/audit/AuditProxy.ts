/** AuditProxy: stands between a tool that asks and the product: asks as somebody who may, and judges every answer on its way back. */
import { AnswerJudge } from "#dev/audit/AnswerJudge.ts"
import type { ApiDocument, Operation } from "#dev/audit/ApiDocument.ts"
import type { AuditPeople } from "#dev/audit/AuditPeople.ts"
import { refusedForShape } from "#dev/audit/refusedForShape.ts"
import { freePort } from "#db/EmbeddedPostgres.ts"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"

const ANSWER_MILLIS_MAX = 30_000
/** Those of one connection, and what `fetch` sets itself. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "host"
])

/** Specmatic says what it expects: a success of what fits the document, a refusal of what does not. */
const EXPECTED_HEADER = "specmatic-response-code"
const TEXT_SHOWN_MAX = 300

const textHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === "string" && !HOP_BY_HOP.has(name) ? [[name, value] as const] : []
    )
  )

export class AuditProxy {
  readonly #origin: string
  readonly #document: ApiDocument
  readonly #people: AuditPeople
  readonly #judge: AnswerJudge
  readonly #server: Server
  readonly #findings = new Map<string, string>()
  /** How often each operation was asked. */
  readonly asked = new Map<string, number>()

  constructor(origin: string, document: ApiDocument, people: AuditPeople) {
    this.#origin = origin
    this.#document = document
    this.#people = people
    this.#judge = new AnswerJudge(document)
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch((error: unknown) => {
        this.#find(`${request.method} ${request.url}: no answer: ${String(error)}`)
        response.destroy()
      })
    })
  }

  async listen(): Promise<string> {
    const port = await freePort()
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve))
    return `http://127.0.0.1:${port}`
  }

  /** Each finding once, with the first request that had it. */
  get findings(): ReadonlyArray<string> {
    return [...this.#findings.values()]
  }

  #find(finding: string, example = ""): void {
    const kind = finding.replaceAll(/"traceId":"\w+"/gu, "")
    if (!this.#findings.has(kind)) this.#findings.set(kind, `${finding}\n    ${example.slice(0, TEXT_SHOWN_MAX)}`)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request
    const operation = this.#document.find(method, new URL(url, this.#origin).pathname)
    const body = await buffer(request)
    let answer = await this.#ask(request, operation, body)
    // its session was ended by what was asked before
    if (answer.status === 401 && operation !== undefined && operation.schemes.length > 0) {
      this.#people.forget(operation)
      answer = await this.#ask(request, operation, body)
    }
    const text = await answer.text()
    const { headers, status } = answer
    if (operation !== undefined) {
      this.asked.set(operation.name, (this.asked.get(operation.name) ?? 0) + 1)
      const expected = String(request.headers[EXPECTED_HEADER] ?? "")
      const query = new URL(url, this.#origin).searchParams
      const asked = { query, headers: new Headers(textHeaders(request)), text: body.toString("utf8") }
      const fits = this.#judge.fits(operation, asked)
      const findings = [
        ...this.#judge.findings(operation, { status, headers, text }),
        ...(expected.startsWith("2") && fits && refusedForShape(operation, { status, text })
          ? ["refused although it fits the document"]
          : []),
        ...(expected.startsWith("4") && !fits && answer.ok ? ["done although it does not fit the document"] : [])
      ]
      for (const finding of findings) this.#find(`${operation.name}: ${finding}`, `${url} ${body.toString("utf8")} → ${status} ${text}`)
    }
    response.writeHead(answer.status, [...answer.headers].filter(([name]) => !HOP_BY_HOP.has(name)).flat()).end(text)
  }

  async #ask(request: IncomingMessage, operation: Operation | undefined, body: Buffer): Promise<Response> {
    const { method = "GET", url = "/" } = request
    const own = operation === undefined ? {} : await this.#people.headersFor(operation)
    // what the tool says of its own goes first, so that it can leave the header of our requests out or spoil it
    const { "x-keel-request": _, ...identity } = own
    return await fetch(this.#origin + url, {
      method,
      headers: { ...textHeaders(request), ...identity },
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_MILLIS_MAX),
      ...(method === "GET" || method === "HEAD" || body.length === 0 ? {} : { body: new Uint8Array(body) })
    })
  }
}
