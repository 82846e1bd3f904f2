/** What the CRM does about clients and their accounts, over HTTP against a running product. */
import { generateKeyPairSync } from "node:crypto"
import { PgClient } from "@effect/sql-pg"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { mailedToken, PASSWORD, registerPerson } from "./securityClient.ts"
import { makeKey, serviceClient, type ServiceClient } from "./serviceClient.ts"
import { ADMINISTRATOR, eventually, sendTicks, TradingClient } from "./TradingClient.ts"

interface CrmUser {
  readonly userId: string
  readonly externalId: string | null
  readonly email: string
  readonly emailVerified: boolean
  readonly blockedAt: string | null
  readonly accountIds: ReadonlyArray<string>
}
interface Put {
  readonly created: boolean
  readonly user: CrmUser
}
/** What is looked at of an event's data. */
interface Told {
  readonly accountId?: string
  readonly user?: { readonly userId: string }
  readonly changed?: ReadonlyArray<string>
}
interface Changed {
  readonly accounts: ReadonlyArray<{ readonly version: number; readonly after: { readonly usedMargin: string } }>
}
interface Changes {
  readonly changes: ReadonlyArray<{ readonly id: string; readonly type: string; readonly data: Told }>
  readonly next: string
  readonly more: boolean
}

let product: Product
let tokenServer: TestServer
let admin: TradingClient
let crm: ServiceClient
let count = 0
const signing = generateKeyPairSync("ed25519")
const makeRuntime = () => ManagedRuntime.make(PgClient.layer({ url: Redacted.make(product.databaseUrl), maxConnections: 4 }))
let database: ReturnType<typeof makeRuntime>

beforeAll(async () => {
  product = await startProduct()
  tokenServer = await product.addServer({ CRM_JWT_KEY: signing.publicKey.export({ format: "pem", type: "spki" }).toString() })
  database = makeRuntime()
  admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  crm = serviceClient(() => product.url)
})
afterAll(async () => {
  await database?.dispose()
  await product?.stop()
})

const lead = () => {
  const number = ++count
  return { externalId: `lead-${number}`, email: `lead${number}@example.com` }
}
const put = (more: object = {}) => crm.send<Put>("POST", "/crm/users", { ...lead(), ...more })
/** A new client with an account of their own conditions and some money. */
const client = async (money = "10000", account: object = { currency: "USD", mode: "hedging", group: "professional", leverage: 100 }) => {
  const { body, status } = await put({ account, emailVerified: true })
  expect(status).toBe(201)
  const accountId = body.user.accountIds[0] ?? ""
  if (money !== "0") expect((await book(accountId, "deposit", money)).status).toBe(201)
  return { ...body.user, accountId }
}
const book = (accountId: string, kind: string, amount: string, reference = `ref-${++count}`, headers = {}) =>
  crm.send("POST", `/crm/accounts/${accountId}/balance-operations`, { kind, amount, reference }, headers)
const balanceOf = async (accountId: string) => (await crm.send("GET", `/crm/accounts/${accountId}`)).body["balance"]
const changesSince = async (since: string): Promise<Changes> => {
  const all: Array<Changes["changes"][number]> = []
  let next = since
  for (;;) {
    const { body, status } = await crm.send<Changes>("GET", `/crm/changes?since=${next}&limit=500`)
    expect(status).toBe(200)
    all.push(...body.changes)
    next = body.next
    if (!body.more) return { changes: all, next, more: false }
  }
}
/** Chooses a password with the mailed link, and signs in. */
const enter = async (email: string, subject = "Your account is ready") => {
  const person = new TradingClient(() => product.url)
  const token = await eventually("the mail", () => mailedToken(product.url, email, subject))
  expect((await person.send("POST", "/auth/reset-password", { token, password: PASSWORD })).status).toBe(204)
  await person.signIn({ email, password: PASSWORD })
  return person
}

describe("a client of the CRM's", () => {
  it("is made once by the CRM's id, and brought up to date after that", async () => {
    const who = { ...lead(), name: "Ada Trader" }
    const made = await crm.send<Put>("POST", "/crm/users", who)
    expect(made).toMatchObject({ status: 201, body: { created: true, user: { ...who, emailVerified: false, blockedAt: null } } })
    expect(made.body.user.accountIds.length).toBe(1)
    expect(await balanceOf(made.body.user.accountIds[0] ?? "")).toBe("0.00")
    const again = await crm.send<Put>("POST", "/crm/users", who)
    expect(again).toMatchObject({ status: 200, body: { created: false, user: made.body.user } })
    const renamed = await crm.send<Put>("POST", "/crm/users", { ...who, name: "Ada Lovelace", emailVerified: true })
    expect(renamed).toMatchObject({ status: 200, body: { user: { name: "Ada Lovelace", emailVerified: true } } })
  })

  it("is one, with one account, however many ask at once", async () => {
    const who = lead()
    const answers = await Promise.all(Array.from({ length: 20 }, () => crm.send<Put>("POST", "/crm/users", who)))
    expect(answers.filter(({ status }) => status === 201).length).toBe(1)
    expect(new Set(answers.map(({ body }) => body.user.userId)).size).toBe(1)
    const { body } = await crm.send<CrmUser>("GET", `/crm/users/${answers[0]?.body.user.userId}`)
    expect(body.accountIds.length).toBe(1)
    const listed = await crm.send<{ users: ReadonlyArray<CrmUser> }>("GET", `/crm/users?externalId=${who.externalId}`)
    expect(listed.body.users).toEqual([body])
  })

  it("chooses a password by the mailed link, which confirms the address, and signs in", async () => {
    const { body } = await put()
    const before = await new TradingClient(() => product.url).send("POST", "/auth/login", { email: body.user.email, password: PASSWORD })
    expect(before.status).toBe(401)
    const person = await enter(body.user.email)
    expect((await person.send("GET", "/auth/me")).body).toMatchObject({
      userId: body.user.userId,
      emailVerified: true,
      impersonation: null,
      accountIds: body.user.accountIds
    })
  })

  it("is mailed nothing when the CRM says so", async () => {
    const { body } = await put({ invite: false })
    expect(await mailedToken(product.url, body.user.email, "Your account is ready")).toBeUndefined()
  })

  it("who registered alone is found by the address and linked", async () => {
    const person = await registerPerson(product.url)
    const externalId = `linked-${++count}`
    const refused = await crm.send("POST", "/crm/users", { externalId, email: person.email })
    expect(refused).toMatchObject({ status: 409, body: { code: "EMAIL_TAKEN", context: { userId: person.userId } } })
    const linked = await crm.send<{ user: CrmUser }>("PATCH", `/crm/users/${person.userId}`, { externalId })
    expect(linked).toMatchObject({ status: 200, body: { user: { externalId, email: person.email }, accounts: [] } })
    expect(await crm.send("POST", "/crm/users", { externalId, email: person.email })).toMatchObject({ status: 200 })
    const other = await put()
    expect(await crm.send("PATCH", `/crm/users/${other.body.user.userId}`, { externalId })).toMatchObject({
      status: 409,
      body: { code: "EXTERNAL_ID_TAKEN" }
    })
  })

  it("is never staff: their ids do not exist and their addresses are just taken", async () => {
    const id = "demo-administrator"
    for (const [method, path, body] of [
      ["GET", `/crm/users/${id}`, undefined],
      ["PATCH", `/crm/users/${id}`, { blocked: true }],
      ["POST", "/crm/force-logout", { userId: id, reason: "test" }],
      ["POST", "/crm/password-reset", { userId: id, reason: "test" }],
      ["POST", "/sso/impersonate", { adminId: "agent-1", clientId: id, reason: "test" }]
    ] as const) {
      expect(await crm.send(method, path, body)).toMatchObject({ status: 404, body: { code: "USER_NOT_FOUND" } })
    }
    const taken = await crm.send("POST", "/crm/users", { externalId: "staff", email: ADMINISTRATOR.email })
    expect(taken).toMatchObject({ status: 409, body: { code: "EMAIL_TAKEN", context: {} } })
    const listed = await crm.send<{ users: ReadonlyArray<CrmUser> }>("GET", "/crm/users?email=admin")
    expect(listed.body.users.map(({ userId }) => userId)).not.toContain(id)
    expect((await admin.send("GET", "/auth/me")).status).toBe(200)
  })

  it("whose address changes proves the new one; the old one is told", async () => {
    const { email, userId } = await client("0")
    const next = `moved-${email}`
    const { body } = await crm.send<{ user: CrmUser }>("PATCH", `/crm/users/${userId}`, { email: next })
    expect(body.user).toMatchObject({ email: next, emailVerified: false })
    expect(await eventually("the link", () => mailedToken(product.url, next, "Confirm your address"))).toMatch(/^.{43}$/u)
    const mails = await (await fetch(`${product.url}/dev/mail`)).text()
    expect(mails).toContain("Your address was changed")
  })

  it("is listed in pages, newest first", async () => {
    const made = [await put(), await put(), await put()].map(({ body }) => body.user.userId)
    const first = await crm.send<{ users: ReadonlyArray<CrmUser>; nextCursor: string }>("GET", "/crm/users?limit=2")
    const second = await crm.send<{ users: ReadonlyArray<CrmUser> }>("GET", `/crm/users?limit=2&cursor=${first.body.nextCursor}`)
    const ids = [...first.body.users, ...second.body.users].map(({ userId }) => userId)
    expect(ids.slice(0, 3)).toEqual(made.toReversed())
    expect(new Set(ids).size).toBe(4)
  })

  it.each([
    ["a group that there is none", { account: { currency: "USD", mode: "hedging", group: "nobody", leverage: 100 } }, "UNKNOWN_GROUP"],
    ["leverage beyond all", { account: { currency: "USD", mode: "hedging", group: "professional", leverage: 9_999 } }, "INVALID_LEVERAGE"],
    ["a role", { role: "admin" }, "VALIDATION_FAILED"],
    ["no address", { email: "nobody" }, "VALIDATION_FAILED"]
  ])("is not made with %s, and nobody is made", async (_, wrong, code) => {
    const who = lead()
    expect(await crm.send("POST", "/crm/users", { ...who, ...wrong })).toMatchObject({ status: 422, body: { code } })
    expect((await crm.send<{ users: ReadonlyArray<CrmUser> }>("GET", `/crm/users?externalId=${who.externalId}`)).body.users).toEqual([])
  })
})

describe("an Idempotency-Key", () => {
  it("gets the same answer for the same request, and refuses another", async () => {
    const who = lead()
    const headers = { "idempotency-key": `key-${++count}` }
    const first = await crm.send("POST", "/crm/users", who, headers)
    const again = await crm.send("POST", "/crm/users", who, headers)
    expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body })
    expect(first.status).toBe(201)
    expect(await crm.send("POST", "/crm/users", { ...who, name: "Other" }, headers)).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" }
    })
  })

  it("is another service's own", async () => {
    const headers = { "idempotency-key": `key-${++count}` }
    const { key } = await makeKey(admin, "other-crm", ["users:write"])
    expect((await crm.send("POST", "/crm/users", lead(), headers)).status).toBe(201)
    expect((await serviceClient(() => product.url, key).send("POST", "/crm/users", lead(), headers)).status).toBe(201)
  })

  it("keeps nothing of what failed", async () => {
    const headers = { "idempotency-key": `key-${++count}` }
    const { accountId } = await client("0")
    const withdrawal = () => book(accountId, "withdrawal", "10", "later", headers)
    expect(await withdrawal()).toMatchObject({ status: 422, body: { code: "INSUFFICIENT_WITHDRAWABLE_AMOUNT" } })
  })
})

describe("limits", () => {
  const trade = async (accountId: string, person: TradingClient, lots = "1.00") =>
    person.command("POST", `/accounts/${accountId}/orders`, `order-${++count}`, { symbol: "EURUSD", side: "buy", type: "market", lots })

  it("are in force when they are answered, and the answer shows what they did to margin", async () => {
    const { accountId, email, userId } = await client("10000")
    const person = await enter(email)
    await sendTicks(product.simulatorControlUrl, [{ symbol: "EUR/USD", bid: "1.10000", ask: "1.10010" }])
    expect((await trade(accountId, person)).status).toBe(201)
    const preview = await crm.send<Changed>("PATCH", `/crm/users/${userId}?preview=true`, { leverage: 50 })
    expect(preview.body).toMatchObject({ applied: false, accounts: [{ accountId, applied: false, refusal: null }] })
    expect((await crm.send("GET", `/crm/accounts/${accountId}`)).body["leverage"]).toBe(100)

    const changed = await crm.send<Changed>("PATCH", `/crm/users/${userId}`, { leverage: 50, openPositionsMax: 1, lotsMax: "2" })
    const [effect] = changed.body.accounts
    expect(changed.status).toBe(200)
    expect(effect).toMatchObject({ accountId, applied: true, marginWatchAfter: "healthy" })
    const now = await crm.send("GET", `/crm/accounts/${accountId}`)
    expect(now.body).toMatchObject({ leverage: 50, openPositionsMax: 1, lotsMax: "2", version: effect?.version })
    expect(now.body["usedMargin"]).toBe(effect?.after.usedMargin)
    expect(await trade(accountId, person)).toMatchObject({ status: 422, body: { code: "OPEN_POSITIONS_LIMIT" } })

    await crm.send("PATCH", `/crm/users/${userId}`, { tradingMode: "none", openPositionsMax: null })
    expect(await trade(accountId, person)).toMatchObject({ status: 422, body: { code: "TRADING_DISABLED" } })
    const { changes } = await changesSince("0")
    const told = changes.filter(({ data, type }) => type === "user.updated" && data.user?.userId === userId)
    expect(told.map(({ data }) => data.changed)).toEqual([["limits"], ["limits"]])
  })

  it("reach every account of the client or none, and no other's", async () => {
    const { accountId, userId } = await client("0")
    const opened = await crm.send<{ accountId: string }>(
      "POST",
      "/crm/accounts",
      { clientId: userId, currency: "EUR", mode: "netting", group: "professional", leverage: 100 },
      { "idempotency-key": `open-${++count}` }
    )
    expect(opened.status).toBe(201)
    const second = opened.body.accountId
    const modes = async () =>
      await Promise.all([accountId, second].map(async (id) => (await crm.send("GET", `/crm/accounts/${id}`)).body["tradingMode"]))
    const refused = await crm.send("PATCH", `/crm/users/${userId}`, { group: "nobody", tradingMode: "none" })
    expect(refused).toMatchObject({ status: 422, body: { code: "UNKNOWN_GROUP", context: { accountId } } })
    expect(await modes()).toEqual(["full", "full"])
    await crm.send("PATCH", `/crm/users/${userId}`, { tradingMode: "closeOnly", accountIds: [second] })
    expect(await modes()).toEqual(["full", "closeOnly"])
    await crm.send("PATCH", `/crm/users/${userId}`, { tradingMode: "none" })
    expect(await modes()).toEqual(["none", "none"])
    const other = await client("0")
    const foreign = await crm.send("PATCH", `/crm/users/${userId}`, { tradingMode: "full", accountIds: [other.accountId] })
    expect(foreign).toMatchObject({ status: 404, body: { code: "ACCOUNT_NOT_FOUND" } })
  })

  it.each([
    ["an unknown field", { balance: "1" }],
    ["a negative limit", { openPositionsMax: -1 }],
    ["a mode that there is none", { tradingMode: "half" }],
    ["no account", { accountIds: [] }]
  ])("are refused with %s", async (_, wrong) => {
    const { userId } = await client("0")
    expect(await crm.send("PATCH", `/crm/users/${userId}`, wrong)).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED" } })
  })
})

describe("an account", () => {
  it("is opened once under one key, for clients alone", async () => {
    const { userId } = await client("0")
    const conditions = { currency: "USD", mode: "hedging", group: "retail", leverage: 30 }
    const headers = { "idempotency-key": `open-${++count}` }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        crm.send<{ accountId: string }>("POST", "/crm/accounts", { clientId: userId, ...conditions }, headers)
      )
    )
    expect(new Set(answers.map(({ body, status }) => `${status} ${body.accountId}`)).size).toBe(1)
    expect(answers[0]?.headers.get("location")).toBe(`/crm/accounts/${answers[0]?.body.accountId}`)
    const listed = await crm.send<{ accounts: ReadonlyArray<unknown> }>("GET", `/crm/accounts?clientId=${userId}`)
    expect(listed.body.accounts.length).toBe(2)
    expect(await crm.send("POST", "/crm/accounts", { clientId: userId, ...conditions })).toMatchObject({
      status: 400,
      body: { code: "IDEMPOTENCY_KEY_MISSING" }
    })
    expect(await crm.send("POST", "/crm/accounts", { clientId: "demo-administrator", ...conditions }, headers)).toMatchObject({
      status: 404
    })
  })

  it("is read as its client reads it", async () => {
    const { accountId, email } = await client()
    const person = await enter(email)
    await sendTicks(product.simulatorControlUrl, [{ symbol: "EUR/USD", bid: "1.10000", ask: "1.10010" }])
    const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "0.10" }
    const placed = await person.command("POST", `/accounts/${accountId}/orders`, "first", order)
    expect(placed.status).toBe(201)
    for (const path of [
      "/orders",
      "/orders?status=active",
      "/orders/O1",
      "/positions?status=closed",
      "/trades",
      "/ledger",
      "/changes?since=0"
    ]) {
      const own = await person.send("GET", `/accounts/${accountId}${path}`)
      const theirs = await crm.send("GET", `/crm/accounts/${accountId}${path}`)
      expect(theirs.status).toBe(200)
      expect(theirs.body).toEqual(own.body)
    }
    expect((await crm.send("GET", `/crm/accounts/${accountId}/positions`)).body["positions"]).toMatchObject([
      { positionId: "P1", lots: "0.1" }
    ])
    expect((await crm.send("GET", `/crm/accounts/${accountId}/positions/P1`)).body).toMatchObject({ positionId: "P1", status: "open" })
    for (const path of ["", "/orders", "/ledger", "/orders/O9", "/positions/P9"]) {
      const missing = path.includes("9") ? accountId : "999999999"
      expect((await crm.send("GET", `/crm/accounts/${missing}${path}`)).status).toBe(404)
    }
  })
})

describe("a booking", () => {
  it.each([
    ["deposit", "100", "100.00", "0.00"],
    ["creditIn", "50", "0.00", "50.00"],
    ["correction", "-5", "-5.00", "0.00"]
  ])("%s of %s", async (kind, amount, balance, credit) => {
    const { accountId } = await client("0")
    const booked = await book(accountId, kind, amount)
    expect(booked).toMatchObject({ status: 201, body: { accountId, entry: { kind, balanceAfter: balance, creditAfter: credit } } })
    const { body } = await crm.send("GET", `/crm/accounts/${accountId}`)
    expect(body).toMatchObject({ balance, credit })
  })

  it("takes out what is free, and no more", async () => {
    const { accountId } = await client("100")
    expect((await book(accountId, "withdrawal", "60")).status).toBe(201)
    expect(await book(accountId, "withdrawal", "60")).toMatchObject({ status: 422, body: { code: "INSUFFICIENT_WITHDRAWABLE_AMOUNT" } })
    await book(accountId, "creditIn", "10")
    expect((await book(accountId, "creditOut", "10")).status).toBe(201)
    expect(await balanceOf(accountId)).toBe("40.00")
  })

  it("is booked once under one reference, 50 times in parallel", async () => {
    const { accountId } = await client("0")
    const answers = await Promise.all(Array.from({ length: 50 }, () => book(accountId, "deposit", "250", "wire-1")))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 201))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await balanceOf(accountId)).toBe("250.00")
    expect(await book(accountId, "deposit", "251", "wire-1")).toMatchObject({
      status: 422,
      body: { code: "REFERENCE_ALREADY_BOOKED", context: { reference: "wire-1" } }
    })
    expect(await balanceOf(accountId)).toBe("250.00")
    const { body } = await crm.send<{ entries: ReadonlyArray<unknown> }>("GET", `/crm/accounts/${accountId}/ledger`)
    expect(body.entries.length).toBe(1)
  })

  it("that was refused burns no reference", async () => {
    const { accountId } = await client("0")
    const out = () => book(accountId, "withdrawal", "100", "out-later")
    expect(await out()).toMatchObject({ status: 422, body: { code: "INSUFFICIENT_WITHDRAWABLE_AMOUNT" } })
    await book(accountId, "deposit", "150")
    const answers = await Promise.all(Array.from({ length: 10 }, out))
    expect(new Set(answers.map(({ body, status }) => JSON.stringify([status, body["entry"]]))).size).toBe(1)
    expect(answers[0]?.status).toBe(201)
    expect(await balanceOf(accountId)).toBe("50.00")
    expect((await book(accountId, "withdrawal", "20", "out-later")).status).toBe(422)
  })

  it("by staff is answered to the CRM under the same reference", async () => {
    const { accountId } = await client("0")
    const operation = { kind: "deposit", amount: "70", reference: "by-staff" }
    const path = `/admin/accounts/${accountId}/balance-operations`
    const first = await admin.send("POST", path, operation, { "idempotency-key": "of-staff" })
    expect(first.status).toBe(201)
    const second = await book(accountId, "deposit", "70", "by-staff")
    expect(second).toMatchObject({ status: 201, body: { entry: first.body["entry"] } })
    expect(await balanceOf(accountId)).toBe("70.00")
  })

  it("never takes out more than there is, 50 times in parallel", async () => {
    const { accountId } = await client("1000")
    const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => book(accountId, "withdrawal", "150", `out-${number}`)))
    expect(answers.filter(({ status }) => status === 201).length).toBe(6)
    expect(answers.filter(({ status }) => status === 422).length).toBe(44)
    expect(await balanceOf(accountId)).toBe("100.00")
  })

  it("stands in the journal with the CRM as who asked", async () => {
    const { accountId } = await client("5")
    const rows = await database.runPromise(
      SqlClient.SqlClient.use(
        (sql) => sql<{ origin: { kind: string; id: string } }>`
        SELECT origin FROM journal WHERE account_id = ${accountId} AND type = 'LedgerEntryBooked'`
      )
    )
    expect(rows.map(({ origin }) => origin)).toMatchObject([{ kind: "crm", id: "demo-crm/demo00000000" }])
  })

  it.each(["-1", "0", "NaN", "1e3", "0x10", null, 5, "999999999999999999999"])("of %s is refused", async (amount) => {
    const { accountId } = await client("0")
    const answer = await crm.send("POST", `/crm/accounts/${accountId}/balance-operations`, { kind: "deposit", amount, reference: "wrong" })
    expect(answer.status).toBe(422)
  })
})

describe("an end", () => {
  const openStream = async (person: TradingClient) => {
    const socket = new WebSocket(`${product.url.replace("http", "ws")}/stream`, { headers: { cookie: person.cookie } })
    const closed = new Promise<{ code: number; why: string; at: number }>((resolve) =>
      socket.on("close", (code, why) => resolve({ code, why: why.toString(), at: Date.now() }))
    )
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject))
    return { closed }
  }

  it.each([
    ["forcedLogout", (userId: string) => crm.send("POST", "/crm/force-logout", { userId, reason: "asked by phone" })],
    ["blocked", (userId: string) => crm.send("PATCH", `/crm/users/${userId}`, { blocked: true, reason: "stolen card" })]
  ])("by the CRM (%s) closes requests, refreshes and streams within a second, and says why", async (why, end) => {
    const { email, userId } = await client("0")
    const person = await enter(email)
    const cookie = person.cookie
    const stream = await openStream(person)
    expect((await end(userId)).status).toBe(200)
    const endedAt = Date.now()
    const { at, code, why: told } = await stream.closed
    expect({ code, why: told }).toEqual({ code: 4401, why })
    expect(at - endedAt).toBeLessThan(1_000)
    expect((await fetch(`${product.url}/auth/me`, { headers: { cookie } })).status).toBe(401)
    expect((await fetch(`${tokenServer.url}/auth/me`, { headers: { cookie } })).status).toBe(401)
  })

  it("that is a block holds until the CRM lets them in again", async () => {
    const { email, userId } = await client("0")
    await enter(email)
    const signIn = () => new TradingClient(() => product.url).send("POST", "/auth/login", { email, password: PASSWORD })
    await crm.send("PATCH", `/crm/users/${userId}`, { blocked: true })
    expect((await signIn()).status).toBe(401)
    const reset = await crm.send("POST", "/crm/password-reset", { userId, reason: "asked by phone" })
    expect(reset).toMatchObject({ status: 409, body: { code: "USER_BLOCKED" } })
    await crm.send("PATCH", `/crm/users/${userId}`, { blocked: false })
    expect((await signIn()).status).toBe(200)
  })
})

it("a password is reset by the link alone", async () => {
  const { email, userId } = await client("0")
  await enter(email)
  const asked = await crm.send("POST", "/crm/password-reset", { userId, reason: "asked by phone" })
  expect(asked).toMatchObject({ status: 200, body: { userId, email } })
  const signIn = (password: string) => new TradingClient(() => product.url).send("POST", "/auth/login", { email, password })
  expect((await signIn(PASSWORD)).status).toBe(200)
  const token = await eventually("the mail", () => mailedToken(product.url, email, "Choose a new password"))
  const password = "tractor velvet ocean seven"
  expect((await new TradingClient(() => product.url).send("POST", "/auth/reset-password", { token, password })).status).toBe(204)
  expect((await signIn(PASSWORD)).status).toBe(401)
  expect((await signIn(password)).status).toBe(200)
})

describe("changes", () => {
  it("tell everything once, in the order in which it happened to each", async () => {
    const { next } = await changesSince("0")
    const { accountId, email, userId } = await client("100")
    await enter(email)
    await crm.send("PATCH", `/crm/users/${userId}`, { name: "Renamed" })
    const { changes } = await changesSince(next)
    const own = changes.filter(({ data }) => data.user?.userId === userId || data.accountId === accountId)
    expect(own.map(({ type }) => type)).toEqual(["user.created", "balance.updated", "user.updated"])
    expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length)
    const [, booked, renamed] = own
    expect(booked?.data).toMatchObject({ accountId, clientId: userId, entry: { amount: "100.00", balanceAfter: "100.00" } })
    expect(renamed?.data).toMatchObject({ user: { name: "Renamed" }, changed: ["name"] })
  })

  it("leave out nothing that was committed after something later was read", async () => {
    const { next } = await changesSince("0")
    const insert = (id: string) =>
      SqlClient.SqlClient.use(
        (sql) => sql`INSERT INTO outbox (own_id, user_id, type, occurred_at, data)
          VALUES (${id}, 'u1', 'test', now(), '{"endpointId":"e1","message":"hello"}'::json)`
      )
    const slow = Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* Effect.gen(function* () {
        yield* insert("evt_slow")
        // another transaction takes a later id and ends first, and is read
        yield* Effect.promise(() => database.runPromise(insert("evt_quick")))
        between = yield* Effect.promise(() => changesSince(next))
      }).pipe(sql.withTransaction)
    })
    let between: Changes | undefined
    await database.runPromise(slow)
    expect(between?.changes.map(({ id }) => id)).toEqual(["evt_quick"])
    const after = await changesSince(between?.next ?? "0")
    expect(after.changes.map(({ id }) => id)).toEqual(["evt_slow"])
  })

  it("leave out nothing and tell nothing twice while many write and many read", async () => {
    const { next } = await changesSince("0")
    let writing = true
    const reader = async () => {
      const ids: Array<string> = []
      let since = next
      for (;;) {
        const isLast = !writing
        const { changes, next: reached } = await changesSince(since)
        ids.push(...changes.map(({ id }) => id))
        since = reached
        if (isLast) return ids
      }
    }
    const readers = [reader(), reader()]
    const made = await Promise.all(Array.from({ length: 40 }, () => put({ invite: false })))
    writing = false
    const [first = [], second = []] = await Promise.all(readers)
    expect(second).toEqual(first)
    expect(new Set(first).size).toBe(first.length)
    const { changes } = await changesSince(next)
    const created: ReadonlyArray<string> = changes.filter(({ type }) => type === "user.created").map(({ data }) => data.user?.userId ?? "")
    expect(created.toSorted()).toEqual(made.map(({ body }) => body.user.userId).toSorted())
    expect(changes.map(({ id }) => id)).toEqual(first)
  })

  it.each(["", "?since=x", "?since=-1", "?since=0&limit=0", "?since=0&foo=1"])("are not asked with %j", async (query) => {
    expect((await crm.send("GET", `/crm/changes${query}`)).status).toBe(422)
  })
})

describe("a service token", () => {
  const SECONDS = 300
  const sign = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key = signing.privateKey) => {
    const now = Math.floor(Date.now() / 1000)
    const payload = { iss: "crm", aud: "keel", sub: "crm-main", iat: now, exp: now + SECONDS, scope: "users:read", ...claims }
    return new SignJWT(payload).setProtectedHeader({ alg: "EdDSA", ...header }).sign(key)
  }
  const ask = (token: string) => serviceClient(() => tokenServer.url, token).send("GET", "/crm/users")
  const now = () => Math.floor(Date.now() / 1000)

  it("that holds is let in with its scopes alone", async () => {
    const token = await sign()
    expect((await ask(token)).status).toBe(200)
    const elsewhere = await serviceClient(() => tokenServer.url, token).send("POST", "/crm/force-logout", {})
    expect(elsewhere).toMatchObject({ status: 403, body: { code: "SCOPE_MISSING", scope: "sessions:end" } })
    expect((await serviceClient(() => product.url, token).send("GET", "/crm/users")).status).toBe(401)
  })

  it.each<[string, () => Promise<string>]>([
    ["of another issuer", () => sign({ iss: "somebody" })],
    ["for another audience", () => sign({ aud: "other" })],
    ["that is over", () => sign({ iat: now() - 400, exp: now() - 60 })],
    ["from the future", () => sign({ iat: now() + 300, exp: now() + 500 })],
    ["that lives too long", () => sign({ exp: now() + 3_600 })],
    ["without an end", () => sign({ exp: undefined })],
    ["without a subject", () => sign({ sub: undefined })],
    ["without scopes", () => sign({ scope: undefined })],
    ["whose subject is no service", () => sign({ sub: "crm/../admin" })],
    ["signed by somebody else", () => sign({}, {}, generateKeyPairSync("ed25519").privateKey)],
    [
      "signed with our public key as if it were a secret",
      () => {
        const secret = new TextEncoder().encode(signing.publicKey.export({ format: "pem", type: "spki" }).toString())
        return new SignJWT({ iss: "crm", aud: "keel", sub: "crm-main", iat: now(), exp: now() + SECONDS, scope: "users:read" })
          .setProtectedHeader({ alg: "HS256" })
          .sign(secret)
      }
    ],
    [
      "that nobody signed",
      async () => {
        const [, payload] = (await sign()).split(".")
        return `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`
      }
    ],
    [
      "that was altered",
      async () => {
        const [head, , signature] = (await sign()).split(".")
        const [, other] = (await sign({ scope: "users:read users:write" })).split(".")
        return `${head}.${other}.${signature}`
      }
    ]
  ])("%s is refused", async (_, make) => {
    expect(await ask(await make())).toMatchObject({ status: 401, body: { code: "SERVICE_UNAUTHENTICATED" } })
  })
})
