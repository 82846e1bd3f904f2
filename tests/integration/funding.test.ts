/** Deposits and withdrawals over HTTP, as clients and the CRM ask for them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { accountOf, BANK, CARD, CrmClient, freshKey, HeldDatabase, ledgerOf, requested, requestFunding } from "./fundingClient.ts"
import { registerPerson, type Person } from "./securityClient.ts"
import { ADMINISTRATOR, control, eventually, sendTicks, TradingClient, type Answer } from "./TradingClient.ts"
import { verifyDatabase } from "./verifyDatabase.ts"

/** Requests and decisions sent at the same time. */
const PARALLEL = 50

let product: Product
let admin: TradingClient
let crm: CrmClient

const market = async (bid: number): Promise<void> => {
  await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid, ask: bid + 0.0001 }])
  await eventually(`EURUSD at ${bid}`, async () => {
    const { body } = await admin.send<{ quotes: ReadonlyArray<{ bid: string }> }>("GET", "/market/quotes?symbols=EURUSD")
    return Number(body.quotes[0]?.bid) === bid ? true : undefined
  })
}
const cancel = ({ accountId, client }: Person, requestId: string) =>
  client.send("DELETE", `/accounts/${accountId}/${requestId.startsWith("D") ? "deposits" : "withdrawals"}/${requestId}`, undefined, {
    "idempotency-key": freshKey()
  })
const statuses = (answers: ReadonlyArray<Answer>, status: number): number => answers.filter((answer) => answer.status === status).length
const auditOf = async (action: string): Promise<ReadonlyArray<Record<string, unknown>>> =>
  (await admin.send<{ entries: ReadonlyArray<Record<string, unknown>> }>("GET", `/admin/audit?action=${action}&limit=500`)).body.entries

beforeAll(async () => {
  product = await startProduct()
  admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  crm = await CrmClient.make(() => product.url, admin, ["funding:read", "funding:decide"])
  await control(product.simulatorControlUrl, "pause")
  await market(1.1)
  const { body } = await admin.send<{ conditions: Record<string, unknown> }>("GET", "/admin/funding/conditions")
  const changed = await admin.send("PUT", "/admin/funding/conditions", { ...body.conditions, openWithdrawalsMax: PARALLEL })
  expect(changed).toMatchObject({ status: 200, body: { version: 2 } })
})
afterAll(() => product?.stop())

describe("a deposit", () => {
  it("books nothing when it is requested, and its amount when it is approved", async () => {
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "250" })
    expect(await accountOf(person)).toMatchObject({ balance: "10000.00" })
    expect(await crm.decide(depositId, { decision: "processing" })).toMatchObject({ status: 200, body: { status: "processing" } })
    const approved = await crm.decide(depositId, { decision: "approved" })
    expect(approved).toMatchObject({
      status: 200,
      body: { requestId: depositId, status: "approved", approvedAmount: "250.00", amount: "250.00", reason: null }
    })
    expect(approved.body["history"]).toMatchObject([
      { status: "requested", by: "client" },
      { status: "processing", by: "crm" },
      { status: "approved", by: "crm" }
    ])
    expect(await accountOf(person)).toMatchObject({ balance: "10250.00" })
    expect(await ledgerOf(person, depositId)).toMatchObject([{ kind: "deposit", amount: "250.00", balanceAfter: "10250.00" }])
  })

  it("may be approved with what really arrived", async () => {
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "250" })
    const approved = await crm.decide(depositId, { decision: "approved", amount: "247.5", reason: "Less the bank's fee" })
    expect(approved).toMatchObject({ body: { amount: "250.00", approvedAmount: "247.50", reason: "Less the bank's fee" } })
    expect(await accountOf(person)).toMatchObject({ balance: "10247.50" })
  })

  it(`approved ${PARALLEL} times at once is booked once, and answered the same to all`, async () => {
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "100" })
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, (_, index) =>
        crm.decide(depositId, { decision: "approved" }, index % 2 === 0 ? undefined : `k${index}`)
      )
    )
    expect(statuses(answers, 200)).toBe(PARALLEL)
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body)
    expect(await ledgerOf(person, depositId)).toHaveLength(1)
    expect(await accountOf(person)).toMatchObject({ balance: "10100.00" })
    expect(await crm.decide(depositId, { decision: "approved" })).toEqual(answers[0])
  })

  it("decided in contradiction at once has one winner, and the others learn what was decided", async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => registerPerson(product.url)))
    for (const person of people) {
      const depositId = await requested(person, "deposits", { ...CARD, amount: "100" })
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          crm.decide(depositId, index % 2 === 0 ? { decision: "approved" } : { decision: "declined", reason: "No" })
        )
      )
      expect(statuses(answers, 200)).toBe(10)
      const status = answers.find((answer) => answer.status === 200)?.body["status"]
      for (const { body } of answers.filter((answer) => answer.status !== 200)) {
        expect(body).toMatchObject({ status: 409, code: "REQUEST_DECIDED", context: { requestId: depositId, status } })
      }
      expect(await ledgerOf(person, depositId)).toHaveLength(status === "approved" ? 1 : 0)
    }
  })

  it("approved with another amount than before is a contradiction", async () => {
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "100" })
    await crm.decide(depositId, { decision: "approved" })
    expect(await crm.decide(depositId, { decision: "approved", amount: "100" })).toMatchObject({ status: 200 })
    expect(await crm.decide(depositId, { decision: "approved", amount: "101" })).toMatchObject({ status: 409 })
  })

  it("may be canceled by its client until somebody works on it", async () => {
    const person = await registerPerson(product.url)
    const canceled = await requested(person, "deposits", { ...CARD, amount: "100" })
    expect(await cancel(person, canceled)).toMatchObject({ status: 200, body: { status: "canceled" } })
    expect(await cancel(person, canceled)).toMatchObject({ status: 200, body: { status: "canceled" } })
    expect(await crm.decide(canceled, { decision: "approved" })).toMatchObject({ status: 409, body: { code: "REQUEST_DECIDED" } })
    const taken = await requested(person, "deposits", { ...CARD, amount: "100" })
    await crm.decide(taken, { decision: "processing" })
    expect(await cancel(person, taken)).toMatchObject({ status: 409, body: { code: "REQUEST_IN_PROCESS" } })
  })

  it("whose booking the account refuses stays as it was; under the same key the refusal is the answer", async () => {
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "100" })
    const odd = { decision: "approved", amount: "99.999" }
    const refused = await crm.decide(depositId, odd, "odd")
    expect(refused).toMatchObject({ status: 422, body: { code: "INVALID_AMOUNT" } })
    const again = await crm.decide(depositId, odd, "odd")
    expect({ ...again.body, traceId: "" }).toEqual({ ...refused.body, traceId: "" })
    expect(await crm.decide(depositId, { decision: "approved", amount: "99.99" }, "odd")).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" }
    })
    expect(await crm.decide(depositId, { decision: "approved", amount: "99.99" })).toMatchObject({ status: 200 })
    expect(await ledgerOf(person, depositId)).toMatchObject([{ amount: "99.99" }])
  })
})

describe("a withdrawal", () => {
  it("holds its amount back, and books it when it is approved", async () => {
    const person = await registerPerson(product.url)
    const withdrawalId = await requested(person, "withdrawals", { ...BANK, amount: "4000" })
    expect(await accountOf(person)).toMatchObject({ balance: "10000.00", freeMargin: "6000.00", reservedForWithdrawals: "4000.00" })
    expect((await person.client.send("GET", `/accounts/${person.accountId}/funding`)).body).toMatchObject({
      withdrawable: "6000.00",
      reservedForWithdrawals: "4000.00",
      withdrawalRefusal: null,
      openWithdrawals: 1
    })
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => crm.decide(withdrawalId, { decision: "approved" })))
    expect(statuses(answers, 200)).toBe(PARALLEL)
    expect(await accountOf(person)).toMatchObject({ balance: "6000.00", freeMargin: "6000.00", reservedForWithdrawals: "0.00" })
    expect(await ledgerOf(person, withdrawalId)).toMatchObject([{ kind: "withdrawal", amount: "-4000.00" }])
  })

  it.each([
    ["declined", (id: string, _: Person) => crm.decide(id, { decision: "declined", reason: "Not your account" })],
    ["failed", (id: string, _: Person) => crm.decide(id, { decision: "failed", reason: "Sent back by the bank" })],
    ["canceled", (id: string, person: Person) => cancel(person, id)]
  ])("%s frees what it held back", async (status, end) => {
    const person = await registerPerson(product.url)
    const withdrawalId = await requested(person, "withdrawals", { ...BANK, amount: "4000" })
    expect(await end(withdrawalId, person)).toMatchObject({ status: 200, body: { status } })
    expect(await accountOf(person)).toMatchObject({ balance: "10000.00", freeMargin: "10000.00", reservedForWithdrawals: "0.00" })
    expect(await crm.decide(withdrawalId, { decision: "approved" })).toMatchObject({ status: 409 })
    expect(await ledgerOf(person, withdrawalId)).toEqual([])
  })

  it("canceled by its client while the CRM approves and declines it ends in one way, and the money agrees", async () => {
    for (let round = 0; round < 5; round++) {
      const person = await registerPerson(product.url)
      const withdrawalId = await requested(person, "withdrawals", { ...BANK, amount: "4000" })
      const decisions = ["approved", "declined", "canceled"] as const
      const answers = await Promise.all(
        Array.from({ length: 15 }, async (_, index) => {
          const decision = decisions[(index + round) % 3] ?? "approved"
          if (decision === "canceled") return { decision, ...(await cancel(person, withdrawalId)) }
          return { decision, ...(await crm.decide(withdrawalId, { decision, ...(decision === "declined" ? { reason: "No" } : {}) })) }
        })
      )
      const winner = answers.find(({ status }) => status === 200)?.decision
      for (const { body, decision, status } of answers) {
        expect([decision, status, body["code"]]).toEqual(
          decision === winner ? [winner, 200, undefined] : [decision, 409, "REQUEST_DECIDED"]
        )
      }
      expect(await ledgerOf(person, withdrawalId)).toHaveLength(winner === "approved" ? 1 : 0)
      expect(await accountOf(person)).toMatchObject({
        balance: winner === "approved" ? "6000.00" : "10000.00",
        reservedForWithdrawals: "0.00"
      })
    }
  })

  it("sent twice under one key is one request; under the same key another one is refused", async () => {
    const person = await registerPerson(product.url)
    const body = { ...BANK, amount: "100" }
    const key = freshKey()
    const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => requestFunding(person, "withdrawals", body, key)))
    for (const answer of others) expect(answer).toEqual(first)
    expect(await requestFunding(person, "withdrawals", { ...body, amount: "101" }, key)).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" }
    })
    expect(await accountOf(person)).toMatchObject({ reservedForWithdrawals: "100.00" })
  })

  it("of more than is free is refused, is listed nowhere, and under its key stays refused", async () => {
    const person = await registerPerson(product.url)
    const key = freshKey()
    const refused = await requestFunding(person, "withdrawals", { ...BANK, amount: "10000.01" }, key)
    expect(refused).toMatchObject({
      status: 422,
      body: { code: "INSUFFICIENT_WITHDRAWABLE_AMOUNT", context: { amount: "10000.01", withdrawable: "10000" } }
    })
    const again = await requestFunding(person, "withdrawals", { ...BANK, amount: "10000.01" }, key)
    expect({ ...again.body, traceId: "" }).toEqual({ ...refused.body, traceId: "" })
    expect((await person.client.send("GET", `/accounts/${person.accountId}/withdrawals`)).body).toEqual({ requests: [], nextCursor: null })
    expect((await crm.send("GET", `/crm/withdrawals?accountId=${person.accountId}`)).body).toEqual({ requests: [], nextCursor: null })
  })

  it(`${PARALLEL} at once never exceed what is free`, async () => {
    const person = await registerPerson(product.url)
    await market(1.1)
    // 1 lot at leverage 100: margin 1100.10, floating loss 10.00 at once, so 8889.90 of 10000 are free
    const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "1" }
    const placed = await person.client.command("POST", `/accounts/${person.accountId}/orders`, freshKey(), order)
    expect(placed.status).toBe(201)
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, () => requestFunding(person, "withdrawals", { ...BANK, amount: "300" }))
    )
    expect([statuses(answers, 201), statuses(answers, 422)]).toEqual([29, 21])
    expect(await accountOf(person)).toMatchObject({ reservedForWithdrawals: "8700.00", freeMargin: "189.90" })
  })

  it("is checked again when it is approved, and while prices move never more goes out than there is", async () => {
    const person = await registerPerson(product.url)
    await market(1.1)
    const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "1" }
    await person.client.command("POST", `/accounts/${person.accountId}/orders`, freshKey(), order)
    const prices = { areMoving: true }
    const moving = (async () => {
      for (let step = 0; prices.areMoving; step++) await market(Number((1.1 + 0.001 * (step % 5) - 0.002).toFixed(5)))
    })()
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, () => requestFunding(person, "withdrawals", { ...BANK, amount: "300" }))
    )
    prices.areMoving = false
    await moving
    const ids = answers.filter(({ status }) => status === 201).map(({ body }) => String(body["requestId"]))
    // between a loss of 210 and a gain of 190, where the gain does not count as long as the margin is more
    expect(ids.length).toBeGreaterThanOrEqual(28)
    expect(ids.length * 300).toBeLessThanOrEqual(10_000 - 1_100.1 + 190)
    // a loss of 3000: what was held back is not there any more
    await market(1.0701)
    const decided = await Promise.all(ids.map((id) => crm.decide(id, { decision: "approved" })))
    const approved = statuses(decided, 200)
    expect(statuses(decided, 422)).toBe(ids.length - approved)
    for (const { body, status } of decided) if (status === 422) expect(body).toMatchObject({ code: "INSUFFICIENT_WITHDRAWABLE_AMOUNT" })
    expect(approved).toBeLessThan(ids.length)
    const after = await accountOf(person)
    expect(Number(after["balance"])).toBe(10_000 - 300 * approved)
    expect(Number(after["equity"]) - Number(after["usedMargin"])).toBeGreaterThanOrEqual(0)
    // what could not be paid may still be declined, or approved when the price is back
    await market(1.102)
    const open = ids.filter((_, index) => decided[index]?.status === 422)
    expect(await crm.decide(open[0] ?? "", { decision: "approved" })).toMatchObject({ status: 200 })
    expect(await crm.decide(open[1] ?? "", { decision: "declined", reason: "Too late" })).toMatchObject({ status: 200 })
  })
})

describe("limits", () => {
  it.each<[string, "deposits" | "withdrawals", object]>([
    ["METHOD_NOT_AVAILABLE", "deposits", { ...CARD, method: "cheque", amount: "100" }],
    ["CURRENCY_MISMATCH", "deposits", { ...CARD, currency: "EUR", amount: "100" }],
    ["INVALID_AMOUNT", "deposits", { ...CARD, amount: "-100" }],
    ["INVALID_AMOUNT", "withdrawals", { ...BANK, amount: "100.001" }],
    ["AMOUNT_BELOW_MINIMUM", "deposits", { ...CARD, amount: "19.99" }],
    ["AMOUNT_ABOVE_MAXIMUM", "deposits", { ...CARD, amount: "10000.01" }],
    ["DETAIL_MISSING", "withdrawals", { ...BANK, amount: "100", details: {} }],
    ["DETAIL_NOT_ACCEPTED", "deposits", { ...CARD, amount: "100", details: { cardNumber: "4111111111111111" } }]
  ])("%s", async (code, kind, body) => {
    const person = await registerPerson(product.url)
    expect(await requestFunding(person, kind, body)).toMatchObject({ status: 422, body: { code } })
  })

  it.each<[string, unknown]>([
    ["no decimal", { ...CARD, amount: "1e3" }],
    ["a number", { ...CARD, amount: 100 }],
    ["an unknown field", { ...CARD, amount: "100", status: "approved" }],
    ["details that are no text", { ...CARD, amount: "100", details: { a: 1 } }],
    ["control characters", { ...CARD, amount: "100", details: { payerName: "A\u0000" } }],
    ["a name that is none", JSON.parse('{"method":"card","currency":"USD","amount":"100","details":{"__proto__":"x"}}')]
  ])("%s is no request", async (_, body) => {
    const person = await registerPerson(product.url)
    expect(await requestFunding(person, "deposits", body as object)).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED" } })
  })

  it("so many may be open, also when they come at once, and so much may be asked for in a day", async () => {
    const person = await registerPerson(product.url)
    const answers = await Promise.all(Array.from({ length: 12 }, () => requestFunding(person, "deposits", { ...CARD, amount: "5000" })))
    // a day's limit of 20,000 comes before five open ones
    expect(statuses(answers, 201)).toBe(4)
    expect(new Set(answers.filter(({ status }) => status === 422).map(({ body }) => body["code"]))).toEqual(new Set(["DAY_LIMIT_EXCEEDED"]))
    expect(
      await requested(person, "deposits", { method: "bankTransfer", currency: "USD", amount: "100", details: { payerName: "A" } })
    ).toMatch(/^D/)
    expect(
      await requestFunding(person, "deposits", { method: "bankTransfer", currency: "USD", amount: "100", details: { payerName: "A" } })
    ).toMatchObject({
      status: 422,
      body: { code: "OPEN_REQUESTS_LIMIT", context: { openRequests: "5", openRequestsMax: "5" } }
    })
  })
})

describe("who may do what", () => {
  it("another client's request does not exist, for reading, canceling or deciding", async () => {
    const [owner, other] = await Promise.all([registerPerson(product.url), registerPerson(product.url)])
    const depositId = await requested(owner, "deposits", { ...CARD, amount: "100" })
    const key = { "idempotency-key": freshKey() }
    const foreign = await other.client.send("DELETE", `/accounts/${other.accountId}/deposits/${depositId}`, undefined, key)
    const none = await other.client.send("DELETE", `/accounts/${other.accountId}/deposits/D999999`, undefined, key)
    expect(foreign).toMatchObject({ status: 404, body: { code: "DEPOSIT_NOT_FOUND" } })
    expect({ ...foreign.body, traceId: "" }).toEqual({ ...none.body, traceId: "" })
    expect(await other.client.send("POST", `/admin/deposits/${depositId}/decision`, { decision: "approved" })).toMatchObject({
      status: 403
    })
    expect(await other.client.send("POST", `/crm/deposits/${depositId}/decision`, { decision: "approved" })).toMatchObject({ status: 401 })
    expect(await crm.decide(depositId.replace("D", "W"), { decision: "approved" })).toMatchObject({ status: 404 })
  })

  it("an administrator decides, and may not ask in a client's place", async () => {
    const person = await registerPerson(product.url)
    const key = { "idempotency-key": freshKey() }
    const body = { ...BANK, amount: "100" }
    expect(await admin.send("POST", `/accounts/${person.accountId}/withdrawals`, body, key)).toMatchObject({ status: 403 })
    const withdrawalId = await requested(person, "withdrawals", body)
    const approved = await admin.send("POST", `/admin/withdrawals/${withdrawalId}/decision`, { decision: "approved" })
    expect(approved).toMatchObject({ status: 200, body: { status: "approved" } })
    const listed = await admin.send<{ requests: ReadonlyArray<unknown> }>("GET", `/admin/withdrawals?clientId=${person.userId}`)
    expect(listed.body.requests).toEqual([approved.body])
  })

  it("a key without the scope decides nothing", async () => {
    const reader = await CrmClient.make(() => product.url, admin, ["funding:read"])
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "100" })
    expect(await reader.send("GET", `/crm/deposits/${depositId}`)).toMatchObject({ status: 200, body: { requestId: depositId } })
    expect(await reader.decide(depositId, { decision: "approved" })).toMatchObject({ status: 403, body: { code: "SCOPE_MISSING" } })
  })

  it("decisions and requests are in the audit trail, what is personal in a request is not", async () => {
    const person = await registerPerson(product.url)
    const withdrawalId = await requested(person, "withdrawals", { ...BANK, amount: "123" })
    await crm.decide(withdrawalId, { decision: "declined", reason: "Not your account" })
    await crm.decide(withdrawalId, { decision: "approved" })
    const asked = await auditOf("funding.requestWithdrawal")
    expect(asked.find((entry) => String(entry["after"]).includes(withdrawalId))).toMatchObject({
      actorId: person.userId,
      subject: `account:${person.accountId}`,
      outcome: "done"
    })
    expect(JSON.stringify(asked)).not.toContain(BANK.details.iban)
    const decided = (await auditOf("crmFunding.decideWithdrawal")).filter(({ subject }) => subject === `withdrawal:${withdrawalId}`)
    expect(decided).toMatchObject([
      { outcome: "REQUEST_DECIDED", actorRole: "crm" },
      { outcome: "done", actorRole: "crm", reason: "Not your account" }
    ])
  })
})

it("where clients must be verified first, nothing is withdrawn before; deposits are taken", { timeout: 120_000 }, async () => {
  const gated = await product.addServer({ KYC_GATES: "withdrawal" })
  const person = await registerPerson(gated.url)
  expect(await requestFunding(person, "withdrawals", { ...BANK, amount: "100" })).toMatchObject({
    status: 422,
    body: { code: "VERIFICATION_REQUIRED" }
  })
  expect((await person.client.send("GET", `/accounts/${person.accountId}/funding`)).body).toMatchObject({
    withdrawalRefusal: { code: "VERIFICATION_REQUIRED" }
  })
  await requested(person, "deposits", { ...CARD, amount: "100" })
  await gated.stop()
})

it("lists come in pages, and the CRM filters them", async () => {
  const person = await registerPerson(product.url)
  const ids: Array<string> = []
  for (let n = 0; n < 5; n++) ids.unshift(await requested(person, "deposits", { ...CARD, amount: "20" }))
  await crm.decide(ids[0] ?? "", { decision: "approved" })
  type Page = { readonly requests: ReadonlyArray<{ requestId: string }>; readonly nextCursor: string | null }
  const found: Array<string> = []
  let cursor = ""
  do {
    const { body } = await person.client.send<Page>("GET", `/accounts/${person.accountId}/deposits?limit=2${cursor}`)
    found.push(...body.requests.map(({ requestId }) => requestId))
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`
  } while (cursor !== "")
  expect(found).toEqual(ids)
  const open = await crm.send("GET", `/crm/deposits?status=requested&clientId=${person.userId}`)
  expect((open.body as unknown as Page).requests.map(({ requestId }) => requestId)).toEqual(ids.slice(1))
})

it(
  "after all that, journal, read tables and ledgers agree with the requests, and where they would not it is found",
  { timeout: 120_000 },
  async () => {
    expect(await verifyDatabase(product.databaseUrl)).toMatchObject({ code: 0 })
    const person = await registerPerson(product.url)
    const body = { ...BANK, amount: "60" }
    const ids = [
      await requested(person, "deposits", { ...CARD, amount: "60" }),
      await requested(person, "deposits", { ...CARD, amount: "60" })
    ]
    for (let n = 0; n < 2; n++) ids.push(await requested(person, "withdrawals", body))
    await crm.decide(ids[1] ?? "", { decision: "approved" })
    await crm.decide(ids[3] ?? "", { decision: "declined", reason: "No" })
    const database = new HeldDatabase(product.databaseUrl)
    const say = (status: string, requestId: string | undefined) =>
      database.rows(`UPDATE funding_request SET status = $1, approved_amount = amount WHERE request_id = $2`, [status, requestId])
    await say("approved", ids[0])
    await say("failed", ids[1])
    await say("canceled", ids[2])
    await say("requested", ids[3])
    await database.stop()
    const found = await verifyDatabase(product.databaseUrl)
    expect(found.code).toBe(1)
    for (const line of [
      `${ids[0]} is approved and not booked`,
      `${ids[1]} is booked and not approved`,
      `${ids[2]} is over and still holds money back`,
      `${ids[3]} is open and holds nothing back`
    ]) {
      expect(found.output).toContain(line)
    }
  }
)
