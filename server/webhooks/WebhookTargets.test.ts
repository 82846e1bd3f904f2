import { describe, expect, it } from "vitest"
import { WebhookTargets } from "#server/webhooks/WebhookTargets.ts"

const production = new WebhookTargets([])
const withCrm = new WebhookTargets(["10.20.0.0/16", "fd00:1::/64", "127.0.0.1"])

describe("in production an endpoint is refused", () => {
  it.each([
    ["http://crm.example.com/", "scheme"],
    ["ftp://crm.example.com/", "scheme"],
    ["file:///etc/passwd", "scheme"],
    ["javascript:alert(1)", "scheme"],
    ["crm.example.com", "notAUrl"],
    ["", "notAUrl"],
    [`https://crm.example.com/${"a".repeat(2_100)}`, "notAUrl"],
    ["https://user:password@crm.example.com/", "credentials"],
    ["https://user@crm.example.com/", "credentials"],
    ["https://crm.example.com:22/", "port"],
    ["https://crm.example.com:80/", "port"],
    ["https://crm.example.com:5432/", "port"],
    ["https://127.0.0.1/", "privateAddress"],
    ["https://127.1/", "privateAddress"],
    ["https://2130706433/", "privateAddress"],
    ["https://0x7f000001/", "privateAddress"],
    ["https://0177.0.0.1/", "privateAddress"],
    ["https://0.0.0.0/", "privateAddress"],
    ["https://10.0.0.5/", "privateAddress"],
    ["https://172.16.0.1/", "privateAddress"],
    ["https://192.168.1.1/", "privateAddress"],
    ["https://100.64.0.1/", "privateAddress"],
    ["https://169.254.169.254/latest/meta-data/", "privateAddress"],
    ["https://224.0.0.1/", "privateAddress"],
    ["https://255.255.255.255/", "privateAddress"],
    ["https://[::1]/", "privateAddress"],
    ["https://[::]/", "privateAddress"],
    ["https://[::ffff:127.0.0.1]/", "privateAddress"],
    ["https://[::ffff:a9fe:a9fe]/", "privateAddress"],
    ["https://[64:ff9b::7f00:1]/", "privateAddress"],
    ["https://[2002:7f00:1::]/", "privateAddress"],
    ["https://[fe80::1]/", "privateAddress"],
    ["https://[fd00:ec2::254]/", "privateAddress"],
    ["https://[ff02::1]/", "privateAddress"]
  ])("%s: %s", (url, fault) => {
    expect(production.urlFault(url)).toBe(fault)
  })
  it.each([
    "https://crm.example.com/hooks/keel?tenant=1",
    "https://crm.example.com:8443/",
    "https://93.184.216.34/",
    "https://[2606:2800:220:1:248:1893:25c8:1946]/"
  ])("but not %s", (url) => {
    expect(production.urlFault(url)).toBeUndefined()
  })
})

describe("a name that stands for an address of ours", () => {
  const url = new URL("https://crm.example.com/")
  it.each(["127.0.0.1", "10.1.2.3", "::1", "::ffff:10.1.2.3", "169.254.169.254", "fe80::1%eth0", "not an address"])(
    "is not connected to: %s",
    (address) => {
      expect(production.addressFault(url, address)).toBe("privateAddress")
    }
  )
  it("is connected to where it is public", () => {
    expect(production.addressFault(url, "93.184.216.34")).toBeUndefined()
  })
  it("is not sent to in plain text even when it is public", () => {
    expect(withCrm.addressFault(new URL("http://crm.example.com/"), "93.184.216.34")).toBe("scheme")
    expect(withCrm.addressFault(new URL("https://crm.example.com:9000/"), "93.184.216.34")).toBe("port")
  })
})

describe("a network that the operator opened", () => {
  it.each([
    ["http://10.20.3.4:9000/hooks", undefined],
    ["http://[fd00:1::7]:9000/", undefined],
    ["http://[::ffff:10.20.3.4]/", undefined],
    ["http://127.0.0.1:9000/", undefined],
    ["http://crm.internal:9000/", undefined],
    ["http://10.21.0.1/", "privateAddress"],
    ["http://127.0.0.2/", "privateAddress"],
    ["http://[fd00:2::7]/", "privateAddress"]
  ])("%s: %s", (url, fault) => {
    expect(withCrm.urlFault(url)).toBe(fault)
  })
})
