import { expect, it } from "vitest"
import { TrustedProxies } from "#server/http/TrustedProxies.ts"

const proxies = new TrustedProxies(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"])

it.each<[string, string, string | undefined, string]>([
  ["nobody is trusted without being named", "203.0.113.5", "1.2.3.4", "203.0.113.5"],
  ["a trusted proxy says who asked", "10.1.2.3", "203.0.113.5", "203.0.113.5"],
  ["what the client itself wrote before is not believed", "10.1.2.3", "1.2.3.4, 203.0.113.5", "203.0.113.5"],
  ["a chain of trusted proxies is walked back", "10.1.2.3", "203.0.113.5, 192.0.2.7, 10.9.9.9", "203.0.113.5"],
  ["a port is none of an address", "10.1.2.3", "203.0.113.5:4711", "203.0.113.5"],
  ["nor behind an IPv6 address", "10.1.2.3", "[2001:db9::5]:4711", "2001:db9::5"],
  ["nonsense ends the walk", "10.1.2.3", "203.0.113.5, unknown", "10.1.2.3"],
  ["a proxy that says nothing is the client", "10.1.2.3", undefined, "10.1.2.3"],
  ["IPv4 over an IPv6 socket", "::ffff:10.1.2.3", "::ffff:203.0.113.5", "203.0.113.5"],
  ["IPv6", "2001:db8::1", "2001:db9::5", "2001:db9::5"]
])("%s", (_, peer, forwardedFor, ip) => {
  expect(proxies.forwarded(peer, { "x-forwarded-for": forwardedFor }).ip).toBe(ip)
})

it("believes the protocol of trusted proxies alone", () => {
  expect(proxies.forwarded("10.1.2.3", { "x-forwarded-proto": "http" }).protocol).toBe("http")
  expect(proxies.forwarded("10.1.2.3", { "x-forwarded-proto": "https" }).protocol).toBe("https")
  expect(proxies.forwarded("203.0.113.5", { "x-forwarded-proto": "http" }).protocol).toBeUndefined()
  expect(proxies.forwarded("10.1.2.3", { "x-forwarded-proto": "gopher" }).protocol).toBeUndefined()
})
