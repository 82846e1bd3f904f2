/** Preferences: they follow a person, two devices do not overwrite each other, and nobody reads anybody else's. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { PREFERENCES_LENGTH_MAX, PREFERENCES_MAX } from "#contract/Preferences.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { registerPerson, type Person } from "./securityClient.ts"

let product: Product
beforeAll(async () => {
  product = await startProduct()
}, 60_000)
afterAll(() => product.stop())

const kept = ({ client }: Person) => client.send<{ version: number; entries: Record<string, string> }>("GET", "/preferences")
const save = ({ client }: Person, version: number, entries: Readonly<Record<string, string>>) =>
  client.send("PUT", "/preferences", { version, entries })

describe("preferences", () => {
  it("are empty at version 0, and are what was saved last", async () => {
    const person = await registerPerson(product.url)
    expect((await kept(person)).body).toEqual({ version: 0, entries: {} })
    expect((await save(person, 0, { theme: '"dark"' })).body).toEqual({ version: 1 })
    expect((await save(person, 1, { theme: '"light"', "layout.chart": "70" })).body).toEqual({ version: 2 })
    expect((await kept(person)).body).toEqual({ version: 2, entries: { theme: '"light"', "layout.chart": "70" } })
  })

  it("take one of two changes that were made from the same version", async () => {
    const person = await registerPerson(product.url)
    await save(person, 0, { theme: '"dark"' })
    const answers = await Promise.all([save(person, 1, { from: "phone" }), save(person, 1, { from: "desktop" })])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "PREFERENCES_CHANGED" })
    expect((await kept(person)).body.version).toBe(2)
    expect((await save(person, 0, { from: "the past" })).status).toBe(409)
  })

  it("are a person's own", async () => {
    const [one, other] = [await registerPerson(product.url), await registerPerson(product.url)]
    await save(one, 0, { theme: '"dark"' })
    expect((await kept(other)).body).toEqual({ version: 0, entries: {} })
  })

  it.each([
    ["too many", Object.fromEntries(Array.from({ length: PREFERENCES_MAX + 1 }, (_, index) => [`name${index}`, "1"]))],
    ["too long", Object.fromEntries(["a", "b", "c"].map((name) => [name, "x".repeat(PREFERENCES_LENGTH_MAX / 3 + 1)]))],
    ["strangely named", { "../x": "1" }],
    ["not printable", { theme: "\u0000" }]
  ])("that are %s are refused, and nothing changes", async (_, entries) => {
    const person = await registerPerson(product.url)
    expect((await save(person, 0, entries)).body).toMatchObject({ code: "VALIDATION_FAILED" })
    expect((await kept(person)).body.version).toBe(0)
  })
})
