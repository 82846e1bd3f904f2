/** What the architecture has to know of one source file, read from its syntax tree. */
import { type ESTree, Visitor, parseSync } from "vite"

export interface Import {
  /** As written: `#domain/Quote.ts`, `./Quote.ts`, `effect/cluster`. */
  readonly from: string
  /** The names taken; empty for a namespace, an effect or a dynamic import. */
  readonly names: ReadonlyArray<string>
  readonly typesOnly: boolean
}

export interface SourceFile {
  readonly imports: ReadonlyArray<Import>
  /** Sources of `export … from`. */
  readonly reexports: ReadonlyArray<string>
  /** Uses of the clock, randomness or the environment, such as `Date.now`. */
  readonly ambient: ReadonlyArray<string>
  /** Uses of what only a running program has, such as `setTimeout`. */
  readonly runtime: ReadonlyArray<string>
}

const ambientMembers = new Set([
  "Date.now",
  "Math.random",
  "crypto.getRandomValues",
  "crypto.randomUUID",
  "performance.now",
  "performance.timeOrigin",
  "process.env",
  "process.hrtime",
  "process.loadEnvFile"
])
/** Modules that are another way to the same. */
const ambientModules = new Set(["node:process", "process", "node:perf_hooks", "perf_hooks"])
const runtimeFunctions = new Set(["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"])

export const readSource = (path: string, source: string): SourceFile => {
  const { errors, program } = parseSync(path, source)
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`)
  const imports: Array<Import> = []
  const reexports: Array<string> = []
  const ambient: Array<string> = []
  const runtime: Array<string> = []
  const addImport = (from: string, names: ReadonlyArray<string>, typesOnly: boolean): void => {
    imports.push({ from, names, typesOnly })
    if (ambientModules.has(from)) ambient.push(from)
  }
  new Visitor({
    ImportDeclaration: (node) => addImport(node.source.value, node.specifiers.flatMap(importedName), takesTypesOnly(node)),
    ExportAllDeclaration: (node) => void reexports.push(node.source.value),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) reexports.push(node.source.value)
    },
    ImportExpression: (node) => {
      if (node.source.type === "Literal" && typeof node.source.value === "string") addImport(node.source.value, [], false)
    },
    TSImportType: (node) => addImport(node.source.value, [], true),
    MemberExpression: (node) => {
      const name = `${nameOf(node.object)}.${propertyOf(node)}`
      if (ambientMembers.has(name)) ambient.push(name)
    },
    VariableDeclarator: (node) => {
      if (node.id.type !== "ObjectPattern" || node.init === null) return
      const object = nameOf(node.init)
      for (const property of node.id.properties) {
        const key = property.type === "Property" && property.key.type === "Identifier" ? property.key.name : ""
        if (ambientMembers.has(`${object}.${key}`)) ambient.push(`${object}.${key}`)
      }
    },
    NewExpression: (node) => {
      if (nameOf(node.callee) === "Date" && node.arguments.length === 0) ambient.push("new Date()")
    },
    CallExpression: (node) => {
      const name = nameOf(node.callee)
      if (name === "Date") ambient.push("Date()")
      if (runtimeFunctions.has(name)) runtime.push(name)
    }
  }).visit(program)
  return { imports, reexports, ambient, runtime }
}

const takesTypesOnly = ({ importKind, specifiers }: ESTree.ImportDeclaration): boolean =>
  importKind === "type" ||
  (specifiers.length > 0 && specifiers.every((specifier) => specifier.type === "ImportSpecifier" && specifier.importKind === "type"))

const importedName = (specifier: ESTree.ImportDeclarationSpecifier): ReadonlyArray<string> =>
  specifier.type === "ImportSpecifier" && specifier.imported.type === "Identifier" ? [specifier.imported.name] : []

/** `Date` and `globalThis.Date` alike. */
const nameOf = (node: ESTree.Expression | ESTree.Super): string => {
  if (node.type === "Identifier") return node.name
  const isGlobal = node.type === "MemberExpression" && nameOf(node.object) === "globalThis"
  return isGlobal ? propertyOf(node) : ""
}

/** `process.env` and `process["env"]` alike. */
const propertyOf = (node: ESTree.MemberExpression): string => {
  if (node.property.type === "Literal") return String(node.property.value)
  return node.property.type === "Identifier" && !node.computed ? node.property.name : ""
}
