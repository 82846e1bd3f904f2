/**
 * CrmServer: a CRM in miniature. It takes webhooks at /webhooks/keel, and has a page on which an operator sees clients, decides deposits,
 * withdrawals and documents, changes limits, signs clients out and looks at the platform as one of them.
 *
 * It keeps nothing but the last events: what the page shows is asked of Keel each time. For one's own machine: it knows no users.
 */
import { createReadStream } from "node:fs"
import http, { type IncomingMessage, type ServerResponse } from "node:http"
import path from "node:path"
import type { Keel, KeelAnswer } from "./Keel.ts"
import { verifyWebhook } from "./verifyWebhook.ts"

const EVENTS_KEPT = 200
const BODY_BYTES_MAX = 256 * 1024
/** What an operator of this CRM is called. */
const ADMIN_ID = "operator-1"

interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly receivedAt: string
  readonly data: unknown
}

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["page.html", "text/html; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/page.css": ["page.css", "text/css; charset=utf-8"]
}

/** Buttons of the page, each one operation of the API. */
const ACTIONS: Readonly<Record<string, (id: string, body: unknown) => readonly [method: string, path: string, body: unknown]>> = {
  deposit: (id, body) => ["POST", `/crm/deposits/${id}/decision`, body],
  withdrawal: (id, body) => ["POST", `/crm/withdrawals/${id}/decision`, body],
  document: (id, body) => ["POST", `/crm/kyc/${id}/decision`, body],
  user: (id, body) => ["PATCH", `/crm/users/${id}`, body],
  logout: (id) => ["POST", "/crm/force-logout", { userId: id, reason: "Signed out from the CRM" }],
  impersonate: (id, body) => ["POST", "/sso/impersonate", { adminId: ADMIN_ID, clientId: id, ...Object(body) }]
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) throw new Error("the body is too long")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body))
}

/** The page's own requests: neither other sites nor names that were bent to this machine. */
const isOwnPage = ({ headers }: IncomingMessage): boolean => {
  const site = headers["sec-fetch-site"]
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/u.test(headers.host ?? "") && (site === undefined || site === "same-origin" || site === "none")
}

export class CrmServer {
  readonly #keel: Keel
  readonly #events: Array<ReceivedEvent> = []
  /** Ids that came before: a repetition is answered and otherwise ignored. */
  readonly #seen = new Set<string>()
  readonly #pages = new Set<ServerResponse>()
  #secret: string | undefined

  constructor(keel: Keel) {
    this.#keel = keel
  }

  /** From now on webhooks are believed when this signed them. */
  trust(secret: string): void {
    this.#secret = secret
  }

  listen(port: number): Promise<http.Server> {
    const server = http.createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) send(response, 502, { title: String(error) })
      })
    })
    return new Promise((resolve, reject) => {
      server.once("error", reject)
      server.listen(port, "127.0.0.1", () => resolve(server))
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://crm")
    if (request.method === "POST" && pathname === "/webhooks/keel") return this.#receive(request, response)
    if (!isOwnPage(request)) return send(response, 403, { title: "For the CRM's own page" })
    if (request.method === "POST" && pathname.startsWith("/act/")) return this.#act(pathname, request, response)
    if (request.method !== "GET") return send(response, 405, { title: "Not that way" })
    if (pathname === "/state") return send(response, 200, await this.#state())
    if (pathname === "/changes") return this.#follow(response)
    if (pathname.startsWith("/documents/")) return this.#document(pathname, response)
    const [file, type] = FILES[pathname] ?? []
    if (file === undefined || type === undefined) return send(response, 404, { title: "There is no such page" })
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" })
    createReadStream(path.join(import.meta.dirname, file)).pipe(response)
  }

  /** Verify, note the id, answer at once: whatever takes longer comes after the answer. */
  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    if (this.#secret === undefined || !verifyWebhook(this.#secret, request.headers, body))
      return send(response, 401, { title: "Not signed by Keel" })
    const { data, id, type } = JSON.parse(body)
    response.writeHead(204).end()
    if (this.#seen.has(id)) return
    this.#seen.add(id)
    this.#events.unshift({ id, type, receivedAt: new Date().toISOString(), data })
    for (const { id: old } of this.#events.splice(EVENTS_KEPT)) this.#seen.delete(old)
    for (const page of this.#pages) page.write("data: changed\n\n")
  }

  /** Everything that the page shows. */
  async #state(): Promise<object> {
    const [users, deposits, withdrawals, documents] = await Promise.all(
      ["/crm/users", "/crm/deposits", "/crm/withdrawals", "/crm/kyc"].map((one) => this.#keel.call("GET", one))
    )
    const of = (answer: KeelAnswer | undefined, name: string): unknown => (answer?.status === 200 ? Object(answer.body)[name] : [])
    return {
      isSubscribed: this.#secret !== undefined,
      users: of(users, "users"),
      deposits: of(deposits, "requests"),
      withdrawals: of(withdrawals, "requests"),
      documents: of(documents, "documents"),
      events: this.#events
    }
  }

  async #act(pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, , action = "", id = ""] = pathname.split("/")
    const operation = ACTIONS[action]
    if (operation === undefined || !/^[\w-]{1,64}$/u.test(id)) return send(response, 404, { title: "There is no such button" })
    const text = await readBody(request)
    const [method, target, body] = operation(id, text === "" ? {} : JSON.parse(text))
    const answer = await this.#keel.call(method, target, body)
    for (const page of this.#pages) page.write("data: changed\n\n")
    send(response, answer.status, answer.body)
  }

  /** What a client uploaded, opened without anything in it running. */
  async #document(pathname: string, response: ServerResponse): Promise<void> {
    const [, , documentId = "", side = "", format = ""] = pathname.split("/")
    const type = { jpeg: "image/jpeg", png: "image/png", pdf: "application/pdf" }[format]
    if (type === undefined || !/^[\w-]+$/u.test(documentId) || !/^[\w-]+$/u.test(side))
      return send(response, 404, { title: "No such file" })
    const { bytes, status } = await this.#keel.bytes(`/crm/kyc/${documentId}/files/${side}`)
    const headers = {
      "content-type": type,
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox",
      "cache-control": "no-store"
    }
    if (status === 200) response.writeHead(200, headers).end(bytes)
    else send(response, status, { title: "The file cannot be shown" })
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" })
    response.write("data: changed\n\n")
    this.#pages.add(response)
    response.on("close", () => this.#pages.delete(response))
  }
}
