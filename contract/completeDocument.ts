/** completeDocument: what is true of every operation and of every number, said once and written into each place of the OpenAPI document. */

type Json = unknown
type JsonObject = Readonly<Record<string, Json>>

const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)

/** draft-ietf-httpapi-ratelimit-headers: the limit that matters most to this request, and what is left of it. */
const RATE_LIMIT_HEADERS = {
  RateLimit: {
    description: 'Left of the limit, and seconds until it is full again: `"logins";r=59;t=1`',
    schema: { type: "string", maxLength: 100 }
  },
  "RateLimit-Policy": { description: 'The limit: `"logins";q=60;w=60`', schema: { type: "string", maxLength: 100 } }
}
const RETRY_AFTER_HEADER = { "Retry-After": { description: "Seconds", schema: { type: "integer", minimum: 1 } } }
/** Answers that say when to ask again. */
const RETRIED: ReadonlySet<string> = new Set(["429", "503"])
/** Beside the API, and not counted like it. */
const UNCOUNTED: ReadonlySet<string> = new Set(["/stream"])

const mapValues = (object: JsonObject, change: (value: Json, key: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))

/** Integers are those that a double holds. */
const withIntegerFormats = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withIntegerFormats)
  if (!isObject(value)) return value
  const walked = mapValues(value, withIntegerFormats)
  return walked["type"] === "integer" && walked["format"] === undefined ? { ...walked, format: "int64" } : walked
}

const withHeaders = (response: Json, status: string): Json => {
  if (!isObject(response)) return response
  const declared = isObject(response["headers"]) ? response["headers"] : {}
  const limits = /^[24]/u.test(status) ? RATE_LIMIT_HEADERS : {}
  const headers = { ...declared, ...limits, ...(RETRIED.has(status) ? RETRY_AFTER_HEADER : {}) }
  return Object.keys(headers).length === 0 ? response : { ...response, headers }
}

const withAnswers = (operation: Json): Json =>
  isObject(operation) && isObject(operation["responses"])
    ? { ...operation, responses: mapValues(operation["responses"], withHeaders) }
    : operation

export const completeDocument = (document: JsonObject): Record<string, Json> => {
  const paths = isObject(document["paths"]) ? document["paths"] : {}
  const completed = mapValues(paths, (item, path) => (isObject(item) && !UNCOUNTED.has(path) ? mapValues(item, withAnswers) : item))
  const formatted = withIntegerFormats({ ...document, paths: completed })
  return isObject(formatted) ? { ...formatted } : { ...document }
}
