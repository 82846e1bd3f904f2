/**
 * writtenExamples: examples of bodies as they stand on the wire, by the body's name. The framework leaves out every example that is no JSON
 * in memory, as all with decimals are.
 */
import { Schema } from "effect"
import { HttpApi, type HttpApiGroup } from "effect/http-api"

const isCodec = (schema: Schema.Top): schema is Schema.Codec<unknown, unknown> => Schema.isSchema(schema)

export const writtenExamples = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
): ReadonlyMap<string, ReadonlyArray<unknown>> => {
  const written = new Map<string, ReadonlyArray<unknown>>()
  const note = (schema: Schema.Top): void => {
    const { examples, identifier } = Schema.resolveAnnotations(schema) ?? {}
    if (typeof identifier !== "string" || !Array.isArray(examples) || !isCodec(schema)) return
    const encode = Schema.encodeUnknownSync(schema)
    written.set(
      identifier,
      examples.map((example) => encode(example))
    )
  }
  HttpApi.reflect(api, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, successes }) => {
      for (const { schemas } of endpoint.payload.values()) schemas.forEach(note)
      for (const schemas of successes.values()) schemas.forEach(note)
    }
  })
  return written
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value)

/** Puts them where the document has none. */
export const withWrittenExamples = (
  document: JsonObject,
  written: ReadonlyMap<string, ReadonlyArray<unknown>>
): Record<string, unknown> => {
  const components = isObject(document["components"]) ? document["components"] : {}
  const schemas = isObject(components["schemas"]) ? components["schemas"] : {}
  const completed = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const examples = written.get(name)
      return [name, isObject(schema) && examples !== undefined && !("examples" in schema) ? { ...schema, examples } : schema]
    })
  )
  return { ...document, components: { ...components, schemas: completed } }
}
