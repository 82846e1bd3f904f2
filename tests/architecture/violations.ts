/** Where a set of source files breaks the rules of `zones`, one line for each place. */
import path from "node:path"
import { type Import, type SourceFile, readSource } from "./SourceFile.ts"
import { type Zone, zones } from "./zones.ts"

/** Exports of `effect` that mean running something rather than describing data. */
const effectServices = new Set(
  "Cache Clock Console Context Deferred Effect Fiber FiberSet Layer Logger ManagedRuntime Metric PubSub Queue Random Ref Runtime Schedule Scope Semaphore Stream Tracer".split(
    " "
  )
)

export interface Packages {
  /** Those of `dependencies`: there in production. */
  readonly production: ReadonlyArray<string>
}

export const violations = (sources: ReadonlyMap<string, string>, packages: Packages): ReadonlyArray<string> => {
  const files = new Map([...sources].map(([file, source]) => [file, readSource(file, source)] as const))
  return [...[...files].flatMap(([file, parsed]) => ofFile(file, parsed, files, packages)), ...cycles(files)]
}

const ofFile = (file: string, parsed: SourceFile, files: ReadonlyMap<string, SourceFile>, packages: Packages): ReadonlyArray<string> => {
  const zone = zoneOf(file)
  if (zone === undefined) return [`${file}: no zone lists it`]
  const found = parsed.imports.flatMap((taken) => {
    const target = targetOf(file, taken.from)
    const reasons = target === undefined ? ofPackage(zone, taken, packages) : ofImport(zone, file, taken, target, files)
    return reasons.map((reason) => `${file} (${zone.name}): ${reason}`)
  })
  const uses = [...(zone.manners === "free" ? [] : parsed.ambient), ...(zone.manners === "pure" ? parsed.runtime : [])]
  return [
    ...found,
    ...uses.map((use) => `${file} (${zone.name}): uses ${use}`),
    ...parsed.reexports.map((from) => `${file} (${zone.name}): exports what is ${from}'s: import it there`)
  ]
}

const ofImport = (
  zone: Zone,
  file: string,
  { from, typesOnly }: Import,
  target: string,
  files: ReadonlyMap<string, SourceFile>
): ReadonlyArray<string> => {
  const other = zoneOf(target)
  if (other === undefined || !files.has(target)) return path.extname(target) === ".ts" ? [`imports ${target}, which is not there`] : []
  const isAllowed = zone.imports.includes(other.name) || (typesOnly && zone.importsTypesOf?.includes(other.name) === true)
  const isFar = from.startsWith(".") && topFolder(file) !== topFolder(target) && other.name !== "tests"
  return [...(isAllowed ? [] : [`imports ${target} (${other.name})`]), ...(isFar ? [`imports ${target} as ${from}: use its # name`] : [])]
}

const ofPackage = (zone: Zone, { from, names }: Import, packages: Packages): ReadonlyArray<string> => {
  const production = ["node:*", ...packages.production.flatMap((name) => [name, `${name}/*`])]
  const allowed = zone.packages === "production" ? production : zone.packages
  const isAllowed = allowed === "all" || allowed.some((name) => (name.endsWith("*") ? from.startsWith(name.slice(0, -1)) : from === name))
  const isPureEffect = zone.manners === "pure" && from === "effect"
  return [
    ...(isAllowed ? [] : [`imports the package ${from}`]),
    ...(isPureEffect ? names.filter((name) => effectServices.has(name)).map((name) => `imports the service ${name} of effect`) : []),
    ...(isPureEffect && names.length === 0 ? ["imports all of effect: name what is used"] : [])
  ]
}

const topFolder = (file: string): string => file.split("/")[0] ?? ""

const patternOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replaceAll(".", "\\.")
      .replaceAll("**/", "(?:.+/)?")
      .replaceAll("**", ".+")
      .replaceAll(/(?<![.)+])\*/g, "[^/]*")}$`
  )

const patterns = zones.map((zone) => ({ zone, patterns: zone.files.map(patternOf) }))

export const zoneOf = (file: string): Zone | undefined =>
  patterns.find((entry) => entry.patterns.some((pattern) => pattern.test(file)))?.zone

/** The path of an import within the repository; undefined for a package. */
const targetOf = (file: string, from: string): string | undefined => {
  if (from.startsWith("#")) return from.slice(1)
  return from.startsWith(".") ? path.posix.join(path.posix.dirname(file), from) : undefined
}

/** Depth first; a file that is met again while it is still open closes a circle. */
const cycles = (files: ReadonlyMap<string, SourceFile>): ReadonlyArray<string> => {
  const done = new Set<string>()
  const found: Array<string> = []
  const visit = (file: string, open: ReadonlyArray<string>): void => {
    const start = open.indexOf(file)
    if (start >= 0) found.push(`imports in a circle: ${[...open.slice(start), file].join(" → ")}`)
    if (start >= 0 || done.has(file)) return
    for (const { from } of files.get(file)?.imports ?? []) {
      const target = targetOf(file, from)
      if (target !== undefined && files.has(target)) visit(target, [...open, file])
    }
    done.add(file)
  }
  for (const file of files.keys()) visit(file, [])
  return found
}
