/** ApiDocument: the operations of an OpenAPI document, as tools that ask all of them need them. */

export type Json = unknown
export type JsonObject = Readonly<Record<string, Json>>

export interface Parameter {
  readonly name: string
  readonly in: "path" | "query" | "header" | "cookie"
  readonly required: boolean
  readonly schema: JsonObject
}
export interface Operation {
  /** `GET /accounts/{accountId}` */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: ReadonlyArray<Parameter>
  /** Undefined when it takes no JSON. */
  readonly body: JsonObject | undefined
  /** Names of the schemes, any of which opens it; empty when it needs none. */
  readonly schemes: ReadonlyArray<string>
  readonly responses: JsonObject
}

export const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)
export const objectAt = (value: Json, ...path: ReadonlyArray<string>): JsonObject => {
  let at = value
  for (const key of path) at = isObject(at) ? at[key] : undefined
  return isObject(at) ? at : {}
}
const listOf = (value: Json): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])

const METHODS: ReadonlySet<string> = new Set(["get", "put", "post", "patch", "delete"])
const PLACES = ["path", "query", "header", "cookie"] as const

const parameterOf = (value: Json): ReadonlyArray<Parameter> => {
  const { in: place, name, required, schema } = objectAt(value)
  const known = PLACES.find((one) => one === place)
  if (typeof name !== "string" || known === undefined || !isObject(schema))
    throw new Error(`A parameter of an unknown kind: ${JSON.stringify(value)}`)
  return [{ name, in: known, required: required === true, schema }]
}

const operationOf = (path: string, method: string, operation: JsonObject): Operation => {
  const body = objectAt(operation, "requestBody", "content", "application/json", "schema")
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    parameters: listOf(operation["parameters"]).flatMap(parameterOf),
    body: Object.keys(body).length === 0 ? undefined : body,
    schemes: listOf(operation["security"]).flatMap((requirement) => Object.keys(objectAt(requirement))),
    responses: objectAt(operation, "responses")
  }
}

export class ApiDocument {
  readonly json: JsonObject
  readonly operations: ReadonlyArray<Operation>
  readonly #patterns: ReadonlyArray<{ readonly pattern: RegExp; readonly operation: Operation }>

  constructor(json: JsonObject) {
    this.json = json
    this.operations = Object.entries(objectAt(json, "paths")).flatMap(([path, item]) =>
      Object.entries(objectAt(item)).flatMap(([method, operation]) =>
        METHODS.has(method) && isObject(operation) ? [operationOf(path, method, operation)] : []
      )
    )
    this.#patterns = this.operations.map((operation) => ({
      operation,
      pattern: new RegExp(`^${operation.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/gu, "[^/]+")}$`, "u")
    }))
  }

  static async of(origin: string): Promise<ApiDocument> {
    return new ApiDocument(await (await fetch(`${origin}/openapi.json`)).json())
  }

  /** Of a concrete path, without its query; where a word and a parameter both fit, the word goes first. */
  find(method: string, path: string): Operation | undefined {
    const fitting = this.#patterns.filter(({ operation, pattern }) => operation.method === method && pattern.test(path))
    return fitting.toSorted((a, b) => a.operation.path.split("{").length - b.operation.path.split("{").length)[0]?.operation
  }

  /** The schema behind a reference, or the schema itself. */
  resolve(schema: JsonObject): JsonObject {
    const reference = schema["$ref"]
    return typeof reference === "string" ? this.resolve(objectAt(this.json, ...reference.slice(2).split("/"))) : schema
  }
}
