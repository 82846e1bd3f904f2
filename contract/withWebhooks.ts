/** withWebhooks: adds what the platform sends to the OpenAPI document: one webhook for each type of event, with an example. */
import { Schema } from "effect"
import { OpenApiBuilder, type OpenAPIObject, type ParameterObject } from "openapi3-ts/oas31"
import { WebhookEvent } from "#contract/WebhookEvents.ts"
import { webhookExamples } from "#contract/webhookExamples.ts"

const header = (name: string, description: string, example: string, pattern: string): ParameterObject => ({
  name,
  in: "header",
  required: true,
  description,
  schema: { type: "string", maxLength: 1_000, pattern, examples: [example] }
})

const SIGNATURE_HEADERS: ReadonlyArray<ParameterObject> = [
  header(
    "webhook-id",
    "The event's id, the same at every attempt: keep it to recognize a repetition",
    "evt_100001_42",
    "^evt_[\\w-]{1,60}$"
  ),
  header(
    "webhook-timestamp",
    "When this attempt was signed, seconds since 1970: refuse what is older than five minutes",
    "1795438882",
    "^\\d{1,12}$"
  ),
  header(
    "webhook-signature",
    "`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`; several, separated by spaces, while a secret is being replaced",
    "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    "^v1,[A-Za-z0-9+/=]{44}( v1,[A-Za-z0-9+/=]{44})*$"
  )
]

const RESPONSES = {
  "2XX": { description: "Taken. Answer within ten seconds, before doing what takes longer; what the answer says is kept for the log." },
  "410": { description: "Not wanted any more: the endpoint is turned off." },
  "429": { description: "Too much: nothing is sent until `Retry-After`." },
  "503": { description: "Not now: nothing is sent until `Retry-After`." },
  default: {
    description:
      "Tried again, with growing pauses, for days; later events of the same account wait, those of others do not. Redirects are not followed."
  }
}

const encode = Schema.encodeSync(WebhookEvent)

/** As it stands on the wire. */
export const encodedWebhookExample = (type: WebhookEvent["type"]): typeof WebhookEvent.Encoded => encode(webhookExamples[type])

const identifierOf = (schema: (typeof WebhookEvent.members)[number]): string => String(schema.ast.annotations?.["identifier"])
const descriptionOf = (schema: (typeof WebhookEvent.members)[number]): string => String(schema.ast.annotations?.["description"])

export const withWebhooks = (document: Readonly<Record<string, unknown>>): OpenAPIObject => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the document is one, under a wider type
  const builder = OpenApiBuilder.create({ ...document } as unknown as OpenAPIObject)
  for (const schema of WebhookEvent.members) {
    const type = schema.fields.type.literal
    builder.addWebhook(type, {
      post: {
        tags: ["Webhooks out"],
        operationId: `webhook.${type}`,
        summary: descriptionOf(schema),
        parameters: [...SIGNATURE_HEADERS],
        security: [],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: { $ref: `#/components/schemas/${identifierOf(schema)}` },
              examples: { [type]: { value: encodedWebhookExample(type) } }
            }
          }
        },
        responses: RESPONSES
      }
    })
  }
  builder.addTag({
    name: "Webhooks out",
    description: "What the platform tells: Standard Webhooks 1.0.0. Set up at `POST /crm/webhooks/endpoints`; docs/crm.md leads through it."
  })
  return builder.getSpec()
}
