/** What the other tests stand on: a whole product of its own, whose server can be killed and brought back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Product, startProduct } from "#dev/TestProduct.ts"

let product: Product

beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product?.stop())

const status = async (url: string): Promise<number | undefined> => {
  try {
    return (await fetch(url)).status
  } catch {
    return undefined
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe("a product for tests", () => {
  it("is ready, with a simulator that can be told what to send", async () => {
    expect(await status(`${product.url}/readyz`)).toBe(200)
    const answer = await fetch(`${product.simulatorControlUrl}/control/pause`, { method: "POST" })
    expect(answer.ok).toBe(true)
  })

  it("has a server that is killed, and comes back at the same address as another process", async () => {
    const before = product.serverPid()
    await product.killServer()
    expect(await status(`${product.url}/readyz`)).toBeUndefined()
    await product.restartServer()
    expect(await status(`${product.url}/readyz`)).toBe(200)
    expect(product.serverPid()).not.toBe(before)
  })

  it("takes one more server on the same database", async () => {
    const second = await product.addServer()
    expect(second.url).not.toBe(product.url)
    expect([await status(`${second.url}/readyz`), await status(`${product.url}/readyz`)]).toEqual([200, 200])
    await second.stop()
    expect(isRunning(second.pid())).toBe(false)
  })

  it("says what is wrong when a server cannot start", async () => {
    await expect(product.addServer({ PORT: "no port" })).rejects.toThrow('PORT: expected a port number, got "no port"')
  })

  it("leaves no process behind", async () => {
    const pids = [product.serverPid(), product.simulator.pid, product.postgres.pid]
    await product.stop()
    expect(pids.map(isRunning)).toEqual([false, false, false])
  })
})
