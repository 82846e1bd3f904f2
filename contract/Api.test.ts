import { Schema } from "effect"
import { HttpApi, OpenApi } from "effect/http-api"
import { describe, expect, it } from "vitest"
import { Api } from "#contract/Api.ts"
import { DocumentedApi } from "#contract/DocumentedApi.ts"
import { PlaceOrderRequest } from "#contract/Requests.ts"
import { ClientMessage, ServerMessage } from "#contract/Stream.ts"

const document = OpenApi.fromApi(DocumentedApi)
const METHODS = ["get", "put", "post", "patch", "delete"] as const
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method]
    return operation === undefined ? [] : [{ name: `${method.toUpperCase()} ${path}`, path, method, operation }]
  })
)

describe("the OpenAPI document", () => {
  it("names every operation once", () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(35)
  })

  it.each(operations.map((operation) => [operation.name, operation] as const))(
    "%s has a summary and declares how it can fail",
    (_, { operation }) => {
      expect(operation.summary).toMatch(/\w/)
      const statuses = Object.keys(operation.responses)
      expect(statuses).toContain("429")
      expect(statuses).toContain("500")
      expect(statuses.some((status) => /^(2|101$|302$)/u.test(status))).toBe(true)
    }
  )

  it("asks for an Idempotency-Key wherever a client trades or moves money", () => {
    const trading = operations.filter(({ method, path }) => path.startsWith("/accounts/") && method !== "get" && !path.endsWith("/preview"))
    expect(trading.length).toBe(13)
    const withoutKey = trading.filter(
      ({ operation }) =>
        !operation.parameters.some(({ in: place, name, required }) => place === "header" && name === "idempotency-key" && required)
    )
    expect(withoutKey.map(({ name }) => name)).toEqual([])
  })

  it("asks for a session everywhere but where there cannot be one", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ name }) => name)
    expect(open.toSorted()).toEqual([
      "GET /healthz",
      "GET /instruments",
      "GET /instruments/{symbol}",
      "GET /market/candles",
      "GET /market/quotes",
      "GET /market/symbols",
      "GET /readyz",
      "GET /sso/consume",
      "POST /auth/forgot-password",
      "POST /auth/login",
      "POST /auth/login/second-factor",
      "POST /auth/refresh",
      "POST /auth/register",
      "POST /auth/reset-password",
      "POST /auth/verify-email"
    ])
  })

  it("tells clients the pattern of a decimal", () => {
    expect(JSON.stringify(Schema.toJsonSchemaDocument(PlaceOrderRequest))).toContain(
      String.raw`"pattern":"^(-?)(\\d{1,15})(?:\\.(\\d{1,8}))?$"`
    )
  })
})

it("every staff endpoint says which roles it is for", () => {
  const withoutRoles: Array<string> = []
  HttpApi.reflect(Api, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, mergedAnnotations }) => {
      const roles = [...mergedAnnotations.mapUnsafe.keys()].includes("contract/AllowedRoles")
      if (endpoint.path.startsWith("/admin/") && !roles) withoutRoles.push(endpoint.identifier)
    }
  })
  expect(withoutRoles).toEqual([])
})

describe("messages of the stream", () => {
  const decode = Schema.decodeUnknownResult(ClientMessage, { onExcessProperty: "error" })
  it.each<[string, unknown, boolean]>([
    ["subscribe", { type: "subscribe", symbols: ["EURUSD"] }, true],
    ["subscribe to nothing", { type: "subscribe", symbols: [] }, false],
    ["resume", { type: "watchAccount", accountId: "100001", sinceVersion: 5 }, true],
    ["resume from before the beginning", { type: "watchAccount", accountId: "100001", sinceVersion: -1 }, false],
    ["an unknown field", { type: "ping", foo: 1 }, false],
    ["an unknown type", { type: "order" }, false],
    ["no object", null, false]
  ])("%s: %j", (_, message, accepted) => {
    expect(decode(message)._tag === "Success").toBe(accepted)
  })

  it("each server message is told apart by its type", () => {
    const types = ServerMessage.members.map(({ fields }) => fields.type.literal)
    expect(new Set(types).size).toBe(types.length)
  })
})
