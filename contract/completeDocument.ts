/** completeDocument: what is true of every operation, text, list and number, said once and written into each place of the OpenAPI document. */
import { OWN_REQUEST, OWN_REQUEST_HEADER } from "#contract/ownRequest.ts"
import { encodedExample } from "#contract/encodedExample.ts"
import { longestMatch } from "#contract/longestMatch.ts"
import type { OperationAccess } from "#contract/operationAccess.ts"

type Json = unknown
type JsonObject = Readonly<Record<string, Json>>

/** Nothing larger comes in with a request, so no text in an answer is longer. */
const ANSWERED_TEXT_LENGTH_MAX = 64 * 1024
/** Lists that grow without end come in pages; the others are far below. */
const ANSWERED_ITEMS_MAX = 10_000
/** A day: the longest that anybody is told to wait. */
const RETRY_AFTER_SECONDS_MAX = 86_400

/** Whose operations only staff may call. */
const STAFF_PREFIX = "/admin/"
const STAFF_SCHEME = "staffSession"

const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)

const mapValues = (object: JsonObject, change: (value: Json, key: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))

const headers = {
  /** draft-ietf-httpapi-ratelimit-headers: the limit that matters most to this request, and what is left of it. */
  RateLimit: {
    description: 'Left of the limit, and seconds until it is full again: `"logins";r=59;t=1`',
    schema: { type: "string", maxLength: 100, pattern: String.raw`^"[a-z-]+";r=\d+;t=\d+$` }
  },
  "RateLimit-Policy": {
    description: 'The limit: `"logins";q=60;w=60`',
    schema: { type: "string", maxLength: 100, pattern: String.raw`^"[a-z-]+";q=\d+;w=\d+$` }
  },
  "Retry-After": { description: "Seconds", schema: { type: "integer", minimum: 1, maximum: RETRY_AFTER_SECONDS_MAX } }
}
const headerReference = (name: keyof typeof headers) => ({ [name]: { $ref: `#/components/headers/${name}` } })
const RATE_LIMIT_HEADERS = { ...headerReference("RateLimit"), ...headerReference("RateLimit-Policy") }
const RETRY_AFTER_HEADER = headerReference("Retry-After")
/** Answers that say when to ask again. */
const RETRIED: ReadonlySet<string> = new Set(["429", "503"])

const withHeaders = (response: Json, status: string): Json => {
  if (!isObject(response)) return response
  const declared = isObject(response["headers"]) ? response["headers"] : {}
  const limits = /^[24]/u.test(status) ? RATE_LIMIT_HEADERS : {}
  const named = { ...declared, ...limits, ...(RETRIED.has(status) ? RETRY_AFTER_HEADER : {}) }
  return Object.keys(named).length === 0 ? response : { ...response, headers: named }
}

/** The session of somebody with one of the roles: the same cookie, under a name that tells staff's operations apart. */
const withRoles = (security: Json, path: string, roles: ReadonlyArray<string>): Json =>
  Array.isArray(security)
    ? security.map((requirement: Json) =>
        isObject(requirement) && "session" in requirement
          ? { [path.startsWith(STAFF_PREFIX) ? STAFF_SCHEME : "session"]: roles }
          : requirement
      )
    : security

/** Whatever changes something comes from a page of this site, or says that it does. */
const OWN_REQUEST_PARAMETER = {
  name: OWN_REQUEST_HEADER,
  in: "header",
  required: true,
  description: "Says that the request comes from no foreign page, which could not send it; beside `Sec-Fetch-Site` or `Origin`",
  schema: { type: "string", enum: [OWN_REQUEST] }
}
const UNSAFE: ReadonlySet<string> = new Set(["post", "put", "patch", "delete"])

/** Who may ask for an idempotency key is told when it is missing or none. */
const KEY_MISSING = {
  "400": {
    description: "An Idempotency-Key header of 1 to 128 visible characters is required",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/IdempotencyKeyMissingEncoded" } } }
  }
}
const takesKey = (operation: JsonObject): boolean => {
  const { parameters } = operation
  return (
    Array.isArray(parameters) &&
    parameters.some((one: Json) => isObject(one) && one["in"] === "header" && one["name"] === "idempotency-key")
  )
}

const withOwnRequest = (parameters: Json): ReadonlyArray<Json> => [...(Array.isArray(parameters) ? parameters : []), OWN_REQUEST_PARAMETER]

const withAnswers = (operation: Json, path: string, method: string, access: OperationAccess | undefined): Json =>
  isObject(operation) && isObject(operation["responses"])
    ? {
        ...operation,
        ...(UNSAFE.has(method) && access?.isForPrograms === false ? { parameters: withOwnRequest(operation["parameters"]) } : {}),
        security: withRoles(operation["security"], path, access?.roles ?? []),
        responses: mapValues({ ...(takesKey(operation) ? KEY_MISSING : {}), ...operation["responses"] }, withHeaders)
      }
    : operation

const hasType = (schema: JsonObject, type: string): boolean => {
  const declared = schema["type"]
  return declared === type || (Array.isArray(declared) && declared.includes(type))
}

/** A file is as long as it is: it is streamed. */
const textLimits = (schema: JsonObject): JsonObject => {
  if (!hasType(schema, "string") || ["maxLength", "enum", "const"].some((key) => key in schema)) return {}
  const longest = typeof schema["pattern"] === "string" ? longestMatch(schema["pattern"]) : Infinity
  if (longest !== Infinity) return { maxLength: longest }
  return { maxLength: schema["format"] === "binary" ? Number.MAX_SAFE_INTEGER : ANSWERED_TEXT_LENGTH_MAX }
}

/** Integers are those that a double holds. */
const integerLimits = (schema: JsonObject): JsonObject =>
  hasType(schema, "integer")
    ? {
        ...("minimum" in schema || "exclusiveMinimum" in schema ? {} : { minimum: Number.MIN_SAFE_INTEGER }),
        ...("maximum" in schema || "exclusiveMaximum" in schema ? {} : { maximum: Number.MAX_SAFE_INTEGER }),
        ...("format" in schema ? {} : { format: "int64" })
      }
    : {}

const listLimits = (schema: JsonObject): JsonObject =>
  hasType(schema, "array") && !("maxItems" in schema) ? { maxItems: ANSWERED_ITEMS_MAX } : {}

/** Keywords under which data stands, not schemas. */
const DATA: ReadonlySet<string> = new Set(["examples", "example", "enum", "const", "default", "required"])

/** Every schema says how long, how many and how large. What the contract itself says goes first. */
const withLimits = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withLimits)
  if (!isObject(value)) return value
  const walked = mapValues(value, (child, key) => (DATA.has(key) ? child : withLimits(child)))
  return typeof walked["type"] === "string" || Array.isArray(walked["type"])
    ? { ...walked, ...textLimits(walked), ...integerLimits(walked), ...listLimits(walked) }
    : walked
}

const withExamples = (value: Json, components: JsonObject): Json => {
  if (Array.isArray(value)) return value.map((child: Json) => withExamples(child, components))
  if (!isObject(value)) return value
  const walked = mapValues(value, (child, key) => (DATA.has(key) ? child : withExamples(child, components)))
  const { examples } = walked
  return Array.isArray(examples)
    ? { ...walked, examples: examples.map((example: Json) => encodedExample(example, [walked], components)) }
    : walked
}

const withSchemes = (components: JsonObject): JsonObject => {
  const schemes = isObject(components["securitySchemes"]) ? components["securitySchemes"] : {}
  const session = schemes["session"]
  const staff = isObject(session) ? { [STAFF_SCHEME]: { ...session, description: "The same cookie, of a user with one of the roles" } } : {}
  return { ...components, securitySchemes: { ...schemes, ...staff }, headers }
}

const withAccess = (servers: Json): Json =>
  Array.isArray(servers) ? servers.map((server: Json) => (isObject(server) ? { ...server, "x-internal": false } : server)) : servers

export const completeDocument = (document: JsonObject, accesses: ReadonlyMap<string, OperationAccess>): Record<string, Json> => {
  const paths = isObject(document["paths"]) ? document["paths"] : {}
  const completed = mapValues(paths, (item, path) =>
    isObject(item)
      ? mapValues(item, (operation, method) => withAnswers(operation, path, method, accesses.get(`${method.toUpperCase()} ${path}`)))
      : item
  )
  const components = withSchemes(isObject(document["components"]) ? document["components"] : {})
  const limited = withLimits({ ...document, servers: withAccess(document["servers"]), paths: completed, components })
  const shown = withExamples(limited, isObject(components["schemas"]) ? components["schemas"] : {})
  return isObject(shown) ? { ...shown } : { ...document }
}
