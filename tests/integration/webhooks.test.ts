/** Webhooks of the whole product: what arrives, what the sender refuses, a server killed in the middle, and the CRM's own messages. */
import { randomBytes } from "node:crypto"
import { Webhook } from "standardwebhooks"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { png } from "#server/kyc/inspection/testingFiles.ts"
import { BANK, CARD, ledgerOf, requested } from "./fundingClient.ts"
import { APPROVE_IDENTITY, KycClient } from "./kycClient.ts"
import { registerPerson } from "./securityClient.ts"
import { serviceClient, type ServiceClient } from "./serviceClient.ts"
import { ADMINISTRATOR, eventually, TradingClient } from "./TradingClient.ts"
import { startReceiver, type WebhookReceiver } from "./webhookReceiver.ts"

const CRM_SECRET = `whsec_${randomBytes(32).toString("base64")}`
const OLD_CRM_SECRET = `whsec_${randomBytes(32).toString("base64")}`

let product: Product
let receiver: WebhookReceiver
let crm: ServiceClient
let endpointId = ""

beforeAll(async () => {
  ;[product, receiver] = await Promise.all([
    startProduct({ env: { CRM_WEBHOOK_SECRET: `${CRM_SECRET},${OLD_CRM_SECRET}` } }),
    startReceiver()
  ])
  crm = serviceClient(() => product.url)
  const made = await crm.send<{ endpoint: { endpointId: string }; secret: string }>("POST", "/crm/webhooks/endpoints", {
    url: receiver.url
  })
  expect(made.status).toBe(201)
  receiver.secret = made.body.secret
  endpointId = made.body.endpoint.endpointId
})
afterAll(async () => {
  await receiver?.stop()
  await product?.stop()
})
beforeEach(() => {
  receiver.answer = undefined
  receiver.delayMillis = 0
})

const arrived = (type: string, about: (data: Record<string, unknown>) => boolean) =>
  eventually(type, () => receiver.received.find((one) => one.type === type && about(one.data)))

it("a registration, a deposit and its decision arrive, each once and signed", async () => {
  const person = await registerPerson(product.url)
  const isTheirs = (data: Record<string, unknown>): boolean => JSON.stringify(data).includes(person.userId)
  await arrived("user.created", isTheirs)
  await arrived("balance.updated", isTheirs)
  const depositId = await requested(person, "deposits", { ...CARD, amount: "250" })
  await arrived("deposit.requested", isTheirs)
  expect((await crm.send("POST", `/crm/deposits/${depositId}/decision`, { decision: "approved" })).status).toBe(200)
  const booked = await arrived("balance.updated", (data) => JSON.stringify(data).includes(depositId))
  expect(booked.data).toMatchObject({ accountId: person.accountId, clientId: person.userId, entry: { kind: "deposit", amount: "250.00" } })
  expect(booked.id).toBe(`evt_${person.accountId}_${String(booked.data["sequence"])}`)
  await arrived("deposit.status_changed", isTheirs)
  expect(receiver.unsigned).toEqual([])
  const ids = receiver.received.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

it("an order, its position's end and a refusal arrive, as the API shows them", async () => {
  const { accountId, client } = await registerPerson(product.url)
  const place = (lots: string, key: string) =>
    client.send(
      "POST",
      `/accounts/${accountId}/orders`,
      { symbol: "BTCUSD", side: "buy", type: "market", lots },
      { "idempotency-key": key }
    )
  const isTheirs = (data: Record<string, unknown>): boolean => data["accountId"] === accountId
  expect((await place("0.01", "open")).status).toBe(201)
  expect((await arrived("order.placed", isTheirs)).data).toMatchObject({ order: { orderId: "O1", symbol: "BTCUSD", lots: "0.01" } })
  expect((await place("1000000", "refused")).status).toBe(422)
  const refused = await arrived("order.rejected", isTheirs)
  expect(refused.data).toMatchObject({ order: { status: "rejected", refusal: { code: expect.stringMatching(/^[A-Z_]+$/u) } } })
  const closed = await client.send("POST", `/accounts/${accountId}/positions/P1/close`, {}, { "idempotency-key": "close" })
  expect(closed.status).toBe(200)
  const { data } = await arrived("position.closed", isTheirs)
  const listed = await client.send("GET", `/accounts/${accountId}/positions/P1`)
  expect(data).toMatchObject({ position: { positionId: "P1", status: "closed" }, trade: { entry: "close", positionId: "P1" } })
  expect(data["position"]).toEqual(listed.body)
})

describe("the sender", () => {
  const tested = async () => (await crm.send("POST", `/crm/webhooks/endpoints/${endpointId}/test`)).body

  it("tells what a test was answered", async () => {
    expect(await tested()).toMatchObject({ status: 204, failure: null })
  })
  it("follows no redirect", async () => {
    let isFollowed = false
    receiver.answer = (response, request) => {
      isFollowed ||= request.url !== "/hooks"
      response.writeHead(302, { location: "/elsewhere" }).end()
    }
    expect(await tested()).toMatchObject({ status: 302 })
    expect(isFollowed).toBe(false)
  })
  it("reads no more of an answer than it must, and keeps no more than its beginning", async () => {
    receiver.answer = (response) => response.writeHead(200).end("x".repeat(1_000_000))
    expect(await tested()).toMatchObject({ status: null, failure: "answerTooLong" })
    receiver.answer = (response) => response.writeHead(200).end(`\u0000\u001b[31m${"y".repeat(10_000)}`)
    const { answer } = await tested()
    expect(answer).toHaveLength(1_024)
    expect(answer).toMatch(/^\ufffd\ufffd\[31my+$/u)
  })
  it("gives up after ten seconds, and says why when nobody is there", async () => {
    receiver.answer = () => undefined
    expect(await tested()).toMatchObject({ status: null, failure: "timeout" })
    receiver.answer = (_, request) => request.socket.destroy()
    expect(await tested()).toMatchObject({ status: null, failure: "connection" })
  })
  it("makes no endpoint of an address that is not to be connected to", async () => {
    const faults: Record<string, unknown> = {}
    for (const url of [
      "http://169.254.169.254/latest/meta-data/",
      "https://10.0.0.1/",
      "https://[::ffff:10.0.0.1]/",
      "ftp://127.0.0.1/",
      "nothing"
    ]) {
      const { body, status } = await crm.send("POST", "/crm/webhooks/endpoints", { url })
      expect([url, status, body["code"]]).toEqual([url, 422, expect.stringMatching(/^(WEBHOOK_TARGET_REFUSED|VALIDATION_FAILED)$/u)])
      faults[url] = body["fault"]
    }
    expect(faults).toMatchObject({ "http://169.254.169.254/latest/meta-data/": "privateAddress", "https://10.0.0.1/": "privateAddress" })
  })
})

it("an administrator sees the same endpoints, and nobody else does", async () => {
  const admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  const { body } = await admin.send<{ endpoints: ReadonlyArray<{ endpointId: string }> }>("GET", "/admin/webhooks/endpoints")
  expect(body.endpoints.map((one) => one.endpointId)).toEqual([endpointId])
  const { client } = await registerPerson(product.url)
  expect((await client.send("GET", "/admin/webhooks/endpoints")).status).toBe(403)
  const missing = await admin.send("POST", "/admin/webhooks/endpoints/wep_000000000000000000000000/test")
  expect(missing).toMatchObject({ status: 404, body: { code: "ENDPOINT_NOT_FOUND" } })
})

it("a server that is killed while it delivers loses nothing, and gives nothing a second id", async () => {
  const people = await Promise.all(Array.from({ length: 4 }, () => registerPerson(product.url)))
  // it takes its time, so that the kill finds requests under way
  receiver.delayMillis = 100
  const bookings = 30
  const references = new Map<string, string>()
  let kills = 0
  for (let round = 0; round < bookings; round += 1) {
    for (const { accountId } of people) {
      const reference = `kill-${accountId}-${round}`
      const answer = await crm.send<{ entry?: { entryId: string } }>("POST", `/crm/accounts/${accountId}/balance-operations`, {
        kind: "deposit",
        amount: "1",
        reference
      })
      expect(answer.status).toBe(201)
      references.set(reference, accountId)
    }
    if (round === 10 || round === 20) {
      await product.killServer("SIGKILL")
      kills += 1
      await product.restartServer()
    }
  }
  expect(kills).toBe(2)
  const bookedIn = (reference: string) => receiver.received.filter(({ data }) => Object(data["entry"])["reference"] === reference)
  await eventually("every booking", () => ([...references.keys()].every((one) => bookedIn(one).length > 0) ? true : undefined), 90_000)
  for (const [reference, accountId] of references) {
    const ids = new Set(bookedIn(reference).map(({ id }) => id))
    expect([reference, ids.size]).toEqual([reference, 1])
    expect([...ids][0]).toMatch(new RegExp(`^evt_${accountId}_\\d+$`, "u"))
  }
  for (const { accountId } of people) {
    const firsts = new Map<string, number>()
    for (const { data, id } of receiver.received) {
      if (data["accountId"] === accountId && !firsts.has(id)) firsts.set(id, Number(data["sequence"]))
    }
    expect([...firsts.values()]).toEqual([...firsts.values()].toSorted((a, b) => a - b))
  }
})

describe("a message of the CRM", () => {
  let number = 0
  const message = (type: string, data: object) => JSON.stringify({ type, timestamp: new Date().toISOString(), data })
  const send = async (
    body: string,
    {
      at = new Date(),
      id = `msg_${++number}`,
      secret = CRM_SECRET,
      headers = {}
    }: { at?: Date; id?: string; secret?: string; headers?: object } = {}
  ) => {
    const response = await fetch(`${product.url}/webhooks/crm`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, at, body),
        ...headers
      },
      body
    })
    const answer: Record<string, unknown> = await response.json()
    return { status: response.status, body: answer }
  }
  const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000)

  it("is believed by either secret, and by no other; not when it was changed, and not when it is old", async () => {
    const { userId } = await registerPerson(product.url)
    const logout = message("user.logout", { userId, reason: "test" })
    expect(await send(logout)).toMatchObject({ status: 200, body: { type: "user.logout" } })
    expect(await send(logout, { secret: OLD_CRM_SECRET })).toMatchObject({ status: 200 })
    const refused = async (code: string, ...parameters: Parameters<typeof send>) =>
      expect(await send(...parameters)).toMatchObject({ status: 401, body: { code } })
    await refused("SIGNATURE_WRONG", logout, { secret: receiver.secret })
    await refused("SIGNATURE_WRONG", logout, { headers: { "webhook-id": "msg_other" } })
    await refused("SIGNATURE_MISSING", logout, { headers: { "webhook-signature": "" } })
    await refused("TIMESTAMP_OUT_OF_TOLERANCE", logout, { at: ago(400) })
    await refused("TIMESTAMP_OUT_OF_TOLERANCE", logout, { at: ago(-400) })
  })

  it("approves a deposit once, however often it comes; the contradiction is refused", async () => {
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "300" })
    const approval = message("deposit.decided", { depositId, decision: { decision: "approved" } })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => send(approval, index % 2 === 0 ? { id: "msg_same" } : {})))
    // of the same message at the same moment one is at work: the others are told to come again
    for (const { status } of answers) expect([200, 503]).toContain(status)
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
    expect(await send(approval, { id: "msg_same" })).toMatchObject({ status: 200, body: { messageId: "msg_same" } })
    const decline = message("deposit.decided", { depositId, decision: { decision: "declined", reason: "no" } })
    expect(await send(decline)).toMatchObject({ status: 409, body: { code: "REQUEST_DECIDED" } })
    expect(await send(decline, { id: "msg_same" })).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } })
    const { body } = await person.client.send<{ entries: ReadonlyArray<{ reference: string }> }>(
      "GET",
      `/accounts/${person.accountId}/ledger?limit=100`
    )
    expect(body.entries.filter(({ reference }) => reference === depositId)).toHaveLength(1)
  })

  it("declines a withdrawal, and the money is free again", async () => {
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "300" })
    expect(await send(message("deposit.decided", { depositId, decision: { decision: "approved" } }))).toMatchObject({ status: 200 })
    const withdrawalId = await requested(person, "withdrawals", { ...BANK, amount: "200" })
    const decline = message("withdrawal.decided", { withdrawalId, decision: { decision: "declined", reason: "Not your account" } })
    expect(await send(decline)).toMatchObject({ status: 200, body: { type: "withdrawal.decided" } })
    const again = await requested(person, "withdrawals", { ...BANK, amount: "200" })
    const approval = message("withdrawal.decided", { withdrawalId: again, decision: { decision: "approved" } })
    expect(await send(approval, { id: "msg_paid" })).toMatchObject({ status: 200 })
    expect(await send(approval, { id: "msg_paid" })).toMatchObject({ status: 200, body: { messageId: "msg_paid" } })
    expect(await ledgerOf(person, withdrawalId)).toHaveLength(0)
    expect(await ledgerOf(person, again)).toMatchObject([{ kind: "withdrawal", amount: "-200.00" }])
  })

  it("decides about a document as a reviewer does", async () => {
    const { client } = await registerPerson(product.url)
    const kyc = new KycClient(client)
    const document = await kyc.sent({ kind: "passport", file: png() })
    const decided = (decision: object) => send(message("kyc.decided", { documentId: document.documentId, decision }))
    expect(await decided({ decision: "approve" })).toMatchObject({ status: 422 })
    expect(await decided(APPROVE_IDENTITY)).toMatchObject({ status: 200, body: { type: "kyc.decided" } })
    expect((await kyc.overview()).documents).toMatchObject([{ documentId: document.documentId, state: "approved" }])
    expect(await decided({ decision: "reject", reason: "altered" })).toMatchObject({ status: 409 })
  })

  it("sets limits and blocks", async () => {
    const { accountId, client, userId } = await registerPerson(product.url)
    expect(await send(message("user.changed", { userId, change: { leverage: 20, reason: "Risk review" } }))).toMatchObject({ status: 200 })
    expect((await client.send(`GET`, `/accounts/${accountId}`)).body).toMatchObject({ leverage: 20 })
    expect(await send(message("user.changed", { userId, change: { blocked: true, reason: "Fraud" } }))).toMatchObject({ status: 200 })
    expect((await client.send("GET", "/auth/me")).status).toBe(401)
  })

  it("that is signed and makes no sense is told where", async () => {
    const answer = await send(message("deposit.decided", { depositId: "X", decision: { decision: "perhaps" } }))
    expect(answer).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED" } })
    expect(await send(message("user.logout", { userId: "nobody", reason: "test" }))).toMatchObject({
      status: 404,
      body: { code: "USER_NOT_FOUND" }
    })
    expect((await send("{", {})).status).toBe(422)
  })
})
