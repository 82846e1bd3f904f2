import { expect, it } from "vitest"
import { methodsOf } from "#server/http/knownRoutes.ts"

it.each([
  ["/auth/login", "POST"],
  ["/accounts/100001", "GET HEAD"],
  ["/accounts/100001/orders", "GET HEAD POST"],
  ["/accounts/100001/orders/O1", "DELETE GET HEAD PATCH"],
  ["/accounts/100001/orders/cancel", "DELETE GET HEAD PATCH POST"],
  ["/stream", "GET HEAD"],
  ["/metrics", "GET HEAD"],
  ["/openapi.json", "GET HEAD"],
  ["/openapixjson", ""],
  ["/accounts/100001/nothing", ""],
  ["/accounts//orders", ""],
  ["/", ""]
])("%s answers to %s", (path, methods) => {
  expect([...methodsOf(path)].toSorted().join(" ")).toBe(methods)
})
