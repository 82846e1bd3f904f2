/** kill −9 at each seam between the table of requests and the account: what was begun is finished, once, and nothing is held back for ever. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { accountOf, BANK, CARD, CrmClient, freshKey, HeldDatabase, ledgerOf, requested, requestFunding } from "./fundingClient.ts"
import { registerPerson, type Person } from "./securityClient.ts"
import { ADMINISTRATOR, control, eventually, sendTicks, TradingClient } from "./TradingClient.ts"
import { verifyDatabase } from "./verifyDatabase.ts"

const KILLS = 8
/** Least and most time between a start and the kill that follows. */
const LIFE_MILLIS = [100, 900] as const
/** A server that is killed again and again needs patience, on a busy machine more. */
const PATIENCE_MILLIS = 300_000

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000)
let randomState = seed
/** Park–Miller: good enough to choose moments, and repeatable. */
const random = (): number => (randomState = (randomState * 48_271) % 2_147_483_647) / 2_147_483_647

let product: Product
let database: HeldDatabase
let admin: TradingClient
let crm: CrmClient

beforeAll(async () => {
  console.log(`funding crash test with SEED=${seed}`)
  product = await startProduct()
  database = new HeldDatabase(product.databaseUrl)
  admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  crm = await CrmClient.make(() => product.url, admin, ["funding:read", "funding:decide"])
  await control(product.simulatorControlUrl, "pause")
  await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: 1.1, ask: 1.1001 }])
})
afterAll(async () => {
  await database?.stop()
  await product?.stop()
})

const pendingSteps = async ({ accountId }: Person): Promise<number> => {
  const rows = await database.rows("SELECT FROM funding_request WHERE account_id = $1 AND pending_step IS NOT NULL", [accountId])
  return rows.length
}
const untilPending = (person: Person) =>
  eventually("the step is written down", async () => ((await pendingSteps(person)) > 0 ? true : undefined))
const untilFinished = (person: Person) =>
  eventually("the step is finished", async () => ((await pendingSteps(person)) === 0 ? true : undefined), 60_000)

/** The account's journal cannot be appended to. */
const accountLock = ({ accountId }: Person): string => `SELECT FROM account_owner WHERE account_id = '${accountId}' FOR UPDATE`

const untilWaiting = (what: string, query: string) =>
  eventually(what, async () => {
    const waiting = await database.rows("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1", [query])
    return waiting.length > 0 ? true : undefined
  })

/** Kills the server while what it does next waits for the lock. */
const killAt = (lock: string, person: Person, send: () => Promise<unknown>, untilThere: () => Promise<unknown>) =>
  database
    .whileHeld(lock, async () => {
      const sent = send().catch(() => undefined)
      await untilPending(person)
      await untilThere()
      await product.killServer("SIGKILL")
      await sent
    })
    .then(() => product.restartServer())

describe("killed", () => {
  it("between a withdrawal's row and its reservation: the amount is held back after the restart, once, whether the client asks again or not", async () => {
    for (const asksAgain of [true, false]) {
      const person = await registerPerson(product.url)
      const key = freshKey()
      const send = () => requestFunding(person, "withdrawals", { ...BANK, amount: "4000" }, key)
      await killAt(accountLock(person), person, send, () => untilWaiting("the account waits", "%account_owner%"))
      if (asksAgain) expect(await send()).toMatchObject({ status: 201, body: { status: "requested" } })
      await untilFinished(person)
      expect(await accountOf(person)).toMatchObject({ reservedForWithdrawals: "4000.00", freeMargin: "6000.00" })
      const listed = await person.client.send<{ requests: ReadonlyArray<{ requestId: string }> }>(
        "GET",
        `/accounts/${person.accountId}/withdrawals`
      )
      expect(listed.body.requests).toMatchObject([{ status: "requested", amount: "4000.00" }])
    }
  })

  it("between a reservation and its request's opening: the request is there after the restart, and can be canceled", async () => {
    const person = await registerPerson(product.url)
    // the row itself can still be written: only finishing it changes a step
    await database.rows(
      `CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END'`
    )
    await database.rows("CREATE TRIGGER a_waiting BEFORE UPDATE ON funding_step FOR EACH ROW EXECUTE FUNCTION wait_for_test()")
    await killAt(
      "SELECT pg_advisory_xact_lock(4711)",
      person,
      () => requestFunding(person, "withdrawals", { ...BANK, amount: "4000" }),
      () => untilWaiting("the end of the step waits", "%funding_step%")
    )
    await untilFinished(person)
    expect(await accountOf(person)).toMatchObject({ reservedForWithdrawals: "4000.00" })
    const { body } = await person.client.send<{ requests: ReadonlyArray<{ requestId: string }> }>(
      "GET",
      `/accounts/${person.accountId}/withdrawals`
    )
    const canceled = await person.client.command(
      "DELETE",
      `/accounts/${person.accountId}/withdrawals/${body.requests[0]?.requestId}`,
      freshKey()
    )
    expect(canceled).toMatchObject({ status: 200, body: { status: "canceled" } })
    expect(await accountOf(person)).toMatchObject({ reservedForWithdrawals: "0.00", freeMargin: "10000.00" })
  })

  it("between a decision and its booking: it is booked after the restart, once, and who decides again is told so", async () => {
    for (const kind of ["deposits", "withdrawals"] as const) {
      const person = await registerPerson(product.url)
      const requestId = await requested(person, kind, kind === "deposits" ? { ...CARD, amount: "250" } : { ...BANK, amount: "250" })
      const send = () => crm.decide(requestId, { decision: "approved" })
      await killAt(accountLock(person), person, send, () => untilWaiting("the account waits", "%account_owner%"))
      const again = await Promise.all([send(), send(), untilFinished(person)])
      for (const answer of again.slice(0, 2)) expect(answer).toMatchObject({ status: 200, body: { status: "approved" } })
      expect(await ledgerOf(person, requestId)).toHaveLength(1)
      expect(await accountOf(person)).toMatchObject({
        balance: kind === "deposits" ? "10250.00" : "9750.00",
        reservedForWithdrawals: "0.00"
      })
    }
  })

  it("between a booking and its mark: it is marked after the restart though nobody asks, and told in the audit trail and to the CRM", async () => {
    const person = await registerPerson(product.url)
    const requestId = await requested(person, "deposits", { ...CARD, amount: "250" })
    await killAt(
      "SELECT pg_advisory_xact_lock(4711)",
      person,
      () => crm.decide(requestId, { decision: "approved" }),
      () => untilWaiting("the end of the step waits", "%funding_step%")
    )
    await untilFinished(person)
    expect(await crm.send("GET", `/crm/deposits/${requestId}`)).toMatchObject({ body: { status: "approved", approvedAmount: "250.00" } })
    expect(await ledgerOf(person, requestId)).toHaveLength(1)
    const trail = await admin.send<{ entries: ReadonlyArray<{ after: string }> }>("GET", "/admin/audit?action=funding.finish&limit=500")
    expect(trail.body.entries.filter(({ after }) => after.includes(requestId))).toMatchObject([
      { outcome: "done", actorRole: "crm", subject: `account:${person.accountId}` }
    ])
    const told = await database.rows<{ type: string }>("SELECT type FROM outbox WHERE data -> 'request' ->> 'requestId' = $1 ORDER BY id", [
      requestId
    ])
    expect(told.map(({ type }) => type)).toEqual(["deposit.requested", "deposit.status_changed"])
  })
})

describe("a step", () => {
  it("that is finished stays as it is, whoever asks for a change", async () => {
    const answerTo = (statement: string) => database.rows(statement).then(String, String)
    for (const statement of [
      "UPDATE funding_step SET reason = 'x' WHERE finished_at IS NOT NULL",
      "DELETE FROM funding_step",
      "TRUNCATE funding_step CASCADE",
      "UPDATE funding_conditions SET changed_by = 'x'"
    ]) {
      expect([statement, await answerTo(statement)]).toEqual([statement, expect.stringContaining("rror")])
    }
  })
})

describe("with two servers", () => {
  it("decisions that reach both at once are one, and what one left undone the other finishes", { timeout: 240_000 }, async () => {
    await database.rows("DROP TRIGGER IF EXISTS a_waiting ON funding_step")
    const other = await product.addServer()
    const crmAtOther = crm.at(() => other.url)
    const person = await registerPerson(product.url)
    const depositId = await requested(person, "deposits", { ...CARD, amount: "250" })
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? crm : crmAtOther).decide(depositId, { decision: "approved" }))
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 200, body: { status: "approved" } })
    expect(await ledgerOf(person, depositId)).toHaveLength(1)
    const withdrawalId = await requested(person, "withdrawals", { ...BANK, amount: "250" })
    await database.whileHeld(accountLock(person), async () => {
      const sent = crm.decide(withdrawalId, { decision: "approved" }).catch(() => undefined)
      await untilPending(person)
      await untilWaiting("the account waits", "%account_owner%")
      await product.killServer("SIGKILL")
      await sent
    })
    await untilFinished(person)
    expect(await crmAtOther.send("GET", `/crm/withdrawals/${withdrawalId}`)).toMatchObject({ body: { status: "approved" } })
    await product.restartServer()
    expect(await ledgerOf(person, withdrawalId)).toHaveLength(1)
    await other.stop()
  })
})

describe("connections to the database that break", () => {
  it("leave every request as it was answered, and money moved once", { timeout: 240_000 }, async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => registerPerson(product.url)))
    const storm = { over: false }
    const breaking = (async () => {
      while (!storm.over) {
        await database.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'keel' AND pid <> pg_backend_pid() AND random() < 0.3 AND query ~ 'funding|journal'`)
        await new Promise((resolve) => setTimeout(resolve, 20 + random() * 80))
      }
    })()
    const living = Promise.all(
      people.map(async (person) => {
        const done: Array<{ readonly requestId: string; readonly isApproved: boolean }> = []
        for (let n = 0; n < 8; n++) {
          const kind = n % 2 === 0 ? "deposits" : "withdrawals"
          const body = { ...(kind === "deposits" ? CARD : BANK), amount: "50" }
          const asked = await person.client.command("POST", `/accounts/${person.accountId}/${kind}`, freshKey(), body)
          expect(asked.status).toBe(201)
          const requestId = String(asked.body["requestId"])
          const isApproved = random() < 0.6
          const decision = isApproved ? { decision: "approved" } : { decision: "declined", reason: "Not this one" }
          const answer = await eventually("a decision is answered", async () => {
            const found = await crm.decide(requestId, decision)
            return found.status === 503 ? undefined : found
          })
          expect(answer).toMatchObject({ status: 200, body: { status: decision.decision } })
          done.push({ requestId, isApproved })
        }
        return done
      })
    )
    await Promise.allSettled([living])
    storm.over = true
    await breaking
    const decided = await living
    for (const [index, person] of people.entries()) {
      await untilFinished(person)
      for (const { isApproved, requestId } of decided[index] ?? []) {
        expect(await ledgerOf(person, requestId), requestId).toHaveLength(isApproved ? 1 : 0)
      }
      expect(await accountOf(person)).toMatchObject({ reservedForWithdrawals: "0.00" })
    }
    expect(await verifyDatabase(product.databaseUrl)).toMatchObject({ code: 0 })
  })
})

it(`kill −9 at ${KILLS} random moments: every request ends as it was answered, and money moves once`, { timeout: 400_000 }, async () => {
  await database.rows("DROP TRIGGER IF EXISTS a_waiting ON funding_step")
  const people = await Promise.all(Array.from({ length: 4 }, () => registerPerson(product.url)))
  const round = { over: false }
  /** Each client asks and has it decided, in turn, each until it is answered. */
  const live = async (
    person: Person
  ): Promise<ReadonlyArray<{ readonly requestId: string; readonly decision: object; readonly status: unknown }>> => {
    const done: Array<{ requestId: string; decision: object; status: unknown }> = []
    for (let n = 0; !round.over; n++) {
      const kind = n % 2 === 0 ? "deposits" : "withdrawals"
      // a day's limit is not what this is about
      const body = { ...(kind === "deposits" ? CARD : BANK), amount: "50" }
      const path = `/accounts/${person.accountId}/${kind}`
      const asked = await person.client.command("POST", path, freshKey(), body, Date.now() + PATIENCE_MILLIS)
      if (asked.status !== 201) continue
      const requestId = String(asked.body["requestId"])
      const decision = random() < 0.6 ? { decision: "approved" } : { decision: "declined", reason: "Not this one" }
      const answer = await eventually(
        "a decision is answered",
        async () => {
          const found = await crm.decide(requestId, decision).catch(() => undefined)
          return found === undefined || found.status === 503 ? undefined : found
        },
        PATIENCE_MILLIS
      )
      expect(answer.status).toBe(200)
      done.push({ requestId, decision, status: answer.body["status"] })
    }
    return done
  }
  const lives = Promise.all(people.map(live))
  // looked at when the kills are over
  lives.catch(() => undefined)
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, LIFE_MILLIS[0] + random() * (LIFE_MILLIS[1] - LIFE_MILLIS[0])))
    await product.killServer("SIGKILL")
    await product.restartServer()
  }
  round.over = true
  const done = await lives
  expect(done.flat().length).toBeGreaterThan(KILLS)
  for (const [index, person] of people.entries()) {
    await untilFinished(person)
    let balance = 10_000
    for (const { decision, requestId, status } of done[index] ?? []) {
      const isApproved = status === "approved"
      if (isApproved) balance += requestId.startsWith("D") ? 50 : -50
      expect(await ledgerOf(person, requestId), requestId).toHaveLength(isApproved ? 1 : 0)
      expect(await crm.decide(requestId, decision)).toMatchObject({ status: 200, body: { status } })
    }
    expect(await accountOf(person)).toMatchObject({ balance: `${balance}.00`, reservedForWithdrawals: "0.00" })
  }
  expect(await verifyDatabase(product.databaseUrl)).toMatchObject({ code: 0 })
})
