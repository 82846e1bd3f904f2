import { Ajv2020 } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import { OpenApi } from "effect/http-api"
import { expect, it } from "vitest"
import { DocumentedApi } from "#contract/DocumentedApi.ts"
import { WEBHOOK_TYPES } from "#contract/WebhookEvents.ts"

/** What this test reads of the document. */
interface Document {
  readonly webhooks: Readonly<
    Record<
      string,
      {
        readonly post: {
          readonly parameters: ReadonlyArray<{ readonly name: string }>
          readonly responses: Readonly<Record<string, unknown>>
          readonly requestBody: {
            readonly content: {
              readonly "application/json": {
                readonly schema: { readonly $ref: string }
                readonly examples: Readonly<Record<string, { readonly value: unknown }>>
              }
            }
          }
        }
      }
    >
  >
}
const document: Document = JSON.parse(JSON.stringify(OpenApi.fromApi(DocumentedApi)))
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: "keel", ...document })

it("tells of every event, and of no other", () => {
  expect(Object.keys(document.webhooks).toSorted()).toEqual([...WEBHOOK_TYPES].toSorted())
})

it.each(WEBHOOK_TYPES)("%s: the example is what the schema says, and the headers are named", (type) => {
  const { parameters, requestBody, responses } = document.webhooks[type]?.post ?? expect.unreachable(type)
  const { examples, schema } = requestBody.content["application/json"]
  const validate = ajv.compile({ $ref: `keel${schema.$ref}` })
  const example = examples[type]?.value
  validate(example)
  expect(validate.errors).toBeNull()
  expect(example).toMatchObject({ type, timestamp: "2026-11-23T13:01:22.123Z" })
  // and the schema is no empty promise
  expect(validate({ ...Object(example), data: {} })).toBe(false)
  expect(validate({ ...Object(example), type: "other" })).toBe(false)
  expect(parameters.map(({ name }) => name)).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"])
  expect(Object.keys(responses)).toContain("410")
})
