/** What docs/security.md promises about passwords, codes, and guesses at them, against two running servers on one database. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makeDatabase } from "#db/Database.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { GUESSES } from "#server/auth/GuessLimit.ts"
import { FAILED_LOGINS_MAX } from "#server/auth/SignIn.ts"
import { ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { mailedToken, PASSWORD, registerPerson, totp, type Person } from "./securityClient.ts"
import { ADMINISTRATOR, eventually, TradingClient } from "./TradingClient.ts"

const NEW_PASSWORD = "tractor velvet ocean seven"

let product: Product
let second: TestServer
let database: ReturnType<typeof makeRuntime>
const makeRuntime = () => ManagedRuntime.make(makeDatabase(Redacted.make(product.databaseUrl)))
const query = <Row extends object>(text: string) => database.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe<Row>(text)))

beforeAll(async () => {
  product = await startProduct()
  second = await product.addServer()
  database = makeRuntime()
})
afterAll(async () => {
  await database?.dispose()
  await product?.stop()
})

const nodes = () => [product.url, second.url]
const login = (email: string, password: string, origin = product.url) =>
  fetch(`${origin}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...ownRequest(origin) },
    body: JSON.stringify({ email, password })
  })
/** As many at the same moment, every other one at the other node. */
const guessAtOnce = (email: string, count: number) =>
  Promise.all(
    Array.from(
      { length: count },
      async (_, index) => (await login(email, `guess ${index}`, index % 2 === 0 ? product.url : second.url)).status
    )
  )
const count = (statuses: ReadonlyArray<number>, status: number) => statuses.filter((one) => one === status).length

const failuresOf = async ({ userId }: Person) =>
  (await query<{ failed_logins: number }>(`SELECT failed_logins FROM app_user WHERE user_id = '${userId}'`))[0]?.failed_logins

describe("guesses at the password of one address", () => {
  it.each([
    ["that somebody has", async () => (await registerPerson(product.url)).email],
    ["that nobody has", () => Promise.resolve("nobody-guessed@example.com")]
  ])("%s are as many over all nodes as over one, however many come at the same moment", async (_, addressOf) => {
    const email = await addressOf()
    const statuses = await guessAtOnce(email, 4 * GUESSES.quota)
    expect(count(statuses, 401)).toBe(GUESSES.quota)
    expect(count(statuses, 429)).toBe(3 * GUESSES.quota)
    for (const origin of nodes()) {
      const refused = await login(email, PASSWORD, origin)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0)
      expect(refused.headers.get("ratelimit")).toMatch(/^"failed-logins";r=0;t=\d+$/u)
    }
  })

  it("leave other addresses alone, and those who know their password sign in as often as they like", async () => {
    const { email } = await registerPerson(product.url)
    for (let round = 0; round < 2 * GUESSES.quota; round++) {
      const entered = await login(email, PASSWORD, nodes()[round % 2])
      expect(entered.status).toBe(200)
      expect(entered.headers.get("ratelimit")).toMatch(new RegExp(`^"failed-logins";r=${GUESSES.quota};`, "u"))
    }
  })

  it("count together with those of a session that was left open", async () => {
    const person = await registerPerson(product.url)
    // More than the quota: of guesses at the same millisecond one may be refused for having read its clock before the first was counted.
    await guessAtOnce(person.email, 2 * GUESSES.quota)
    const answer = await person.client.send("POST", "/auth/password", { currentPassword: "a guess", newPassword: PASSWORD })
    expect(answer.status).toBe(429)
  })
})

describe(`after ${FAILED_LOGINS_MAX} failures in a row`, () => {
  it("the right password opens nothing on any node, with the answer to a wrong one, until it is chosen anew by a mailed link", async () => {
    const person = await registerPerson(product.url)
    await query(
      `UPDATE app_user SET failed_logins = ${FAILED_LOGINS_MAX - 1}, last_failed_at = ${Date.now()} WHERE user_id = '${person.userId}'`
    )
    expect((await login(person.email, PASSWORD)).status).toBe(200)
    expect(await failuresOf(person)).toBe(0)
    await query(
      `UPDATE app_user SET failed_logins = ${FAILED_LOGINS_MAX - 1}, last_failed_at = ${Date.now()} WHERE user_id = '${person.userId}'`
    )
    expect((await login(person.email, "a guess", second.url)).status).toBe(401)
    await eventually("the failure is counted", async () => ((await failuresOf(person)) === FAILED_LOGINS_MAX ? true : undefined))
    for (const origin of nodes()) {
      const refused = await login(person.email, PASSWORD, origin)
      expect([refused.status, (await refused.json()).code]).toEqual([401, "INVALID_CREDENTIALS"])
    }
    const anonymous = new TradingClient(() => product.url)
    await anonymous.send("POST", "/auth/forgot-password", { email: person.email })
    const token = await eventually("the mail", () => mailedToken(product.url, person.email, "Choose a new password"))
    expect((await anonymous.send("POST", "/auth/reset-password", { token, password: NEW_PASSWORD })).status).toBe(204)
    expect((await login(person.email, NEW_PASSWORD, second.url)).status).toBe(200)
  })
})

describe("a sign-in under way when all sessions are ended opens none:", () => {
  const send = (client: TradingClient, path: string, body: object) => client.send("POST", path, body)
  const ways: ReadonlyArray<[string, (person: Person, admin: TradingClient) => Promise<{ status: number }>]> = [
    ["a block", (person, admin) => send(admin, `/admin/users/${person.userId}/block`, { reason: "stolen card" })],
    ["a forced logout", (person, admin) => send(admin, `/admin/users/${person.userId}/logout`, { reason: "asked by phone" })],
    ["a change of password", ({ client }) => send(client, "/auth/password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })]
  ]
  /** On the second node, whose hashing nobody keeps waiting. */
  const personThere = () => registerPerson(second.url)
  const administrator = async () => {
    const admin = new TradingClient(() => second.url)
    await admin.signIn(ADMINISTRATOR)
    return admin
  }

  it.each(ways)("%s while the password is looked at", async (_, end) => {
    const [person, admin] = [await personThere(), await administrator()]
    const others = Array.from({ length: 100 }, (_unused, index) => login(`waits${index}@example.com`, "a guess"))
    const entering = login(person.email, PASSWORD)
    await eventually("it has begun", async () => {
      const [row] = await query(`SELECT FROM sign_in_try WHERE email_key = '${person.email}'`)
      return row
    })
    // whoever asks the database after them is answered after them: now they wait for their hash, behind a hundred others
    for (let round = 0; round < 3; round++) {
      expect((await fetch(`${product.url}/auth/sessions`, { headers: { cookie: person.client.cookie } })).status).toBe(200)
    }
    expect([200, 204]).toContain((await end(person, admin)).status)
    const answer = await entering
    expect([answer.status, (await answer.json()).code]).toEqual([401, "INVALID_CREDENTIALS"])
    await Promise.all(others)
  })

  it.each(ways)("%s while the code is awaited", async (_, end) => {
    const [person, admin] = [await personThere(), await administrator()]
    const setup = await person.client.send<{ secret: string }>("POST", "/auth/two-factor/setup", { password: PASSWORD })
    const codeOf = (millis: number) => totp(setup.body.secret, millis)
    const confirmed = await person.client.send("POST", "/auth/two-factor/confirm", { code: codeOf(Date.now() - 30_000) })
    expect(confirmed.status).toBe(200)
    const { challenge } = await (await login(person.email, PASSWORD)).json()
    expect([200, 204]).toContain((await end(person, admin)).status)
    const late = await person.client.send("POST", "/auth/login/second-factor", { challenge, code: codeOf(Date.now()) })
    expect(late).toMatchObject({ status: 401, body: { code: "CHALLENGE_OVER" } })
  })
})

describe("a change of password that breaks off where sessions end", () => {
  it("has changed nothing: the old password, the sessions and the mailed links are good, the new password is not", async () => {
    const person = await registerPerson(product.url)
    const anonymous = new TradingClient(() => product.url)
    await anonymous.send("POST", "/auth/forgot-password", { email: person.email })
    const token = await eventually("the mail", () => mailedToken(product.url, person.email, "Choose a new password"))
    const breakOff = `CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken off''; END'`
    await query(breakOff)
    await query("CREATE TRIGGER break_off BEFORE DELETE ON session EXECUTE FUNCTION break_off()")
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
    const answer = await person.client.send("POST", "/auth/password", change)
    await query("DROP TRIGGER break_off ON session")
    await query("DROP FUNCTION break_off")
    expect(answer.status).toBe(503)
    expect((await person.client.send("GET", "/auth/sessions")).status).toBe(200)
    expect((await login(person.email, NEW_PASSWORD)).status).toBe(401)
    expect((await login(person.email, PASSWORD)).status).toBe(200)
    expect((await anonymous.send("POST", "/auth/reset-password", { token, password: NEW_PASSWORD })).status).toBe(204)
    expect((await person.client.send("GET", "/auth/sessions")).status).toBe(401)
    expect((await login(person.email, NEW_PASSWORD)).status).toBe(200)
  })
})

describe("a password", () => {
  const registerWith = (email: string, password: string, name?: string) =>
    new TradingClient(() => product.url).send("POST", "/auth/register", { email, password, ...(name === undefined ? {} : { name }) })

  it("is the same however the keyboard composes its letters", async () => {
    const email = "composed@example.com"
    expect((await registerWith(email, "fünf wörter über öl")).status).toBe(201)
    expect((await login(email, "fünf wörter über öl".normalize("NFD"), second.url)).status).toBe(200)
    expect((await login(email, "funf worter uber ol")).status).toBe(401)
  })

  it.each([
    ["of one letter's kind", "only small letters", 201],
    ["of spaces and signs of the whole world", "合言葉 は とても 長い です ね 🔑", 201],
    ["of 64 characters", "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069", 201],
    ["of 14 characters", "fourteen chars", 422],
    ["of 14 letters with accents, composed of two code points each", "żółć gęślą jaźń".slice(1).normalize("NFD"), 422],
    ["of 8 emoji, which are two code units each", "🔑🐎🔋🧷🌊🏔🎻🍋", 422],
    ["of 15 emoji", "🔑🐎🔋🧷🌊🏔🎻🍋🚲🧭🪁🍐🐙🎲🧵", 201],
    ["of 15 spaces", " ".repeat(15), 422],
    ["of one letter and 14 spaces", `${" ".repeat(7)}a${" ".repeat(7)}`, 422],
    ["of more than 72 bytes", `${"é".repeat(40)} and its tail, which counts`, 201],
    ["that guessers try first", "passwordpassword", 422]
  ])("%s is judged by its length and by how common it is alone", async (name, password, status) => {
    const email = `${name.replaceAll(/\W/gu, "-").toLowerCase()}@example.com`
    // with a name: an empty one is no part of a password
    expect((await registerWith(email, password, "Ada Trader")).status).toBe(status)
    expect((await login(email, password)).status).toBe(status === 201 ? 200 : 401)
  })
})

describe("a code of an authenticator app", () => {
  const STEP_MILLIS = 30_000
  /** What a code is asked for by, with the secret of the app. */
  const twoStep = async () => {
    const { client, email } = await registerPerson(product.url)
    const setup = await client.send<{ secret: string }>("POST", "/auth/two-factor/setup", { password: PASSWORD })
    const { secret } = setup.body
    expect((await client.send("POST", "/auth/two-factor/confirm", { code: totp(secret, Date.now() - STEP_MILLIS) })).status).toBe(200)
    const { challenge } = await (await login(email, PASSWORD)).json()
    return (steps: number) =>
      client.send("POST", "/auth/login/second-factor", { challenge, code: totp(secret, Date.now() + steps * STEP_MILLIS) })
  }

  it("of the next step is taken for a clock that is fast, of the one after it not", async () => {
    const answer = await twoStep()
    // a step must not end between here and there
    await eventually("a step is young", () => (Date.now() % STEP_MILLIS < STEP_MILLIS / 2 ? true : undefined))
    expect((await answer(2)).body["code"]).toBe("INVALID_CODE")
    expect((await answer(-2)).body["code"]).toBe("INVALID_CODE")
    expect((await answer(1)).status).toBe(200)
  })
})
