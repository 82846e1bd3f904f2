/**
 * DocumentedApi: the API with what its OpenAPI document says beyond the schemas: the stream, webhooks, roles, limits, examples.
 *
 * `npm run generate` writes it to docs/openapi.json, `npm run check` says when that is not what the contract says. A server reads what is
 * written: making it takes a start longer than arming ten thousand accounts, and what makes it is a twelfth of all modules.
 */
import { OpenApi } from "effect/http-api"
import { Api } from "#contract/Api.ts"
import { completeDocument } from "#contract/completeDocument.ts"
import { operationAccess } from "#contract/operationAccess.ts"
import { withStream } from "#contract/withStream.ts"
import { withWebhooks } from "#contract/withWebhooks.ts"
import { withWrittenExamples, writtenExamples } from "#contract/writtenExamples.ts"

export const DocumentedApi = Api.annotate(OpenApi.Transform, (document) =>
  withWrittenExamples(completeDocument({ ...withWebhooks(withStream(document)) }, operationAccess(Api)), writtenExamples(Api))
)

export const openApiText = (): string => `${JSON.stringify(OpenApi.fromApi(DocumentedApi), undefined, 2)}\n`
