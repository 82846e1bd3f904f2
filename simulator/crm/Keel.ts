/** Keel: the platform as a CRM sees it: an address, a key, and the operations that docs/crm.md describes. Nothing else is used here. */

export interface KeelAnswer<Body = unknown> {
  readonly status: number
  /** As the documentation says; on an error, problem details. */
  readonly body: Body
}

const PATIENCE_MILLIS = 15_000

export class Keel {
  readonly #url: string
  readonly #key: string

  constructor(url: string, key: string) {
    this.#url = url
    this.#key = key
  }

  async call<Body = unknown>(method: string, path: string, body?: unknown): Promise<KeelAnswer<Body>> {
    const answer = await this.#fetch(method, path, body)
    const text = await answer.text()
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) }
  }

  /** As it is, such as a client's document. */
  async bytes(path: string): Promise<{ readonly status: number; readonly bytes: Buffer }> {
    const answer = await this.#fetch("GET", path)
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
  }

  #fetch(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" })
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MILLIS)
    })
  }

  /**
   * Has webhooks sent to `url`; resolves to the secret that signs them, which is shown this one time. An endpoint of the same address is a
   * leftover of an earlier run, whose secret is gone with it.
   */
  async subscribe(url: string): Promise<string> {
    const listed = await this.call<{ endpoints?: ReadonlyArray<{ endpointId: string; url: string }> }>("GET", "/crm/webhooks/endpoints")
    for (const endpoint of listed.body.endpoints ?? []) {
      if (endpoint.url === url) await this.call("DELETE", `/crm/webhooks/endpoints/${endpoint.endpointId}`)
    }
    const made = await this.call<{ secret: string }>("POST", "/crm/webhooks/endpoints", { url, description: "CRM look-alike" })
    if (made.status !== 201) throw new Error(`Keel does not send webhooks to ${url}: ${made.status} ${JSON.stringify(made.body)}`)
    return made.body.secret
  }
}
