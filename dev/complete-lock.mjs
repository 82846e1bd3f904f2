/**
 * Completes package-lock.json after every `npm install`: `node dev/complete-lock.mjs`; `--check` only says what is missing.
 *
 * npm leaves an optional package of another platform out of the lock when the registry in use does not offer it, and then `npm ci` refuses
 * the lock everywhere ("Missing: … from lock file", npm/cli issue 9342). Each such package is put back with the platform that its name
 * tells, so that `npm ci` skips it by its `os` and `cpu`. A lock that names a registry's host is refused too: mirrors must be able to serve it.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), "package-lock.json")
const check = process.argv.includes("--check")

/** What names say → what npm calls it. */
const systems = {
  aix: "aix",
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  openharmony: "openharmony",
  sunos: "sunos",
  wasm32: undefined,
  win32: "win32",
  windows: "win32"
}
/** Longer names first: `arm64` also begins with `arm`. */
const processors = ["loong64", "mips64el", "riscv64", "wasm32", "arm64", "ppc64", "s390x", "ia32", "arm", "x64"]

const platformOf = (name) => {
  const system = Object.keys(systems).find((candidate) => new RegExp(`(^|[-/])${candidate}(-|$)`).test(name))
  const processor = processors.find((candidate) => name.includes(`-${candidate}`) || name.includes(`/${candidate}`))
  if (system === undefined || processor === undefined) return undefined
  const os = systems[system]
  const libc = name.includes("musl") ? "musl" : name.includes("gnu") ? "glibc" : undefined
  return { cpu: [processor], ...(os === undefined ? {} : { os: [os] }), ...(libc === undefined ? {} : { libc: [libc] }) }
}

const lock = JSON.parse(readFileSync(file, "utf8"))

/** Whether a package at `from` finds `name` in its own node_modules or in one further up. */
const isLocked = (from, name) => {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf("/node_modules/")))) {
    if (lock.packages[`${base === "" ? "" : `${base}/`}node_modules/${name}`] !== undefined) return true
    if (base === "") return false
  }
}

const missing = Object.entries(lock.packages).flatMap(([from, wanting]) =>
  Object.entries(wanting.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(from, name))
    .map(([name, range]) => ({ name, version: range.replace(/^[\^~]/, ""), dev: wanting.dev, platform: platformOf(name) }))
)
const unknown = missing.filter(({ platform }) => platform === undefined)
const hosts = Object.values(lock.packages).filter((entry) => entry.resolved !== undefined)

for (const { name } of unknown) console.error(`package-lock.json: ${name} is missing and its name tells no platform`)
if (hosts.length > 0) console.error("package-lock.json names a registry's host: is omit-lockfile-registry-resolved in .npmrc?")
if (check) {
  for (const { name } of missing) console.error(`package-lock.json: ${name} is missing, run node dev/complete-lock.mjs`)
} else {
  for (const { name, version, dev, platform } of missing) {
    lock.packages[`node_modules/${name}`] = { version, ...(dev ? { dev } : {}), optional: true, ...platform }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`package-lock.json: ${missing.length} put back`)
}
if (unknown.length > 0 || hosts.length > 0 || (check && missing.length > 0)) process.exitCode = 1
