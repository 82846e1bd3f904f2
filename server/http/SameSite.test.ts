import { Headers } from "effect/http"
import { expect, it } from "vitest"
import { isSameSite } from "#server/http/SameSite.ts"

const PUBLIC = "https://trade.example.com"
type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS"

it.each<[string, Method, Record<string, string>, boolean]>([
  ["reading from anywhere", "GET", { "sec-fetch-site": "cross-site" }, true],
  ["a head from anywhere", "HEAD", { origin: "https://evil.example" }, true],
  ["our own page", "POST", { "sec-fetch-site": "same-origin" }, true],
  ["an address that was typed", "POST", { "sec-fetch-site": "none" }, true],
  ["a foreign page", "POST", { "sec-fetch-site": "cross-site" }, false],
  ["a page of a sister host", "POST", { "sec-fetch-site": "same-site" }, false],
  ["a foreign page that claims our origin", "POST", { "sec-fetch-site": "cross-site", origin: PUBLIC }, false],
  ["an older browser on our page", "DELETE", { origin: PUBLIC }, true],
  ["an older browser on the host that it asks", "PUT", { origin: "http://127.0.0.1:8080", host: "127.0.0.1:8080" }, true],
  ["another port of the same host", "PUT", { origin: "http://127.0.0.1:9999", host: "127.0.0.1:8080" }, false],
  ["an older browser on a foreign page", "PATCH", { origin: "https://evil.example", host: "trade.example.com" }, false],
  ["a page without an origin of its own", "POST", { origin: "null", host: "trade.example.com" }, false],
  ["who does not say where it comes from", "POST", {}, false],
  ["a program that says what it is", "POST", { origin: PUBLIC }, true]
])("%s", (_, method, headers, allowed) => {
  expect(isSameSite({ method, headers: Headers.fromInput({ "x-keel-request": "1", ...headers }) }, PUBLIC)).toBe(allowed)
})

it.each([[{ "sec-fetch-site": "same-origin" }], [{ origin: PUBLIC }], [{ origin: PUBLIC, "x-keel-request": "0" }]])(
  "without the header of our own requests none passes: %j",
  (headers) => {
    expect(isSameSite({ method: "POST", headers: Headers.fromInput(headers) }, PUBLIC)).toBe(false)
    expect(isSameSite({ method: "GET", headers: Headers.fromInput(headers) }, PUBLIC)).toBe(true)
  }
)
