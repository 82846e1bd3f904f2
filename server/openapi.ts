/** openapi: the OpenAPI 3.1 document of the contract, as served at /openapi.json and kept in docs/openapi.json. */
import { Api } from "#contract/Api.ts"
import { OpenApi } from "effect/http-api"

export const openApiText = (): string => `${JSON.stringify(OpenApi.fromApi(Api), undefined, 2)}\n`
