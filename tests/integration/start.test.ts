/** `npm start` as a person or a supervisor meets it: what it says, what it leaves behind, what it survives. */
import { type ChildProcess, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import fs from "node:fs"
import net from "node:net"
import os from "node:os"
import path from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { freePort } from "#db/EmbeddedPostgres.ts"
import { root } from "#dev/Child.ts"

/** In the environment of every process that a test starts, so that its children can be found. */
let mark: string
let data: string
const started: Array<ChildProcess> = []

beforeEach(() => {
  mark = `KEEL_TEST_MARK=${randomUUID()}`
  data = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "keel-start-")), "postgres")
})

afterEach(() => {
  for (const npm of started.splice(0)) npm.kill("SIGKILL")
  for (const { pid } of left()) process.kill(pid, "SIGKILL")
  fs.rmSync(path.dirname(data), { recursive: true, force: true })
})

interface Running {
  readonly npm: ChildProcess
  readonly url: string
  readonly output: () => string
  readonly exitCode: Promise<number | null>
}

const npmStart = async (settings: Record<string, string> = {}): Promise<Running> => {
  const port = settings["PORT"] ?? String(await freePort())
  const { DATABASE_URL: _, TWELVEDATA_API_KEY: __, NODE_ENV: ___, ...inherited } = process.env
  const [markName = "", markValue = ""] = mark.split("=")
  const npm = spawn("npm", ["start", "--", "--data", data], {
    cwd: root,
    env: { ...inherited, RUNNER_PORT: String(await freePort()), ...settings, PORT: port, [markName]: markValue },
    // A process group of its own, as a terminal gives: a signal to the group is Ctrl-C.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"]
  })
  started.push(npm)
  let text = ""
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()))
  const exitCode = new Promise<number | null>((resolve) => npm.once("close", resolve))
  return { npm, url: `http://127.0.0.1:${port}`, output: () => text, exitCode }
}

const ready = async (running: Running): Promise<void> => {
  await vi.waitFor(() => expect(running.output()).toContain("Keel is ready"), { timeout: 60_000, interval: 50 })
}

const answers = (running: Running, timeout: number): Promise<unknown> =>
  vi.waitFor(async () => expect((await fetch(`${running.url}/readyz`)).status).toBe(200), { timeout, interval: 50 })

interface Found {
  readonly pid: number
  readonly command: string
}

const read = (file: string): string => {
  try {
    return fs.readFileSync(file, "utf8").replaceAll("\0", " ")
  } catch {
    return ""
  }
}

const workingDirectory = (pid: string): string => {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ""
  }
}

/** Processes that carry the mark, and PostgreSQL, which works in the data directory. A process that only waits to be reaped has no command. */
const left = (): ReadonlyArray<Found> =>
  fs
    .readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && (read(`/proc/${pid}/environ`).includes(mark) || workingDirectory(pid).startsWith(data)))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`) }))
    .filter(({ command }) => command !== "")

const one = (part: string): number => {
  const found = left().filter(({ command }) => command.includes(part))
  expect(found.map(({ command }) => command)).toHaveLength(1)
  return found[0]?.pid ?? 0
}

const nothingLeft = (timeout = 20_000): Promise<unknown> => vi.waitFor(() => expect(left()).toEqual([]), { timeout, interval: 50 })

describe("npm start", () => {
  it("says where it is and who may sign in, stops on SIGTERM to npm, and leaves no process behind", async () => {
    const running = await npmStart()
    await ready(running)
    const said = running.output()
    for (const part of ["demo@keel.example", "admin@keel.example", "/docs", "/control/ticks", "set TWELVEDATA_API_KEY for live ones"]) {
      expect(said).toContain(part)
    }
    expect(Number(/ready after ([\d.]+) s/.exec(said)?.[1])).toBeLessThan(30)
    expect((await fetch(`${running.url}/`, { headers: { accept: "text/html" } })).status).toBe(200)
    running.npm.kill("SIGTERM")
    await nothingLeft()
    await running.exitCode
  })

  it("stops on Ctrl-C, which reaches npm and all that it started in its group", async () => {
    const running = await npmStart()
    await ready(running)
    process.kill(-(running.npm.pid ?? Number.NaN), "SIGINT")
    await nothingLeft()
    expect(await running.exitCode).toBe(0)
  })

  it("stops when it is told to while it is still starting", async () => {
    const running = await npmStart()
    await vi.waitFor(() => one("/bin/postgres"), { timeout: 30_000, interval: 5 })
    running.npm.kill("SIGTERM")
    await nothingLeft()
    expect(running.output()).not.toContain("Keel is ready")
  })

  it("brings back a server, a simulator and a database that were killed", async () => {
    const running = await npmStart()
    await ready(running)
    const server = one("server/dist/main.js")
    process.kill(server, "SIGKILL")
    await vi.waitFor(() => expect(one("server/dist/main.js")).not.toBe(server), { timeout: 30_000, interval: 50 })
    await answers(running, 30_000)
    process.kill(one("simulator/main.ts"), "SIGKILL")
    process.kill(one("/bin/postgres"), "SIGKILL")
    await vi.waitFor(() => expect(running.output()).toContain("PostgreSQL (pid"), { timeout: 30_000, interval: 50 })
    await vi.waitFor(() => one("simulator/main.ts"), { timeout: 30_000, interval: 50 })
    await vi.waitFor(() => one("/bin/postgres"), { timeout: 30_000, interval: 50 })
    await answers(running, 30_000)
    running.npm.kill("SIGTERM")
    await nothingLeft()
  })

  it.each(["npm", "dev/start.ts"])("stops everything when %s is killed", async (who) => {
    const running = await npmStart()
    await ready(running)
    const supervisor = Number(
      read(`/proc/${one("server/dist/main.js")}/stat`)
        .split(") ")[1]
        ?.split(" ")[1]
    )
    process.kill(who === "npm" ? (running.npm.pid ?? 0) : supervisor, "SIGKILL")
    await nothingLeft()
  })

  it("starts again with its data when everything was killed at once", async () => {
    const first = await npmStart()
    await ready(first)
    for (const { pid, command } of left()) if (!/\/bin\/postgres|^postgres:/.test(command)) process.kill(pid, "SIGKILL")
    const second = await npmStart()
    await ready(second)
    second.npm.kill("SIGTERM")
    await nothingLeft()
  })
})

describe("npm start says in one line", () => {
  const refusal = async (settings: Record<string, string>): Promise<{ code: number | null; lines: ReadonlyArray<string> }> => {
    const running = await npmStart(settings)
    const code = await running.exitCode
    await nothingLeft()
    // npm's own words begin with `>`, or `npm`.
    return {
      code,
      lines: running
        .output()
        .split("\n")
        .filter((line) => line !== "" && !/^(>|npm )/.test(line))
    }
  }

  it("that a setting is wrong", async () => {
    expect(await refusal({ PORT: "abc" })).toEqual({ code: 78, lines: ['PORT: expected a port number, got "abc"'] })
  })

  it("what production lacks", async () => {
    const settings = {
      NODE_ENV: "production",
      PUBLIC_ORIGIN: "http://localhost:8080",
      SESSION_SECRET: "x".repeat(32),
      TWELVEDATA_API_KEY: "a-key"
    }
    expect(await refusal(settings)).toEqual({
      code: 78,
      lines: ["DATABASE_URL: missing, expected a PostgreSQL URL such as postgres://user:password@host:5432/database"]
    })
  })

  it("that the port is taken", async () => {
    const other = net.createServer()
    const port = await freePort()
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve))
    const { code, lines } = await refusal({ PORT: String(port) })
    other.close()
    expect(code).toBe(1)
    expect(lines).toEqual([`PORT: ${port} on 127.0.0.1 is in use by another program; choose another, as in PORT=8081 npm start`])
  })
})
