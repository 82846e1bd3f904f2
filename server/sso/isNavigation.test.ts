import { Headers } from "effect/http"
import { expect, it } from "vitest"
import { isNavigation } from "#server/sso/isNavigation.ts"

it.each<[string, "GET" | "HEAD", Record<string, string>, boolean]>([
  ["a click in the CRM", "GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }, true],
  ["an older browser", "GET", {}, true],
  ["a look", "HEAD", { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }, false],
  ["an image", "GET", { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }, false],
  ["a frame", "GET", { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }, false],
  ["a script's fetch", "GET", { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }, false],
  ["a prefetch", "GET", { "sec-purpose": "prefetch", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }, false],
  ["a prerender", "GET", { "sec-purpose": "prefetch;prerender", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }, false],
  ["an older prefetch", "GET", { purpose: "prefetch" }, false],
  ["Firefox's", "GET", { "x-moz": "prefetch" }, false]
])("%s", (_, method, headers, expected) => {
  expect(isNavigation({ method, headers: Headers.fromInput(headers) })).toBe(expected)
})
