import { expect, it } from "vitest"
import { completeDocument } from "#contract/completeDocument.ts"

const responses = { "200": { description: "" }, "429": { description: "" }, "500": { description: "" }, "503": { description: "" } }
const schemas = {
  Version: { type: "integer" },
  Small: { type: "integer", format: "int32", minimum: 0, maximum: 9 },
  Code: { type: "string", pattern: "^[A-Z]{3}$" },
  Note: { type: "string", maxLength: 64, examples: [{ type: "string" }] },
  Text: { type: "string" },
  Kind: { type: "string", enum: ["a"] },
  List: { type: "array", items: { type: ["string", "null"] } }
}
const document = JSON.parse(
  JSON.stringify(
    completeDocument(
      {
        servers: [{ url: "/" }],
        paths: {
          "/orders": { get: { responses, security: [{ session: [] }] } },
          "/signed": { post: { responses, security: [], parameters: [{ in: "header", name: "idempotency-key" }] } },
          "/admin/orders": { post: { responses, security: [{ session: [] }] } },
          "/open": { get: { responses, security: [] } }
        },
        components: { schemas, securitySchemes: { session: { type: "apiKey", in: "cookie", name: "sid" } } }
      },
      new Map([
        ["GET /orders", { roles: [], isForPrograms: false }],
        ["POST /admin/orders", { roles: ["risk", "admin"], isForPrograms: false }],
        ["POST /signed", { roles: [], isForPrograms: true }]
      ])
    )
  )
)

it("says of every counted answer what is left of its limit, and of those to retry when", () => {
  const headersOf = (status: string): ReadonlyArray<string> => Object.keys(document.paths["/orders"].get.responses[status].headers ?? {})
  expect(headersOf("200")).toEqual(["RateLimit", "RateLimit-Policy"])
  expect(headersOf("429")).toEqual(["RateLimit", "RateLimit-Policy", "Retry-After"])
  expect(headersOf("500")).toEqual([])
  expect(headersOf("503")).toEqual(["Retry-After"])
})

it("gives every text, list and integer a limit, from its pattern where it has one, and leaves those that have one", () => {
  const { Code, Kind, List, Note, Small, Text, Version } = document.components.schemas
  expect(Version).toEqual({ type: "integer", format: "int64", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
  expect(Small).toEqual(schemas.Small)
  expect(Code.maxLength).toBe(3)
  expect(Note).toEqual(schemas.Note)
  expect(Text.maxLength).toBe(65_536)
  expect(Kind).toEqual(schemas.Kind)
  expect(List).toEqual({ type: "array", items: { type: ["string", "null"], maxLength: 65_536 }, maxItems: 10_000 })
})

it("names the roles beside staff's own session", () => {
  expect(document.paths["/admin/orders"].post.security).toEqual([{ staffSession: ["risk", "admin"] }])
  expect(document.paths["/orders"].get.security).toEqual([{ session: [] }])
  expect(document.paths["/open"].get.security).toEqual([])
  expect(document.components.securitySchemes.staffSession).toMatchObject({ type: "apiKey", in: "cookie", name: "sid" })
})

it("asks whatever changes something, and is not for programs alone, for the header of our own requests", () => {
  expect(document.paths["/admin/orders"].post.parameters).toMatchObject([{ name: "x-keel-request", in: "header", required: true }])
  expect(document.paths["/orders"].get.parameters).toBeUndefined()
  expect(document.paths["/signed"].post.parameters.length).toBe(1)
})

it("says of whatever takes an idempotency key how a missing one is answered", () => {
  expect(Object.keys(document.paths["/signed"].post.responses)).toContain("400")
  expect(Object.keys(document.paths["/orders"].get.responses)).not.toContain("400")
})

it("says that its server is no internal one", () => {
  expect(document.servers).toEqual([{ url: "/", "x-internal": false }])
})
