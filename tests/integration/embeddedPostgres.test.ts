/** The database of `npm start` and of the tests: what lasts, what does not, and who is left behind when someone is killed. */
import { type ChildProcess, spawn } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type EmbeddedPostgres, freePort, runningPostgresUrl, startEphemeralPostgres, startPostgres } from "#db/EmbeddedPostgres.ts"

const query = (url: string, statement: string): Promise<ReadonlyArray<object>> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.unsafe<object>(statement)
  }).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 })), Effect.scoped, Effect.runPromise)

let directory: string
const cleanUp: Array<() => Promise<void> | void> = []

beforeEach(() => {
  // Mode 0700, as the checkout of root often is.
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), "keel-test-"))
  directory = path.join(parent, ".data/postgres")
  cleanUp.push(() => fs.rmSync(parent, { recursive: true, force: true }))
})

afterEach(async () => {
  for (const clean of cleanUp.splice(0).toReversed()) await clean()
})

const started = async (options?: { readonly port: number }): Promise<EmbeddedPostgres> => {
  const postgres = await startPostgres({ directory, ...options })
  cleanUp.push(postgres.stop)
  return postgres
}

interface Held {
  readonly url: string
  readonly pid: number
  readonly owner: ChildProcess
}

/** One that another process owns. */
const held = async (...args: ReadonlyArray<string>): Promise<Held> => {
  const owner = spawn(process.execPath, [path.join(import.meta.dirname, "holdPostgres.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  cleanUp.push(() => void owner.kill("SIGKILL"))
  for await (const line of createInterface(owner.stdout)) {
    const { url, pid }: { url: string; pid: number } = JSON.parse(line)
    cleanUp.push(() => void (isRunning(pid) && process.kill(pid, "SIGKILL")))
    return { url, pid, owner }
  }
  throw new Error("the owner ended without starting PostgreSQL")
}

const isRunning = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"))
  } catch {
    return false
  }
}

/** The shell that stops PostgreSQL when its owner is killed. */
const guardOf = (pid: number): number => {
  const found = fs.readdirSync("/proc").find((entry) => {
    try {
      return /^\d+$/.test(entry) && fs.readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(`keel-postgres-guard\0${pid}\0`)
    } catch {
      return false
    }
  })
  return Number(found)
}

const kill = (...pids: ReadonlyArray<number | undefined>): void => {
  for (const pid of pids) process.kill(pid ?? Number.NaN, "SIGKILL")
}

const gone = (pid: number): Promise<unknown> => vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000, interval: 20 })

describe("a lasting database", () => {
  it("has its rows after a stop and a start", async () => {
    const first = await started()
    await query(first.url, "CREATE TABLE kept AS SELECT 1 AS n")
    await first.stop()
    expect(isRunning(first.pid)).toBe(false)
    expect(await query((await started()).url, "SELECT n FROM kept")).toEqual([{ n: 1 }])
  })

  it("has every committed row after kill -9 of PostgreSQL itself", async () => {
    const first = await started()
    await query(first.url, "CREATE TABLE kept AS SELECT 1 AS n")
    kill(first.pid)
    expect(await first.exited).toMatchObject({ signal: "SIGKILL" })
    expect(await query((await started({ port: first.port })).url, "SELECT n FROM kept")).toEqual([{ n: 1 }])
  })

  it("stops when its owner is killed", async () => {
    const { url, pid, owner } = await held(directory)
    await query(url, "CREATE TABLE kept AS SELECT 1 AS n")
    kill(owner.pid)
    await gone(pid)
    expect(await query((await started()).url, "SELECT n FROM kept")).toEqual([{ n: 1 }])
  })

  it("is taken over when owner and guard were killed at once", async () => {
    const { url, pid, owner } = await held(directory)
    await query(url, "CREATE TABLE kept AS SELECT 1 AS n")
    kill(guardOf(pid), owner.pid)
    expect(isRunning(pid)).toBe(true)
    expect(await query((await started()).url, "SELECT n FROM kept")).toEqual([{ n: 1 }])
    await gone(pid)
  })

  it("belongs to one process at a time", async () => {
    const { owner, url } = await held(directory)
    expect(runningPostgresUrl(directory)).toBe(url)
    await expect(startPostgres({ directory })).rejects.toThrow(
      `is in use by process ${owner.pid}: stop that one first, or set DATABASE_URL`
    )
    expect(await query(url, "SELECT 1 AS n")).toEqual([{ n: 1 }])
  })

  it("begins again after an interrupted first start", async () => {
    fs.mkdirSync(path.join(directory, "data.new/base"), { recursive: true })
    fs.writeFileSync(path.join(directory, "data.new/PG_VERSION"), "18\n")
    expect(await query((await started()).url, "SELECT 1 AS n")).toEqual([{ n: 1 }])
  })

  it("starts when a lock file of before the power failure names a process of today", async () => {
    const first = await started()
    await first.stop()
    fs.writeFileSync(path.join(directory, "data/postmaster.pid"), `${process.pid}\n/somewhere\n0\n5432\n\n127.0.0.1\n0 0\nready\n`)
    expect(await query((await started()).url, "SELECT 1 AS n")).toEqual([{ n: 1 }])
  })

  it("asks for its password, and shows it to its owner alone", async () => {
    const { url } = await started()
    await expect(query(url.replace(/:[^:@/]+@/, ":wrong@"), "SELECT 1")).rejects.toThrow("Failed to connect")
    expect(fs.readFileSync(path.join(directory, "postgres.log"), "utf8")).toContain("password authentication failed")
    const modes = ["password", "url", "postgres.log", "claim"].map((file) => fs.statSync(path.join(directory, file)).mode & 0o777)
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600])
    expect(fs.statSync(directory).mode & 0o777).toBe(0o700)
  })

  it("listens on loopback alone", async () => {
    const { url } = await started()
    expect(
      await query(url, "SELECT current_setting('listen_addresses') AS at, current_setting('unix_socket_directories') AS socket")
    ).toEqual([{ at: "127.0.0.1", socket: "" }])
  })

  it("syncs every commit", async () => {
    const { url } = await started()
    expect(await query(url, "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit")).toEqual([
      { fsync: "on", commit: "on" }
    ])
  })
})

describe("an ephemeral database", () => {
  it("is empty, and gone with its files after the stop", async () => {
    const postgres = await startEphemeralPostgres({ directory })
    expect(await query(postgres.url, "SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'")).toEqual([{ tables: 0 }])
    await postgres.stop()
    expect(fs.existsSync(directory)).toBe(false)
    expect(isRunning(postgres.pid)).toBe(false)
  })

  it("is gone with its files when its owner is killed", async () => {
    const { pid, owner } = await held()
    const files = path.dirname(fs.readlinkSync(`/proc/${pid}/cwd`))
    expect(fs.existsSync(files)).toBe(true)
    kill(owner.pid)
    await gone(pid)
    await vi.waitFor(() => expect(fs.existsSync(files)).toBe(false), { timeout: 10_000, interval: 20 })
  })
})

it("a free port is answered once: who asks for two has two", async () => {
  const ports = new Set<number>()
  for (let asked = 1; asked <= 2_000; asked++) {
    ports.add(await freePort())
    expect(ports.size).toBe(asked)
  }
})
