/** securityClient: people of the security tests: who register, read their caught mails, and make codes. */
import { createHmac } from "node:crypto"
import { expect } from "vitest"
import { TradingClient } from "./TradingClient.ts"

export const PASSWORD = "four random words here"

export interface Person {
  readonly client: TradingClient
  readonly email: string
  readonly userId: string
  readonly accountId: string
}

let people = 0

export const registerPerson = async (origin: string): Promise<Person> => {
  const client = new TradingClient(() => origin)
  const email = `person${++people}-${process.pid}@example.com`
  const answer = await client.send<{ userId: string; accountIds: ReadonlyArray<string> }>("POST", "/auth/register", {
    email,
    password: PASSWORD
  })
  expect(answer.status).toBe(201)
  return { client, email, userId: answer.body.userId, accountId: answer.body.accountIds[0] ?? "" }
}

/** The token in the newest mail to `email` with this subject, from the page that developers read. */
export const mailedToken = async (origin: string, email: string, subject: string): Promise<string | undefined> => {
  const page = await (await fetch(`${origin}/dev/mail`)).text()
  const mail = page.split("<article>").find((one) => one.includes(`<h2>${subject}</h2>`) && one.includes(`<strong>${email}</strong>`))
  const link = /<a href="([^"]+)"/u.exec(mail ?? "")?.[1]
  if (link === undefined) return undefined
  expect(link.startsWith(`${origin}/`)).toBe(true)
  return new URL(link).hash.slice(1)
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

const base32Bytes = (text: string): Buffer => {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("")
  return Buffer.from((bits.match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** RFC 6238 with SHA-1, six digits and 30 seconds, written from the RFC alone. */
export const totp = (secret: Buffer | string, millis: number, digits = 6): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(millis / 30_000)))
  const mac = createHmac("sha1", typeof secret === "string" ? base32Bytes(secret) : secret)
    .update(counter)
    .digest()
  const offset = (mac[19] ?? 0) & 0xf
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, "0")
}
