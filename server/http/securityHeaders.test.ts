import { createHash } from "node:crypto"
import { expect, it } from "vitest"
import { appHeaders, appHeadersWith, dataHeaders, documentationPolicy } from "#server/http/securityHeaders.ts"

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

it("the web app may send files to the object store, and to nowhere else", () => {
  const policyOf = (origin: string | undefined) => appHeadersWith(origin)["content-security-policy"]
  expect(policyOf("https://files.example.com")).toContain("connect-src 'self' https://files.example.com;")
  expect(policyOf("https://files.example.com")?.split("https://files.example.com").length).toBe(2)
  expect(policyOf(undefined)).toBe(appHeaders["content-security-policy"])
})
