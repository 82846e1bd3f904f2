import { expect, it } from "vitest"
import { completeDocument } from "#contract/completeDocument.ts"

const responses = { "200": { description: "" }, "429": { description: "" }, "500": { description: "" }, "503": { description: "" } }
const document = completeDocument({
  paths: { "/orders": { get: { responses } }, "/stream": { get: { responses } } },
  components: { schemas: { Version: { type: "integer" }, Small: { type: "integer", format: "int32" } } }
})

it("says of every counted answer what is left of its limit, and of those to retry when", () => {
  const headersOf = (path: string, status: string): ReadonlyArray<string> => {
    const found = JSON.parse(JSON.stringify(document)).paths[path].get.responses[status].headers
    return found === undefined ? [] : Object.keys(found)
  }
  expect(headersOf("/orders", "200")).toEqual(["RateLimit", "RateLimit-Policy"])
  expect(headersOf("/orders", "429")).toEqual(["RateLimit", "RateLimit-Policy", "Retry-After"])
  expect(headersOf("/orders", "500")).toEqual([])
  expect(headersOf("/orders", "503")).toEqual(["Retry-After"])
  expect(headersOf("/stream", "200")).toEqual([])
})

it("gives integers the format of those that a double holds, unless they have one", () => {
  expect(document["components"]).toEqual({
    schemas: { Version: { type: "integer", format: "int64" }, Small: { type: "integer", format: "int32" } }
  })
})
