/** Who writes a CRM reads examples: every operation of programs has one for what is sent and what is answered, and it fits. */
import { Ajv2020 } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import { OpenApi } from "effect/http-api"
import { describe, expect, it } from "vitest"
import { DocumentedApi } from "#contract/DocumentedApi.ts"

interface Media {
  readonly schema?: SchemaObject
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
interface SchemaObject {
  readonly $ref?: string
  readonly examples?: ReadonlyArray<unknown>
  readonly anyOf?: ReadonlyArray<SchemaObject>
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
}

// as it is served
const document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, SchemaObject>> }
} = JSON.parse(JSON.stringify(OpenApi.fromApi(DocumentedApi)))

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ ...document, $id: "keel" })

const resolved = (schema: SchemaObject | undefined): SchemaObject => {
  const name = schema?.$ref?.split("/").at(-1)
  return name === undefined ? (schema ?? {}) : resolved(document.components.schemas[name])
}

/** Those of the place itself, of its schema, and of the alternatives of its schema. */
const examplesOf = (media: Media): ReadonlyArray<unknown> => {
  const schema = resolved(media.schema)
  return [
    ...(media.example === undefined ? [] : [media.example]),
    ...Object.values(media.examples ?? {}).map(({ value }) => value),
    ...(schema.examples ?? []),
    ...(schema.anyOf ?? []).flatMap((one) => resolved(one).examples ?? [])
  ]
}

const pointer = (...parts: ReadonlyArray<string>): string =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("")

const isForPrograms = (path: string): boolean => path.startsWith("/crm/") || path.startsWith("/sso/")
const places = Object.entries(document.paths)
  .filter(([path]) => isForPrograms(path))
  .flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const at = ["paths", path, method]
      const sent = Object.entries(operation.requestBody?.content ?? {}).map(
        ([type, media]) => ({ media, type, at: [...at, "requestBody", "content", type] }) as const
      )
      const answered = Object.entries(operation.responses)
        .filter(([status]) => status.startsWith("2"))
        .flatMap(([status, response]) =>
          Object.entries(response.content ?? {}).map(
            ([type, media]) => ({ media, type, at: [...at, "responses", status, "content", type] }) as const
          )
        )
      return [...sent, ...answered]
    })
  )
  .filter(({ type }) => type === "application/json")

describe("examples of", () => {
  it("the operations of programs, which are many", () => {
    expect(places.length).toBeGreaterThan(40)
  })

  it.each(places.map((place) => [place.at.slice(1).join(" "), place] as const))("%s are there and fit", (_, { at, media }) => {
    const examples = examplesOf(media)
    expect(examples.length).toBeGreaterThan(0)
    const validate = ajv.getSchema(`keel#${pointer(...at, "schema")}`)
    for (const example of examples) {
      void validate?.(example)
      expect([example, validate?.errors ?? []]).toEqual([example, []])
    }
    expect(validate).toBeDefined()
  })
})
