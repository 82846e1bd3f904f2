/** The simulator as a process: how it starts, replays and stops. */
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { until } from "./feedHarness.ts"

const ROWS = 400
const START = Date.UTC(2020, 0, 1, 22)
let directory: string
const children: Array<ChildProcess> = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "simulator-"))
  const rows = Array.from(
    { length: ROWS },
    (_, index) => `${new Date(START + index * 250).toISOString()},1.${12_000 + index},1.${12_010 + index}`
  )
  await writeFile(join(directory, "EURUSD.ticks.csv"), ["timestamp,bid,ask", ...rows, "no row at all"].join("\n"))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL")
})

afterAll(() => rm(directory, { recursive: true }))

interface Started {
  readonly child: ChildProcess
  readonly ws: string
  readonly control: string
}

const start = async (args: ReadonlyArray<string> = [], ipc = false): Promise<Started> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../simulator/main.ts"), ...args], {
    env: { ...process.env, SIMULATOR_PORT: "0", SIMULATOR_CONTROL_PORT: "0" },
    stdio: ipc ? ["ignore", "pipe", "inherit", "ipc"] : ["ignore", "pipe", "inherit"]
  })
  children.push(child)
  let output = ""
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()))
  await until("it says that it is ready", () => /^simulator ready .*\n/m.test(output))
  const [, ws, control] = /ws=(\S+) rest=\S+ control=(\S+)/.exec(output) ?? []
  return { child, ws: ws ?? "", control: control ?? "" }
}

describe("the process", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("stops cleanly on %s, also with a client connected", async (signal) => {
    const { child, ws } = await start()
    const socket = new WebSocket(`${ws}?apikey=key`)
    await once(socket, "open")
    socket.on("error", () => undefined)
    child.kill(signal)
    const [code] = await once(child, "exit")
    expect(code).toBe(0)
  })

  it("ends with the parent that started it with IPC", async () => {
    const { child } = await start([], true)
    child.disconnect()
    const [code] = await once(child, "exit")
    expect(code).toBe(0)
  })

  it.each([
    [{ SIMULATOR_PORT: "eighty" }, [], "SIMULATOR_PORT must be a whole number"],
    [{}, ["--replay", "x.csv", "--speed=-1"], "--speed must be a number above 0"],
    [{}, ["--colour", "red"], "Unknown option '--colour'"],
    [{}, ["--replay", "NOSUCH.csv"], "unknown symbol NOSUCH"]
  ])("names a wrong setting: %o %o", async (env, args, message) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "../../simulator/main.ts"), ...args], {
      env: { ...process.env, SIMULATOR_PORT: "0", SIMULATOR_CONTROL_PORT: "0", ...env }
    })
    children.push(child)
    let errors = ""
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()))
    const [code] = await once(child, "close")
    expect(code).toBe(2)
    expect(errors).toContain(message)
  })
})

describe("a replay", () => {
  const subscribe = async (ws: string, symbol: string) => {
    const socket = new WebSocket(`${ws}?apikey=key`)
    const prices: Array<{ bid: number; ask: number; timestamp: number }> = []
    socket.on("message", (data) => {
      const message: { event: string; bid: number; ask: number; timestamp: number } = JSON.parse(
        Buffer.isBuffer(data) ? data.toString() : ""
      )
      if (message.event === "price") prices.push(message)
    })
    socket.on("error", () => undefined)
    await once(socket, "open")
    socket.send(JSON.stringify({ action: "subscribe", params: { symbols: symbol } }))
    return { socket, prices }
  }

  it("waits for its subscriber, then sends every recorded quote in order, stamped with the present", async () => {
    const { ws, control } = await start(["--replay", join(directory, "EURUSD.ticks.csv"), "--speed", "1000"])
    await fetch(`${control}/control/pause`, { method: "POST" })
    const { prices, socket } = await subscribe(ws, "EUR/USD")
    await until("all came", () => prices.length === ROWS)
    expect(prices.map(({ bid, ask }) => [bid, ask])).toEqual(
      Array.from({ length: ROWS }, (_, index) => [Number(`1.${12_000 + index}`), Number(`1.${12_010 + index}`)])
    )
    expect(prices.every(({ timestamp }) => Math.abs(timestamp - Date.now() / 1_000) < 60)).toBe(true)
    const state: unknown = await (await fetch(`${control}/control/state`)).json()
    expect(state).toMatchObject({ replay: { symbol: "EURUSD", state: "finished", sent: ROWS, skipped: 2 } })
    socket.terminate()
  })

  it("keeps the recorded pace, divided by the speed", async () => {
    const { ws } = await start(["--replay", join(directory, "EURUSD.ticks.csv"), "--speed", "100", "--symbol", "GBP/USD"])
    const startedAt = performance.now()
    const { prices, socket } = await subscribe(ws, "GBP/USD")
    await until("all came", () => prices.length >= ROWS)
    expect(performance.now() - startedAt).toBeGreaterThan(((ROWS - 1) * 250) / 100 - 50)
    socket.terminate()
  })
})
