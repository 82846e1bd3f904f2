/** What docs/security.md promises about sign-in, sessions and the audit trail, against two running servers on one database. */
import { execFileSync, spawnSync } from "node:child_process"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { makeDatabase } from "#db/Database.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { mailedToken, PASSWORD, registerPerson, totp, type Person } from "./securityClient.ts"
import { ADMINISTRATOR, eventually, TradingClient } from "./TradingClient.ts"
import { verifyDatabase } from "./verifyDatabase.ts"

/** Ends count everywhere within this. */
const END_MILLIS_MAX = 1_000
const NEW_PASSWORD = "tractor velvet ocean seven"

let product: Product
let second: TestServer
let admin: TradingClient
let database: ReturnType<typeof makeRuntime>
const makeRuntime = () => ManagedRuntime.make(makeDatabase(Redacted.make(product.databaseUrl)))
const query = <Row extends object>(text: string) => database.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe<Row>(text)))

beforeAll(async () => {
  product = await startProduct()
  second = await product.addServer()
  database = makeRuntime()
  admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
})
afterAll(async () => {
  await database?.dispose()
  await product?.stop()
})

const register = () => registerPerson(product.url)
const anonymous = (origin = product.url) => new TradingClient(() => origin)
const me = async (client: TradingClient) => (await client.send("GET", "/auth/me")).status
const login = async (email: string, password = PASSWORD, origin = product.url) => {
  const client = anonymous(origin)
  const answer = await client.send("POST", "/auth/login", { email, password })
  return { client, answer }
}
/** The same cookies, sent to another server. */
const elsewhere = (client: TradingClient, origin: string) => ({
  status: async (path = "/auth/me") => (await fetch(origin + path, { headers: { cookie: client.cookie } })).status
})
const refreshWith = (cookie: string, origin = product.url) =>
  fetch(`${origin}/auth/refresh`, { method: "POST", headers: { cookie, ...ownRequest(origin) } })
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ")

/** An open stream with the client's session; `closed` resolves with the close code. */
const openStream = async (client: TradingClient, origin: string) => {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/stream`, { headers: { cookie: client.cookie } })
  const closed = new Promise<{ code: number; at: number }>((resolve) => socket.on("close", (code) => resolve({ code, at: Date.now() })))
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject))
  return { closed }
}

describe("sessions", () => {
  it("have a new id at every login, and the browser's old one ends", async () => {
    const person = await register()
    const before = person.client.cookie
    await person.client.send("POST", "/auth/login", { email: person.email, password: PASSWORD })
    expect(person.client.cookie).not.toBe(before)
    expect((await fetch(`${product.url}/auth/me`, { headers: { cookie: before } })).status).toBe(401)
  })

  it("are kept as hashes alone", async () => {
    const person = await register()
    const ids = person.client.cookie.split("; ").map((cookie) => cookie.split("=")[1] ?? "")
    expect(ids.length).toBe(2)
    const rows = await query("SELECT * FROM session JOIN refresh_id USING (session_key)")
    const text = JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))
    for (const id of ids) expect(text).not.toContain(id)
  })

  it("are listed with device and address, and ended one by one, by their owner alone", async () => {
    const person = await register()
    const other = await register()
    const { client: phone } = await login(person.email)
    const { body } = await person.client.send<{ sessions: ReadonlyArray<Record<string, unknown>> }>("GET", "/auth/sessions")
    expect(body.sessions.length).toBe(2)
    expect(body.sessions.filter((session) => session["current"] === true).length).toBe(1)
    expect(body.sessions[0]).toMatchObject({ ip: "127.0.0.1", device: expect.any(String) })
    const target = String(body.sessions.find((session) => session["current"] === false)?.["sessionId"])
    expect(await other.client.send("DELETE", `/auth/sessions/${target}`)).toMatchObject({
      status: 404,
      body: { code: "SESSION_NOT_FOUND" }
    })
    expect(await me(phone)).toBe(200)
    expect((await person.client.send("DELETE", `/auth/sessions/${target}`)).status).toBe(204)
    expect(await me(phone)).toBe(401)
    expect(await me(person.client)).toBe(200)
  })
})

describe("refreshing", () => {
  it("brings new ids; the same exchange repeated at once brings the same, also on another node", async () => {
    const person = await register()
    const old = person.client.cookie
    const answers = await Promise.all([refreshWith(old), refreshWith(old), refreshWith(old, second.url), refreshWith(old, second.url)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const cookies = answers.map(cookiesOf)
    expect(new Set(cookies).size).toBe(1)
    expect(cookies[0]).not.toBe(old)
    expect(await elsewhere({ cookie: cookies[0] ?? "" } as TradingClient, product.url).status()).toBe(200)
  })

  it("twenty times at once is one exchange, and after a sign-out none", async () => {
    const person = await register()
    const old = person.client.cookie
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refreshWith(old, index % 2 === 0 ? product.url : second.url))
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(new Set(answers.map(cookiesOf)).size).toBe(1)
    const ids = await query(`SELECT FROM refresh_id JOIN session USING (session_key) WHERE user_id = '${person.userId}'`)
    // the one that was exchanged, and the next
    expect(ids.length).toBe(2)
    const next = cookiesOf(answers[0] ?? expect.unreachable())
    const signOut = { method: "POST", headers: { cookie: next, ...ownRequest(product.url) } }
    expect((await fetch(`${product.url}/auth/logout`, signOut)).status).toBe(204)
    for (const cookie of [old, next]) expect((await refreshWith(cookie, second.url)).status).toBe(401)
  })

  it("with an id that was exchanged before ends the whole session, on every node", async () => {
    const person = await register()
    const stolen = person.client.cookie
    const next = cookiesOf(await refreshWith(stolen))
    await query("UPDATE refresh_id SET exchanged_at = exchanged_at - 60000 WHERE exchanged_at IS NOT NULL")
    expect((await refreshWith(stolen, second.url)).status).toBe(401)
    await eventually(
      "the rightful holder is out",
      async () => ((await fetch(`${product.url}/auth/me`, { headers: { cookie: next } })).status === 401 ? true : undefined),
      END_MILLIS_MAX
    )
    expect((await refreshWith(next)).status).toBe(401)
    const { body } = await admin.send<{ entries: ReadonlyArray<unknown> }>("GET", "/admin/audit?outcome=REFRESH_REUSED")
    expect(body.entries[0]).toMatchObject({ action: "auth.refresh", subject: `user:${person.userId}` })
  })

  it("with nothing, or with what is no id, is refused", async () => {
    for (const cookie of ["", "__Host-refresh=x", `__Host-refresh=${"A".repeat(43)}`]) expect((await refreshWith(cookie)).status).toBe(401)
  })
})

describe("every session, refresh id and stream ends within a second on every node", () => {
  const ways: ReadonlyArray<[string, (person: Person) => Promise<{ status: number }>]> = [
    ["logging out everywhere", (person) => person.client.send("POST", "/auth/logout-everywhere")],
    [
      "a change of password",
      (person) => person.client.send("POST", "/auth/password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
    ],
    ["a block", (person) => admin.send("POST", `/admin/users/${person.userId}/block`, { reason: "stolen card" })],
    ["a forced logout", (person) => admin.send("POST", `/admin/users/${person.userId}/logout`, { reason: "asked by phone" })],
    ["a change of role", (person) => admin.send("PUT", `/admin/users/${person.userId}/role`, { role: "support", reason: "joined" })]
  ]
  it.each(ways)("by %s", async (_, end) => {
    const person = await register()
    const { client: phone } = await login(person.email, PASSWORD, second.url)
    const cookie = phone.cookie
    const streams = [await openStream(phone, second.url), await openStream(phone, product.url)]
    expect(await elsewhere(phone, product.url).status()).toBe(200)
    const { status } = await end(person)
    const endedAt = Date.now()
    expect([200, 204]).toContain(status)
    for (const stream of streams) {
      const { at, code } = await stream.closed
      expect(code).toBe(4401)
      expect(at - endedAt).toBeLessThan(END_MILLIS_MAX)
    }
    expect((await fetch(`${product.url}/auth/me`, { headers: { cookie } })).status).toBe(401)
    expect((await fetch(`${second.url}/auth/me`, { headers: { cookie } })).status).toBe(401)
    expect((await refreshWith(cookie, second.url)).status).toBe(401)
  })

  it("and a blocked user cannot come back before they are let in again", async () => {
    const person = await register()
    await admin.send("POST", `/admin/users/${person.userId}/block`, { reason: "stolen card" })
    const refused = await login(person.email)
    expect(refused.answer).toMatchObject({ status: 401, body: { code: "INVALID_CREDENTIALS" } })
    await admin.send("POST", `/admin/users/${person.userId}/unblock`, { reason: "cleared" })
    expect((await login(person.email)).answer.status).toBe(200)
  })

  it("and who changed their password goes on with a new session, and signs in with the new one alone", async () => {
    const person = await register()
    expect((await person.client.send("POST", "/auth/password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })).status).toBe(200)
    expect(await me(person.client)).toBe(200)
    expect((await login(person.email)).answer.status).toBe(401)
    expect((await login(person.email, NEW_PASSWORD)).answer.status).toBe(200)
  })
})

describe("passwords", () => {
  it.each([
    ["the wrong one", { currentPassword: "not my password", newPassword: NEW_PASSWORD }, "WRONG_PASSWORD"],
    ["a short new one", { currentPassword: PASSWORD, newPassword: "elevenchars" }, "VALIDATION_FAILED"],
    ["a common new one", { currentPassword: PASSWORD, newPassword: "passwordpassword" }, "VALIDATION_FAILED"]
  ])("are not changed with %s", async (_, body, code) => {
    const person = await register()
    expect(await person.client.send("POST", "/auth/password", body)).toMatchObject({ status: 422, body: { code } })
    expect(await me(person.client)).toBe(200)
  })

  it.each([
    ["64 characters", "long passphrase ".repeat(8)],
    ["72 bytes, where older hashes stop", "żółw i łódź na jeziorze, gęś i ślimak w ćmie, a źrebię śpi pod dębem "]
  ])("of %s and more are taken whole", async (_, long) => {
    const person = await register()
    await person.client.send("POST", "/auth/password", { currentPassword: PASSWORD, newPassword: `${long}a` })
    expect((await login(person.email, `${long}b`)).answer.status).toBe(401)
    expect((await login(person.email, `${long}a`)).answer.status).toBe(200)
  })
})

describe("links in mails", () => {
  const RESET = "Choose a new password"
  const askForReset = async (email: string) => {
    expect((await anonymous().send("POST", "/auth/forgot-password", { email })).status).toBe(204)
    return await eventually("the mail", () => mailedToken(product.url, email, RESET))
  }

  it("reset the password once, end every session, and are built from the configured origin whatever Host says", async () => {
    const person = await register()
    const response = await fetch(`${product.url}/auth/forgot-password`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-host": "evil.example", ...ownRequest(product.url) },
      body: JSON.stringify({ email: person.email })
    })
    expect(response.status).toBe(204)
    const token = await eventually("the mail", () => mailedToken(product.url, person.email, RESET))
    expect(await anonymous().send("POST", "/auth/reset-password", { token, password: "short" })).toMatchObject({ status: 422 })
    const weak = await anonymous().send("POST", "/auth/reset-password", { token, password: "passwordpassword" })
    expect(weak.body["code"]).toBe("VALIDATION_FAILED")
    // the full stop of a sentence is no part of its link
    expect(await (await fetch(`${product.url}/dev/mail`)).text()).not.toMatch(/href="[^"]*\."/u)
    const all = await Promise.all(
      Array.from({ length: 5 }, () => anonymous().send("POST", "/auth/reset-password", { token, password: NEW_PASSWORD }))
    )
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 422, 422, 422, 422])
    expect(await me(person.client)).toBe(401)
    expect((await login(person.email, NEW_PASSWORD)).answer.status).toBe(200)
  })

  it("expire, and the newer takes the place of the older", async () => {
    const person = await register()
    const first = await askForReset(person.email)
    await anonymous().send("POST", "/auth/forgot-password", { email: person.email })
    const next = await eventually("the second mail", async () => {
      const token = await mailedToken(product.url, person.email, RESET)
      return token === first ? undefined : token
    })
    expect(await anonymous().send("POST", "/auth/reset-password", { token: first, password: NEW_PASSWORD })).toMatchObject({
      status: 422,
      body: { code: "LINK_INVALID" }
    })
    await query("UPDATE email_link SET expires_at = 1")
    expect((await anonymous().send("POST", "/auth/reset-password", { token: next, password: NEW_PASSWORD })).body["code"]).toBe(
      "LINK_INVALID"
    )
  })

  it("are asked for with one answer, whether the address is known or not", async () => {
    const person = await register()
    const known = await anonymous().send("POST", "/auth/forgot-password", { email: person.email })
    const unknown = await anonymous().send("POST", "/auth/forgot-password", { email: "nobody-at-all@example.com" })
    expect(unknown).toEqual(known)
  })

  it("confirm an address once", async () => {
    const person = await register()
    expect((await person.client.send("GET", "/auth/me")).body["emailVerified"]).toBe(false)
    const token = await eventually("the mail", () => mailedToken(product.url, person.email, "Confirm your address"))
    expect((await anonymous().send("POST", "/auth/verify-email", { token })).status).toBe(204)
    expect((await anonymous().send("POST", "/auth/verify-email", { token })).body["code"]).toBe("LINK_INVALID")
    expect((await person.client.send("GET", "/auth/me")).body["emailVerified"]).toBe(true)
  })

  it("change an address when the new one is confirmed, not before", async () => {
    const person = await register()
    const email = `new-${person.email}`
    expect((await person.client.send("POST", "/auth/email", { password: "wrong", email })).body["code"]).toBe("WRONG_PASSWORD")
    expect((await person.client.send("POST", "/auth/email", { password: PASSWORD, email })).status).toBe(204)
    const token = await eventually("the mail", () => mailedToken(product.url, email, "Confirm your new address"))
    expect((await login(email)).answer.status).toBe(401)
    expect((await anonymous().send("POST", "/auth/verify-email", { token })).status).toBe(204)
    expect((await login(email)).answer.status).toBe(200)
    expect((await login(person.email)).answer.status).toBe(401)
    expect((await anonymous().send("POST", "/auth/verify-email", { token })).body["code"]).toBe("LINK_INVALID")
  })

  it("change no address once they have expired, nor to one that somebody else took meanwhile", async () => {
    const person = await register()
    const ask = async (email: string) => {
      expect((await person.client.send("POST", "/auth/email", { password: PASSWORD, email })).status).toBe(204)
      return await eventually("the mail", () => mailedToken(product.url, email, "Confirm your new address"))
    }
    const late = await ask(`late-${person.email}`)
    await query(`UPDATE email_link SET expires_at = 1 WHERE user_id = '${person.userId}'`)
    expect((await anonymous().send("POST", "/auth/verify-email", { token: late })).body["code"]).toBe("LINK_INVALID")
    const taken = `taken-${person.email}`
    const token = await ask(taken)
    expect((await anonymous().send("POST", "/auth/register", { email: taken, password: PASSWORD })).status).toBe(201)
    expect(await anonymous().send("POST", "/auth/verify-email", { token })).toMatchObject({ status: 409, body: { code: "EMAIL_TAKEN" } })
    expect((await person.client.send("GET", "/auth/me")).body["email"]).toBe(person.email)
  })

  it("come at most five times in a quarter of an hour to one address", async () => {
    const email = "flooded@example.com"
    const answers: Array<number> = []
    for (let count = 0; count < 6; count++) answers.push((await anonymous().send("POST", "/auth/forgot-password", { email })).status)
    expect(answers).toEqual([204, 204, 204, 204, 204, 429])
  })
})

/** Debian's independent implementation, where it is installed: continuous integration has it. */
const oathtool = (secret: string, seconds: number): string =>
  execFileSync("oathtool", ["--totp", "-b", secret, "--now", `@${seconds}`], { encoding: "utf8" }).trim()
const hasOathtool = spawnSync("oathtool", ["--version"]).error === undefined
const OATHTOOL_SAID = [
  [0, "755224"],
  [59, "287082"],
  [1_234_567_890, "005924"],
  [1_795_986_000, "000420"],
  [4_102_444_800, "612575"],
  [20_000_000_000, "353130"]
] as const

describe("codes of an authenticator app", () => {
  it("are computed here as RFC 6238 says, and as oathtool did", () => {
    const secret = Buffer.from("12345678901234567890")
    // appendix B of the RFC
    for (const [seconds, code] of [
      [59, "94287082"],
      [1_111_111_109, "07081804"],
      [1_234_567_890, "89005924"],
      [20_000_000_000, "65353130"]
    ] as const) {
      expect(totp(secret, seconds * 1000, 8)).toBe(code)
    }
    // as oathtool 2.6.7 printed them, of the secret whose first letters these are
    for (const [seconds, code] of OATHTOOL_SAID) expect(totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds * 1000)).toBe(code)
  })

  it.skipIf(!hasOathtool)("are taken from Debian's oathtool", async () => {
    for (const [seconds, code] of OATHTOOL_SAID) expect(oathtool("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds)).toBe(code)
    const person = await register()
    const { body } = await person.client.send<{ secret: string }>("POST", "/auth/two-factor/setup", { password: PASSWORD })
    const now = Math.floor(Date.now() / 1000)
    const confirmed = await person.client.send("POST", "/auth/two-factor/confirm", { code: oathtool(body.secret, now - 30) })
    expect(confirmed.status).toBe(200)
    const { answerWith } = await challengeOf(person.email)
    expect((await answerWith(oathtool(body.secret, now))).status).toBe(200)
  })

  const turnOn = async (person: Person) => {
    const setup = await person.client.send<{ secret: string; otpauthUri: string; qrSvg: string }>("POST", "/auth/two-factor/setup", {
      password: PASSWORD
    })
    expect(setup.status).toBe(200)
    // a step back, so that the one of now is still to be used
    const usedAt = Date.now() - 30_000
    const confirmed = await person.client.send<{ backupCodes: ReadonlyArray<string> }>("POST", "/auth/two-factor/confirm", {
      code: totp(setup.body.secret, usedAt)
    })
    expect(confirmed.status).toBe(200)
    return { ...setup.body, ...confirmed.body }
  }
  const challengeOf = async (email: string, password = PASSWORD, origin = product.url) => {
    const { answer, client } = await login(email, password, origin)
    expect(answer).toMatchObject({ status: 401, body: { code: "SECOND_FACTOR_REQUIRED" } })
    expect(client.cookie).toBe("")
    const answerWith = (code: string) => client.send("POST", "/auth/login/second-factor", { challenge: answer.body["challenge"], code })
    return { client, answerWith }
  }

  it("turn two-factor sign-in on with a QR code, and then the password alone opens nothing", async () => {
    const person = await register()
    const { otpauthUri, qrSvg, secret } = await turnOn(person)
    expect(otpauthUri).toMatch(/^otpauth:\/\/totp\/Keel:/u)
    expect(qrSvg).toMatch(/^<svg /u)
    const { answerWith, client } = await challengeOf(person.email)
    expect((await answerWith(totp(secret, Date.now()))).status).toBe(200)
    expect(await me(client)).toBe(200)
    const rows = await query<{ secret: string }>("SELECT secret FROM two_factor")
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  /** Ten challenges, every other one of the second node. */
  const challengesOn = (email: string) =>
    Promise.all(Array.from({ length: 10 }, (_, index) => challengeOf(email, PASSWORD, index % 2 === 0 ? product.url : second.url)))

  it("are accepted once, of ten at the same moment on two nodes one", async () => {
    const person = await register()
    const { secret } = await turnOn(person)
    const code = totp(secret, Date.now())
    const challenges = await challengesOn(person.email)
    const answers = await Promise.all(challenges.map(({ answerWith }) => answerWith(code)))
    expect(answers.filter(({ status }) => status === 200).length).toBe(1)
    const late = await challengeOf(person.email)
    expect(await late.answerWith(code)).toMatchObject({ status: 401, body: { code: "INVALID_CODE" } })
  })

  it("of another time are refused, and six wrong ones burn the challenge", async () => {
    const person = await register()
    const { secret } = await turnOn(person)
    const { answerWith } = await challengeOf(person.email)
    const wrong = [totp(secret, Date.now() - 300_000), totp(secret, Date.now() + 300_000), "000000", "111111", "222222", "333333"]
    for (const code of wrong) expect((await answerWith(code)).body["code"]).toBe("INVALID_CODE")
    expect((await answerWith(totp(secret, Date.now()))).body["code"]).toBe("CHALLENGE_OVER")
  })

  it("as backup codes are accepted once, of ten at the same moment on two nodes one", async () => {
    const person = await register()
    const { backupCodes } = await turnOn(person)
    const challenges = await challengesOn(person.email)
    const answers = await Promise.all(challenges.map(({ answerWith }) => answerWith(backupCodes[0] ?? "")))
    expect(answers.filter(({ status }) => status === 200).length).toBe(1)
  })

  it("burn a challenge with six wrong ones, of twenty at the same moment on two nodes", async () => {
    const person = await register()
    const { secret } = await turnOn(person)
    const { answer } = await login(person.email)
    const { challenge } = answer.body
    const answerAt = (origin: string, code: string) => anonymous(origin).send("POST", "/auth/login/second-factor", { challenge, code })
    const wrong = Array.from({ length: 20 }, (_, index) => answerAt(index % 2 === 0 ? product.url : second.url, `zzzzz${index}`))
    const codes = (await Promise.all(wrong)).map(({ body }) => body["code"])
    expect(codes.filter((code) => code === "INVALID_CODE").length).toBe(6)
    expect(codes.filter((code) => code === "CHALLENGE_OVER").length).toBe(14)
    expect((await answerAt(second.url, totp(secret, Date.now()))).body["code"]).toBe("CHALLENGE_OVER")
  })

  it("may be backup codes instead, each once, kept as hashes", async () => {
    const person = await register()
    const { backupCodes } = await turnOn(person)
    expect(new Set(backupCodes).size).toBe(10)
    const [code = ""] = backupCodes
    const { answerWith, client } = await challengeOf(person.email)
    expect((await answerWith(code.toLowerCase().replace("-", " "))).status).toBe(200)
    expect((await client.send("GET", "/auth/two-factor")).body).toEqual({ enabled: true, backupCodesLeft: 9 })
    expect((await (await challengeOf(person.email)).answerWith(code)).body["code"]).toBe("INVALID_CODE")
    const rows = await query<{ code_hash: string }>("SELECT code_hash FROM backup_code")
    for (const one of backupCodes) expect(JSON.stringify(rows)).not.toContain(one.replace("-", ""))
  })

  it("are needed with the password to turn it off, and a reset of the password does not", async () => {
    const person = await register()
    const { backupCodes } = await turnOn(person)
    const disable = (password: string, code: string) => person.client.send("POST", "/auth/two-factor/disable", { password, code })
    expect((await disable("the wrong password", backupCodes[0] ?? "")).body["code"]).toBe("WRONG_PASSWORD")
    expect((await disable(PASSWORD, "000000")).body["code"]).toBe("WRONG_CODE")
    await anonymous().send("POST", "/auth/forgot-password", { email: person.email })
    const token = await eventually("the mail", () => mailedToken(product.url, person.email, "Choose a new password"))
    // eight characters are enough beside a code
    expect((await anonymous().send("POST", "/auth/reset-password", { token, password: "ab3$kQ9z" })).status).toBe(204)
    const { answerWith, client } = await challengeOf(person.email, "ab3$kQ9z")
    expect((await answerWith(backupCodes[1] ?? "")).status).toBe(200)
    const short = await client.send("POST", "/auth/two-factor/disable", { password: "ab3$kQ9z", code: backupCodes[2] })
    expect(short).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED" } })
    expect((await client.send("POST", "/auth/password", { currentPassword: "ab3$kQ9z", newPassword: NEW_PASSWORD })).status).toBe(200)
    const off = await client.send("POST", "/auth/two-factor/disable", { password: NEW_PASSWORD, code: backupCodes[2] })
    expect(off.status).toBe(204)
    expect((await login(person.email, NEW_PASSWORD)).answer.status).toBe(200)
  })
})

describe("the audit trail", () => {
  const entries = async (filter: string) =>
    (await admin.send<{ entries: ReadonlyArray<Record<string, unknown>>; nextCursor: string | null }>("GET", `/admin/audit?${filter}`)).body

  it("tells who did what to whom, from where and why", async () => {
    const person = await register()
    await admin.send("POST", `/admin/users/${person.userId}/block`, { reason: "chargeback 4711" })
    const { entries: found } = await entries(`subject=user:${person.userId}`)
    expect(found.map((entry) => entry["action"])).toEqual(["users.blockUser", "auth.register"])
    expect(found[0]).toMatchObject({
      outcome: "done",
      actorId: "demo-administrator",
      actorRole: "admin",
      ip: "127.0.0.1",
      reason: "chargeback 4711",
      before: '{"blocked":false}',
      after: '{"blocked":true}',
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/u),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/u)
    })
    expect(typeof found[0]?.["userAgent"]).toBe("string")
  })

  it("holds sign-ins and refusals, trading and funding", async () => {
    const person = await register()
    await login(person.email, "the wrong password")
    await person.client.send("GET", "/admin/users")
    await admin.send("POST", `/admin/accounts/${person.accountId}/balance-operations`, { kind: "deposit", amount: "5", reference: "audit" })
    await person.client.send("POST", `/accounts/${person.accountId}/orders/cancel`, {}, { "idempotency-key": "audit" })
    expect((await entries(`subject=email:${person.email}&outcome=INVALID_CREDENTIALS`)).entries.length).toBe(1)
    expect((await entries(`actorId=${person.userId}&outcome=FORBIDDEN`)).entries[0]).toMatchObject({ action: "users.users" })
    const booked = (await entries(`subject=account:${person.accountId}&action=admin`)).entries[0]
    expect(booked).toMatchObject({ action: "admin.balanceOperation", actorId: "demo-administrator" })
    expect(booked?.["after"]).toBe('{"kind":"deposit","amount":"5","reference":"audit"}')
    await eventually("the trading entry", async () =>
      (await entries(`actorId=${person.userId}&action=trading`)).entries[0] === undefined ? undefined : true
    )
  })

  it("holds what people do about their own sign-in, with themselves as the subject", async () => {
    const person = await register()
    await person.client.send("POST", "/auth/two-factor/setup", { password: PASSWORD })
    await person.client.send("POST", "/auth/password", { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
    await person.client.send("POST", "/auth/refresh")
    await person.client.send("POST", "/auth/logout")
    const { entries: found } = await entries(`subject=user:${person.userId}`)
    const acts = ["auth.logout", "auth.refresh", "profile.changePassword", "profile.setUpTwoFactor", "auth.register"]
    expect(found.map((entry) => [entry["action"], entry["actorId"], entry["outcome"]])).toEqual(
      acts.map((action) => [action, person.userId, "done"])
    )
  })

  it("holds the kill switch with what it was before, and why", async () => {
    for (const halted of [true, false]) {
      for (const scope of [{ scope: "everything" }, { scope: "symbol", symbol: "AUDUSD" }])
        expect((await admin.send("PUT", "/admin/kill-switch", { ...scope, halted, reason: `drill ${halted}` })).status).toBe(200)
    }
    for (const subject of ["everything", "instrument:AUDUSD"]) {
      expect((await entries(`action=admin.killSwitch&subject=${subject}`)).entries).toMatchObject([
        { reason: "drill false", before: '{"halted":true}', after: '{"halted":false}' },
        { reason: "drill true", before: '{"halted":false}', after: '{"halted":true}' }
      ])
    }
  })

  it("holds every try at an account that is not one's own, reading too, and one that nobody has alike", async () => {
    const [owner, other] = [await register(), await register()]
    for (const accountId of [owner.accountId, "999999999"]) {
      expect((await other.client.send("GET", `/accounts/${accountId}/positions`)).status).toBe(404)
      expect((await entries(`actorId=${other.userId}&subject=account:${accountId}`)).entries).toMatchObject([
        { action: "accounts.positions", outcome: "ACCOUNT_NOT_FOUND", ip: "127.0.0.1" }
      ])
    }
  })

  it("holds nothing of a request that was no act: of another type, or with what nobody asks for", async () => {
    const { client, userId } = await register()
    expect((await client.send("POST", "/auth/password", {}, { "content-type": "text/plain" })).status).toBe(415)
    expect((await client.send("POST", "/auth/logout?role=admin")).status).toBe(422)
    expect((await entries(`actorId=${userId}`)).entries.map((entry) => entry["action"])).toEqual(["auth.register"])
  })

  it("comes in pages without gaps, and by action, actor and time", async () => {
    const first = await entries("limit=5")
    const rest = await entries(`limit=5&cursor=${first.nextCursor}`)
    const numbers = [...first.entries, ...rest.entries].map((entry) => Number(entry["sequence"]))
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) - index))
    const logins = await entries("action=auth.login")
    expect(new Set(logins.entries.map((entry) => entry["action"]))).toEqual(new Set(["auth.login"]))
    expect((await entries("from=2100-01-01T00:00:00Z")).entries).toEqual([])
  })

  it("holds no password, code, token or id", async () => {
    const person = await register()
    const rows = JSON.stringify(await query("SELECT data::text AS data FROM audit_entry"))
    expect(rows).toContain(person.userId)
    for (const secret of [PASSWORD, NEW_PASSWORD, ...person.client.cookie.split("; ").map((cookie) => cookie.split("=")[1] ?? "")])
      expect(rows).not.toContain(secret)
  })

  it("is exported as CSV, streamed and safe for spreadsheets, and the export is written down", async () => {
    const person = await register()
    await admin.send("POST", `/admin/users/${person.userId}/block`, { reason: '=HYPERLINK("http://evil.example")' })
    for (const reason of ["-1", "+1", "@SUM(A1)"]) await admin.send("POST", `/admin/users/${person.userId}/logout`, { reason })
    // what a form may not hold, a header may: tabs, and formulas from people who have not signed in
    const guess = { email: "-2+3@example.com", password: "a guess" }
    await anonymous().send("POST", "/auth/login", guess, { "user-agent": "=1\t+cmd" })
    const response = await fetch(`${product.url}/admin/audit.csv`, { headers: { cookie: admin.cookie } })
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe("text/csv")
    expect(response.headers.get("content-disposition")).toContain("attachment")
    const lines = (await response.text()).trim().split("\r\n")
    expect(lines[0]).toMatch(/^sequence,at,action,/u)
    expect(lines.some((line) => line.includes(`"'=HYPERLINK(""http://evil.example"")"`))).toBe(true)
    const cells = lines.flatMap((line) => line.split(","))
    for (const cell of ["'-1", "'+1", "'@SUM(A1)", "'=1+cmd"]) expect(cells).toContain(cell)
    expect(cells.filter((cell) => /^"?[=+\-@\t\r]/u.test(cell))).toEqual([])
    expect((await entries("action=audit.exportAuditTrail")).entries.length).toBeGreaterThan(0)
  })

  it("is for risk staff and administrators alone", async () => {
    const person = await register()
    expect((await person.client.send("GET", "/admin/audit")).status).toBe(403)
    expect((await anonymous().send("GET", "/admin/audit.csv")).status).toBe(401)
  })

  it("is one chain, written by two nodes, that npm run verify walks; an altered entry is named", async () => {
    expect(await verifyDatabase(product.databaseUrl)).toMatchObject({ code: 0 })
    await query("ALTER TABLE audit_entry DISABLE TRIGGER append_only")
    await query("UPDATE audit_entry SET data = replace(data::text, '127.0.0.1', '127.0.0.9')::json WHERE sequence = 3")
    const { code, output } = await verifyDatabase(product.databaseUrl)
    expect(code).toBe(1)
    expect(output).toContain("audit entry 3 was altered")
  })
})
