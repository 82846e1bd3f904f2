/** fundingClient: the CRM and the clients of the funding tests, and a database that can be made to wait. */
import { makeDatabase } from "#db/Database.ts"
import { Deferred, Effect, Fiber, ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { expect } from "vitest"
import type { Answer, TradingClient } from "./TradingClient.ts"
import type { Person } from "./securityClient.ts"

export const CARD = { method: "card", currency: "USD", details: {} }
export const BANK = { method: "bankTransfer", currency: "USD", details: { accountHolder: "Ada Lovelace", iban: "GB33BUKB20201555555555" } }

let keys = 0
export const freshKey = (): string => `funding-${++keys}`

export const requestFunding = (
  { accountId, client }: Person,
  kind: "deposits" | "withdrawals",
  body: object,
  key = freshKey()
): Promise<Answer> => client.send("POST", `/accounts/${accountId}/${kind}`, body, { "idempotency-key": key })

/** The id of a request that is accepted. */
export const requested = async (person: Person, kind: "deposits" | "withdrawals", body: object): Promise<string> => {
  const answer = await requestFunding(person, kind, body)
  expect(answer).toMatchObject({ status: 201, body: { status: "requested" } })
  return String(answer.body["requestId"])
}

export const accountOf = async ({ accountId, client }: Person): Promise<Record<string, unknown>> =>
  (await client.send("GET", `/accounts/${accountId}`)).body

export const ledgerOf = async ({ accountId, client }: Person, reference: string): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const { body } = await client.send<{ entries: ReadonlyArray<Record<string, unknown>> }>("GET", `/accounts/${accountId}/ledger?limit=500`)
  return body.entries.filter((entry) => entry["reference"] === reference)
}

/** As the CRM asks: by a key that an administrator made. */
export class CrmClient {
  readonly #origin: () => string
  readonly #key: string

  constructor(origin: () => string, key: string) {
    this.#origin = origin
    this.#key = key
  }

  static async make(origin: () => string, admin: TradingClient, scopes: ReadonlyArray<string>): Promise<CrmClient> {
    const made = await admin.send("POST", "/admin/service-keys", { service: "crm", scopes })
    expect(made.status).toBe(201)
    return new CrmClient(origin, String(made.body["key"]))
  }

  /** The same CRM, talking to another server. */
  at(origin: () => string): CrmClient {
    return new CrmClient(origin, this.#key)
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.#origin() + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000)
    })
    const text = await response.text()
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) }
  }

  /** `requestId` says which kind it is. */
  decide(requestId: string, decision: object, key?: string): Promise<Answer> {
    const kind = requestId.startsWith("D") ? "deposits" : "withdrawals"
    return this.send("POST", `/crm/${kind}/${requestId}/decision`, decision, key === undefined ? {} : { "idempotency-key": key })
  }
}

/** The product's database, seen and held up from outside. */
export class HeldDatabase {
  readonly #runtime: ManagedRuntime.ManagedRuntime<SqlClient.SqlClient, unknown>

  constructor(url: string) {
    this.#runtime = ManagedRuntime.make(makeDatabase(Redacted.make(url)))
  }

  rows<Row extends object>(query: string, parameters: ReadonlyArray<unknown> = []): Promise<ReadonlyArray<Row>> {
    return this.#runtime.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe<Row>(query, parameters)))
  }

  /** Keeps a lock for as long as `during` takes, and then ends what the product's connections were about. */
  whileHeld<A>(lock: string, during: () => Promise<A>): Promise<A> {
    return this.#runtime.runPromise(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const held = yield* Deferred.make<void>()
        const release = yield* Deferred.make<void>()
        const holding = yield* Effect.forkChild(
          sql.withTransaction(
            Effect.gen(function* () {
              yield* sql.unsafe(lock)
              yield* Deferred.succeed(held, undefined)
              yield* Deferred.await(release)
            })
          )
        )
        yield* Deferred.await(held)
        const result = yield* Effect.promise(during)
        yield* sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid() AND datname = current_database()`
        yield* Deferred.succeed(release, undefined)
        yield* Fiber.join(holding)
        return result
      })
    )
  }

  async stop(): Promise<void> {
    await this.#runtime.dispose()
  }
}
