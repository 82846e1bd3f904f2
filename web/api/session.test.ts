/** While a new session takes the place of the old one, nobody exchanges the old cookies: the refusal would expire the new ones. */
import { afterEach, describe, expect, it, vi } from "vitest"
import { refreshAccess } from "./client.ts"
import { confirmSignIn, register, signIn } from "./session.ts"

afterEach(() => vi.unstubAllGlobals())

const problem = (status: number, code: string) => Response.json({ code }, { status })

describe("whoever finds the session ended while somebody", () => {
  const ways: ReadonlyArray<readonly [string, string, () => Promise<unknown>]> = [
    ["signs in", "/auth/login", () => signIn("client@example.com", "four random words here")],
    ["confirms with a code", "/auth/login/second-factor", () => confirmSignIn("c".repeat(43), "123456")],
    ["registers", "/auth/register", () => register("client@example.com", "four random words here", "")]
  ]
  it.each(ways)("%s waits for the answer instead of exchanging cookies", async (_, path, enter) => {
    const answer = Promise.withResolvers<Response>()
    const asked: Array<string> = []
    vi.stubGlobal("fetch", (url: string) => {
      asked.push(url)
      return url === path ? answer.promise : Promise.resolve(problem(401, "UNAUTHENTICATED"))
    })
    const entered = enter()
    const isOn = refreshAccess()
    answer.resolve(problem(503, "UNAVAILABLE"))
    await entered
    expect(await isOn).toBe(true)
    expect(asked).toEqual([path])
    // and exchanges them again afterwards
    expect(await refreshAccess()).toBe(false)
    expect(asked).toEqual([path, "/auth/refresh"])
  })
})
