/** TradingClient: a client of a running server, as an outsider would write one: fetch, a cookie, an Idempotency-Key. */
import { ownRequest } from "#dev/ownRequest.ts"

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number
  readonly body: Body
}

export interface Credentials {
  readonly email: string
  readonly password: string
}

export const ADMINISTRATOR: Credentials = { email: "admin@keel.example", password: "demo-administrator-1" }

export class TradingClient {
  readonly #origin: () => string
  readonly #cookies = new Map<string, string>()

  /** `origin` is asked anew for each request: servers move. */
  constructor(origin: () => string) {
    this.#origin = origin
  }

  /** For requests that are made by hand. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ")
  }

  /** Sends one request; fails only when no answer comes. */
  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {}
  ): Promise<Answer<Body>> {
    const origin = this.#origin()
    const response = await fetch(origin + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...ownRequest(origin),
        cookie: this.cookie,
        ...headers
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000)
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";", 1)[0] ?? "").split("=")
      if (value === "") this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    const text = await response.text()
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) }
  }

  /** Sends a command until an answer comes that is not "unknown, send it again": the same key all along. */
  async command(method: string, path: string, key: string, body?: unknown, until = Date.now() + 60_000): Promise<Answer> {
    for (;;) {
      const answer = await this.send(method, path, body, { "idempotency-key": key }).catch(() => undefined)
      if (answer !== undefined && answer.status !== 503 && answer.status !== 429) return answer
      if (Date.now() > until) throw new Error(`${method} ${path} got no answer: ${JSON.stringify(answer)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async signIn(credentials: Credentials): Promise<ReadonlyArray<string>> {
    const answer = await this.send<{ accountIds: ReadonlyArray<string> }>("POST", "/auth/login", credentials)
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body.accountIds
  }
}

/** Waits until `condition` answers something. */
export const eventually = async <A>(
  what: string,
  condition: () => Promise<A | undefined> | A | undefined,
  millisMax = 30_000
): Promise<A> => {
  const until = Date.now() + millisMax
  for (;;) {
    const found = await condition()
    if (found !== undefined) return found
    if (Date.now() > until) throw new Error(`${what}: not within ${millisMax} ms`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Makes the simulator send exactly these ticks; resolves when they were written to its clients. */
export const sendTicks = async (controlUrl: string, ticks: ReadonlyArray<Record<string, unknown>>): Promise<void> => {
  const response = await fetch(`${controlUrl}/control/ticks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(ticks)
  })
  if (!response.ok) throw new Error(`ticks: ${response.status} ${await response.text()}`)
}

export const control = async (controlUrl: string, what: "pause" | "resume"): Promise<void> => {
  const response = await fetch(`${controlUrl}/control/${what}`, { method: "POST" })
  if (!response.ok) throw new Error(`${what}: ${response.status}`)
}
