/**
 * AuditPeople: who asks, when every operation is asked: an administrator for staff's operations, a client with an account, an order and a
 * position for theirs, a program with a key for the CRM's, and people who come and go for what ends a session.
 */
import { ServiceScope } from "#contract/CrmAccess.ts"
import type { Operation } from "#dev/audit/ApiDocument.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { DEMO_ADMINISTRATOR } from "#server/DemoLogins.ts"
import { randomUUID } from "node:crypto"
import { setTimeout as delay } from "node:timers/promises"

const PASSWORD = "four random words here"
const QUOTE_MILLIS_MAX = 30_000
const POLL_MILLIS = 100

interface Person {
  readonly email: string
  readonly cookie: string
  readonly userId: string
  readonly accountId: string
}

export class AuditPeople {
  readonly #origin: string
  #admin: Person | undefined
  #trader: Person | undefined
  #isTraderIn = false
  #visitor: Person | undefined
  #service: string | undefined

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Values for path parameters that name something. */
  async names(): Promise<Readonly<Record<string, string>>> {
    const trader = await this.trader()
    const target = await this.#register()
    return { accountId: trader.accountId, userId: target.userId, symbol: "EURUSD", name: "retail", orderId: "O1", positionId: "P1" }
  }

  /** Of a request as somebody who may make it. */
  async headersFor(operation: Operation): Promise<Record<string, string>> {
    const own = ownRequest(this.#origin)
    if (operation.schemes.includes("service")) return { authorization: `Bearer ${await this.#serviceKey()}` }
    if (operation.schemes.includes("staffSession")) return { ...own, cookie: (await this.#administrator()).cookie }
    if (!operation.schemes.includes("session")) return own
    if (operation.path.startsWith("/auth/")) return { ...own, cookie: (this.#visitor ??= await this.#register()).cookie }
    return { ...own, cookie: (await this.trader()).cookie }
  }

  /** After an answer that says that there is no session: who made the request comes anew. */
  forget(operation: Operation): void {
    if (operation.path.startsWith("/auth/")) this.#visitor = undefined
    else if (operation.schemes.includes("staffSession")) this.#admin = undefined
    else if (operation.schemes.includes("service")) this.#service = undefined
    else this.#isTraderIn = false
  }

  async #administrator(): Promise<Person> {
    return (this.#admin ??= await this.#enter("/auth/login", DEMO_ADMINISTRATOR))
  }

  async trader(): Promise<Person> {
    if (this.#trader === undefined) this.#trader = await this.#makeTrader()
    else if (!this.#isTraderIn) this.#trader = await this.#enter("/auth/login", { email: this.#trader.email, password: PASSWORD })
    this.#isTraderIn = true
    return this.#trader
  }

  #register(): Promise<Person> {
    return this.#enter("/auth/register", { email: `audit-${randomUUID()}@example.com`, password: PASSWORD })
  }

  /** Has O1 filled, hence P1, and O2 pending. */
  async #makeTrader(): Promise<Person> {
    const person = await this.#register()
    const orders = `/accounts/${person.accountId}/orders`
    const until = Date.now() + QUOTE_MILLIS_MAX
    const buy = { symbol: "EURUSD", side: "buy", type: "market", lots: "0.1" }
    while ((await this.#send("POST", orders, buy, person.cookie)).status !== 201) {
      if (Date.now() > until) throw new Error("There is no quote to trade on")
      await delay(POLL_MILLIS)
    }
    await this.#send("POST", orders, { ...buy, type: "limit", limitPrice: "0.5" }, person.cookie)
    return person
  }

  async #serviceKey(): Promise<string> {
    if (this.#service !== undefined) return this.#service
    const { cookie } = await this.#administrator()
    const scopes = ServiceScope.literals
    const answer = await this.#send("POST", "/admin/service-keys", { service: "audit", scopes }, cookie)
    const { key } = await answer.json()
    if (typeof key !== "string") throw new Error(`No service key: ${answer.status}`)
    return (this.#service = key)
  }

  async #enter(path: string, body: { readonly email: string; readonly password: string }): Promise<Person> {
    const answer = await this.#send("POST", path, body)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    const { accountIds, userId } = await answer.json()
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(";", 1)[0])
      .join("; ")
    return { email: body.email, cookie, userId, accountId: accountIds[0] ?? "" }
  }

  #send(method: string, path: string, body: object, cookie = ""): Promise<Response> {
    return fetch(this.#origin + path, {
      method,
      headers: { "content-type": "application/json", "idempotency-key": randomUUID(), cookie, ...ownRequest(this.#origin) },
      body: JSON.stringify(body)
    })
  }
}
