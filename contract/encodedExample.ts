/**
 * encodedExample: an example as it stands on the wire. Examples are written as the program holds them, with times in epoch milliseconds; the OpenAPI
 * document takes them over as they are, beside a schema that says text.
 */
import { INSTANT } from "#contract/Wire.ts"

type Json = unknown
type JsonObject = Readonly<Record<string, Json>>

const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)
const list = (value: Json): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])

const isInstant = ({ pattern }: JsonObject): boolean => pattern === INSTANT.source

/** Whatever a value may be by these schemas: references followed, alternatives side by side. */
const alternatives = (schemas: ReadonlyArray<Json>, components: JsonObject): ReadonlyArray<JsonObject> =>
  schemas.flatMap((schema) => {
    if (!isObject(schema)) return []
    const { $ref: reference, allOf, anyOf, oneOf } = schema
    if (typeof reference === "string") return alternatives([components[reference.split("/").at(-1) ?? ""]], components)
    const nested = [...list(anyOf), ...list(oneOf), ...list(allOf)]
    return nested.length === 0 ? [schema] : alternatives(nested, components)
  })

/** `components` are the schemas that a reference names. */
export const encodedExample = (value: Json, schemas: ReadonlyArray<Json>, components: JsonObject): Json => {
  const all = alternatives(schemas, components)
  if (typeof value === "number") {
    const isNumber = all.some(({ type }) => type === "integer" || type === "number")
    return !isNumber && all.some(isInstant) ? new Date(value).toISOString() : value
  }
  if (Array.isArray(value)) {
    const items = all.map((schema) => schema["items"])
    return value.map((item: Json) => encodedExample(item, items, components))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const fields = all.map(
        ({ additionalProperties, properties }) => (isObject(properties) ? properties[key] : undefined) ?? additionalProperties
      )
      return [key, encodedExample(child, fields, components)]
    })
  )
}
