/** arbitraryOf: values that fit a JSON schema of the OpenAPI document, and values that are nearly what it asks for. */
import fc from "fast-check"
import { isObject, objectAt, type ApiDocument, type Json, type JsonObject } from "#dev/audit/ApiDocument.ts"

const list = (value: Json): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])
const number = (schema: JsonObject, key: string, otherwise: number): number => {
  const value = schema[key]
  return typeof value === "number" ? value : otherwise
}
/** Longer ones are as good as these. */
const ITEMS_MAX = 4
const LENGTH_MAX = 80

/** Members that \p{…} excludes are no harm when they are drawn from what is left. */
const text = (schema: JsonObject): fc.Arbitrary<string> => {
  const { pattern } = schema
  // the document counts code points, the server what JavaScript does: up to twice as many
  const minLength = number(schema, "minLength", 0) * 2
  const maxLength = Math.max(minLength, Math.min(number(schema, "maxLength", LENGTH_MAX), LENGTH_MAX))
  if (typeof pattern !== "string") return fc.string({ minLength, maxLength, unit: "grapheme" })
  const fits = new RegExp(pattern, "u")
  const isLong = (value: string): boolean => value.length >= minLength && value.length <= number(schema, "maxLength", Infinity)
  if (!pattern.includes("\\p{")) return fc.stringMatching(fits).filter(isLong)
  const email = fc.tuple(fc.stringMatching(/^[a-z0-9.]{1,20}$/u), fc.domain()).map(([name, domain]) => `${name}@${domain}`)
  return fc.oneof(email, fc.string({ minLength, maxLength, unit: "grapheme" })).filter((value) => fits.test(value) && isLong(value))
}

const object = (document: ApiDocument, schema: JsonObject): fc.Arbitrary<Json> => {
  const properties = Object.entries(objectAt(schema, "properties")).map(
    ([key, value]) => [key, arbitraryOf(document, objectAt(value))] as const
  )
  const required = list(schema["required"]).filter((key) => typeof key === "string")
  const fixed = fc.record(Object.fromEntries(properties), { requiredKeys: required })
  const rest = schema["additionalProperties"] ?? Object.values(objectAt(schema, "patternProperties"))[0]
  if (!isObject(rest)) return fixed
  const keys = Object.keys(objectAt(schema, "patternProperties"))[0]
  const key = keys === undefined ? fc.stringMatching(/^[A-Za-z]{1,10}$/u) : fc.stringMatching(new RegExp(keys, "u"))
  return fc
    .tuple(
      fixed,
      fc.dictionary(key, arbitraryOf(document, rest), { maxKeys: Math.min(ITEMS_MAX, number(schema, "maxProperties", ITEMS_MAX)) })
    )
    .map(([known, more]) => ({ ...more, ...known }))
}

const byType = (document: ApiDocument, schema: JsonObject, type: Json): fc.Arbitrary<Json> => {
  switch (type) {
    case "string":
      return text(schema)
    case "integer":
      return fc.maxSafeInteger().map((drawn) => {
        const minimum = number(schema, "minimum", number(schema, "exclusiveMinimum", Number.MIN_SAFE_INTEGER - 1) + 1)
        const maximum = number(schema, "maximum", number(schema, "exclusiveMaximum", Number.MAX_SAFE_INTEGER + 1) - 1)
        const size = maximum - minimum + 1
        return minimum + (((drawn % size) + size) % size)
      })
    case "number":
      return fc.double({ min: number(schema, "minimum", -1e9), max: number(schema, "maximum", 1e9), noNaN: true })
    case "boolean":
      return fc.boolean()
    case "null":
      return fc.constant(null)
    case "array": {
      const minLength = number(schema, "minItems", 0)
      const maxLength = Math.max(minLength, Math.min(number(schema, "maxItems", ITEMS_MAX), ITEMS_MAX))
      const item = arbitraryOf(document, objectAt(schema, "items"))
      return schema["uniqueItems"] === true
        ? fc.uniqueArray(item, { minLength, maxLength, selector: (value) => JSON.stringify(value) })
        : fc.array(item, { minLength, maxLength })
    }
    case "object":
      return object(document, schema)
    default:
      return fc.json().map((one) => JSON.parse(one))
  }
}

/** Fits the schema. */
export const arbitraryOf = (document: ApiDocument, given: JsonObject): fc.Arbitrary<Json> => {
  const schema = document.resolve(given)
  const all = list(schema["allOf"]).map((one) => objectAt(one))
  if (all.length > 0) {
    const { allOf: _, ...rest } = schema
    return arbitraryOf(document, Object.assign({}, rest, ...all.map((one) => document.resolve(one))))
  }
  if ("const" in schema) return fc.constant(schema["const"])
  const values = list(schema["enum"])
  if (values.length > 0) return fc.constantFrom(...values)
  const choices = [...list(schema["anyOf"]), ...list(schema["oneOf"])]
  if (choices.length > 0) return fc.oneof(...choices.map((choice) => arbitraryOf(document, objectAt(choice))))
  const types = Array.isArray(schema["type"]) ? schema["type"] : [schema["type"]]
  return fc.oneof(...types.map((type) => byType(document, schema, type)))
}

/** What people who look for holes send in place of something. */
export const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    -1,
    0,
    1.5,
    Number.MAX_SAFE_INTEGER,
    1e300,
    "",
    "NaN",
    "Infinity",
    "1e3000000",
    "0x10",
    "-0",
    "\u0000",
    "\ud800",
    "'; DROP TABLE app_user; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "${jndi:ldap://x}",
    "%00%ff",
    "9".repeat(400),
    "A".repeat(5_000),
    [],
    {},
    [[[[]]]],
    ["a", 1, null]
  ),
  fc.string({ unit: "binary" }),
  fc.jsonValue({ maxDepth: 3 })
)

/** The value with something in it taken away, added, or put in its place. */
export const mutated = (value: Json): fc.Arbitrary<Json> => {
  if (Array.isArray(value) && value.length > 0) {
    const elements: ReadonlyArray<Json> = value
    return fc.oneof(
      hostile,
      fc.nat(elements.length - 1).chain((at) => mutated(elements[at]).map((changed) => elements.with(at, changed)))
    )
  }
  if (!isObject(value) || Object.keys(value).length === 0) return hostile
  const keys = Object.keys(value)
  return fc.oneof(
    { weight: 1, arbitrary: hostile },
    { weight: 3, arbitrary: fc.constantFrom(...keys).chain((key) => mutated(value[key]).map((changed) => ({ ...value, [key]: changed }))) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...keys).map((key) => Object.fromEntries(Object.entries(value).filter(([one]) => one !== key)))
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("role", "balance", "status", "filledPrice", "__proto__", "constructor", "unknown"), hostile)
        .map(([key, added]) => Object.fromEntries([...Object.entries(value), [key, added]]))
    }
  )
}
