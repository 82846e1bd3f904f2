/**
 * openapi: the OpenAPI 3.1 document. It is made from the contract by `npm run generate` and kept in docs/openapi.json, which a server reads:
 * making it takes a start longer than arming ten thousand accounts, and `npm run check` says when it is not what the contract says.
 */
import { readFileSync } from "node:fs"
import { Api } from "#contract/Api.ts"
import { OpenApi } from "effect/http-api"

export const openApiText = (): string => `${JSON.stringify(OpenApi.fromApi(Api), undefined, 2)}\n`

export const writtenOpenApiText = (): string => readFileSync(new URL("../docs/openapi.json", import.meta.url), "utf8")
