import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { Exit } from "#dev/Child.ts"
import { type Supervisable, supervise } from "#dev/supervise.ts"

/** A process that ends when the test says so. */
const fakeProcess = (pid: number) => {
  const { promise, resolve } = Promise.withResolvers<Exit>()
  const process: Supervisable = { pid, exited: promise, stop: async () => resolve({ code: 0, signal: null }) }
  return { process, end: resolve }
}

let starts: Array<ReturnType<typeof fakeProcess>>
let failures: number

const start = async (): Promise<Supervisable> => {
  if (failures > 0) {
    failures--
    throw new Error("no room")
  }
  const started = fakeProcess(starts.length + 1)
  starts.push(started)
  return started.process
}

const said = vi.spyOn(console, "error").mockImplementation(() => undefined)

beforeEach(() => {
  starts = []
  failures = 0
  said.mockClear()
})
afterEach(() => {
  for (const { end } of starts) end({ code: 0, signal: null })
})

describe("a supervised process", () => {
  it("is started again when it is killed, and says so", async () => {
    const supervised = await supervise("the server", start)
    starts[0]?.end({ code: null, signal: "SIGKILL" })
    await vi.waitFor(() => expect(starts).toHaveLength(2))
    expect(said.mock.calls).toEqual([["the server (pid 1) ended by SIGKILL: starting again in 100 ms"]])
    await supervised.stop()
  })

  it("waits longer each time", async () => {
    const supervised = await supervise("the server", start)
    starts[0]?.end({ code: 1, signal: null })
    await vi.waitFor(() => expect(starts).toHaveLength(2))
    starts[1]?.end({ code: 1, signal: null })
    await vi.waitFor(() => expect(starts).toHaveLength(3))
    expect(said.mock.calls.map(([line]) => String(line).split("again in ")[1])).toEqual(["100 ms", "200 ms"])
    await supervised.stop()
  })

  it("is tried again when the second start fails", async () => {
    const supervised = await supervise("PostgreSQL", start)
    failures = 1
    starts[0]?.end({ code: 1, signal: null })
    await vi.waitFor(() => expect(starts).toHaveLength(2), { timeout: 2_000 })
    expect(said).toHaveBeenCalledWith("PostgreSQL does not start (no room): starting again in 200 ms")
    await supervised.stop()
  })

  it("is not started again when its configuration is wrong", async () => {
    const supervised = await supervise("the server", start)
    starts[0]?.end({ code: 78, signal: null })
    expect(await supervised.ended).toEqual({ code: 78, signal: null })
    expect(starts).toHaveLength(1)
  })

  it("is not started again when it was asked to stop, not even in the pause", async () => {
    const supervised = await supervise("the server", start)
    starts[0]?.end({ code: 1, signal: null })
    await vi.waitFor(() => expect(said).toHaveBeenCalledTimes(1))
    await supervised.stop()
    expect(starts).toHaveLength(1)
  })

  it("is started again after a restart that was asked for", async () => {
    const supervised = await supervise("the server", start)
    await supervised.restart()
    await vi.waitFor(() => expect(starts).toHaveLength(2))
    await supervised.stop()
  })

  it("fails when its first start fails", async () => {
    failures = 1
    await expect(supervise("PostgreSQL", start)).rejects.toThrow("no room")
  })
})
