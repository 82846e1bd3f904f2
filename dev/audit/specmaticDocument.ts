/**
 * specmaticDocument: the OpenAPI document as Specmatic can read it. It knows no cookies (the proxy adds them), no WebSockets, and draws texts with a
 * generator of its own that misreads Unicode classes; so those patterns become narrower ones. Path parameters name things that are there.
 */
import { isObject, objectAt, type Json, type JsonObject } from "#dev/audit/ApiDocument.ts"

/** What a text with a Unicode class in its pattern may be, drawn without one. */
const PLAIN_PATTERN = "^[A-Za-z0-9]*$"
const EMAIL_PATTERN = "^[a-z]{3,20}@[a-z]{3,20}[.]com$"

const narrowed = (pattern: string): string => {
  if (!pattern.includes("\\p{") && !pattern.includes("\\s")) return pattern
  return pattern.includes("@") ? EMAIL_PATTERN : PLAIN_PATTERN
}

/** The document counts code points, the server what JavaScript does, of which one letter may have two; these letters have one. */
const lengthsOf = (schema: JsonObject): JsonObject => {
  const { minLength } = schema
  return typeof minLength === "number" && minLength > 1 ? { minLength: minLength * 2 } : {}
}

const walk = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(walk)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries({ ...value, ...lengthsOf(value) }).flatMap(([key, child]) => {
      if (key === "security") return []
      return [[key, key === "pattern" && typeof child === "string" ? narrowed(child) : walk(child)]]
    })
  )
}

const withName = (parameter: Json, names: Readonly<Record<string, string>>): Json => {
  const { in: place, name, schema } = objectAt(parameter)
  const known = place === "path" && typeof name === "string" ? names[name] : undefined
  return known === undefined ? parameter : { ...objectAt(parameter), schema: { ...objectAt(schema), enum: [known] } }
}

const withNames = (operation: Json, names: Readonly<Record<string, string>>): Json => {
  if (!isObject(operation)) return operation
  const parameters = operation["parameters"]
  return Array.isArray(parameters) ? { ...operation, parameters: parameters.map((one: Json) => withName(one, names)) } : operation
}

export const specmaticDocument = (document: JsonObject, names: Readonly<Record<string, string>>): JsonObject => {
  const { "/stream": _, ...paths } = objectAt(document, "paths")
  const named = Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(Object.entries(objectAt(item)).map(([method, operation]) => [method, withNames(operation, names)]))
    ])
  )
  const { securitySchemes: _schemes, ...components } = objectAt(document, "components")
  return objectAt(walk({ ...document, paths: named, components }))
}
