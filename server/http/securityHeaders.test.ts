import { createHash } from "node:crypto"
import { expect, it } from "vitest"
import { appHeaders, dataHeaders, documentationPolicy } from "#server/http/securityHeaders.ts"

it("lets no page run scripts that are not files of ours", () => {
  expect(appHeaders["content-security-policy"]).toContain("script-src 'self';")
  expect(appHeaders["content-security-policy"]).not.toMatch(/script-src[^;]*unsafe/u)
  expect(dataHeaders["content-security-policy"]).toMatch(/^default-src 'none'/u)
})

it.each([
  "strict-transport-security",
  "x-content-type-options",
  "referrer-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy"
])("both carry %s", (name) => {
  expect(appHeaders[name]).toMatch(/\w/u)
  expect(dataHeaders[name]).toBe(appHeaders[name])
})

it("allows the documentation's own scripts by what they say", () => {
  const script = "console.log(1)\n"
  const expected = createHash("sha256").update(script).digest("base64")
  expect(documentationPolicy(`<html><script>${script}</script><p><script>two</script></html>`)).toMatch(
    new RegExp(`script-src 'sha256-${expected.replaceAll("+", "\\+")}' 'sha256-[^']+';`, "u")
  )
})
