import { Webhook } from "standardwebhooks"
import { describe, expect, it } from "vitest"
import { isWebhookSecret, makeWebhookSecret, signatureFault, signedHeaders } from "#server/webhooks/WebhookSignature.ts"

const NOW = Date.now()
const BODY = '{"type":"test","note":"é ₿ 💸"}'
const secret = makeWebhookSecret()
const other = makeWebhookSecret()

describe("the reference implementation of Standard Webhooks", () => {
  it("verifies what we sign", () => {
    expect(new Webhook(secret).verify(BODY, { ...signedHeaders([secret], "evt_1", NOW, BODY) })).toEqual(JSON.parse(BODY))
  })
  it("verifies with either key while one takes the place of the other", () => {
    const headers = { ...signedHeaders([other, secret], "evt_1", NOW, BODY) }
    expect(headers["webhook-signature"].split(" ")).toHaveLength(2)
    for (const key of [secret, other]) expect(() => new Webhook(key).verify(BODY, headers)).not.toThrow()
  })
  it("signs what we verify", () => {
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(NOW / 1000)),
      "webhook-signature": new Webhook(secret).sign("msg_1", new Date(NOW), BODY)
    }
    expect(signatureFault([secret], headers, BODY, NOW)).toBeUndefined()
    expect(signatureFault([other, secret], headers, BODY, NOW)).toBeUndefined()
  })
  it("refuses the same forgeries as we", () => {
    const headers = { ...signedHeaders([other], "evt_1", NOW, BODY) }
    expect(() => new Webhook(secret).verify(BODY, headers)).toThrow("No matching signature found")
    expect(signatureFault([secret], headers, BODY, NOW)).toBe("signature")
  })
})

describe("a message is refused", () => {
  const right: Record<string, string | undefined> = { ...signedHeaders([secret], "evt_1", NOW, BODY) }
  it.each<[string, Record<string, string | undefined>, string, string]>([
    ["whose body was changed", {}, `${BODY} `, "signature"],
    ["under another id", { "webhook-id": "evt_2" }, BODY, "signature"],
    ["at another time", { "webhook-timestamp": String(Math.floor(NOW / 1000) - 1) }, BODY, "signature"],
    ["without an id", { "webhook-id": undefined }, BODY, "missing"],
    ["without a time", { "webhook-timestamp": undefined }, BODY, "missing"],
    ["without a signature", { "webhook-signature": "" }, BODY, "missing"],
    ["with a signature of another version", { "webhook-signature": right["webhook-signature"]?.replace("v1,", "v1a,") }, BODY, "signature"],
    ["with half a signature", { "webhook-signature": right["webhook-signature"]?.slice(0, 20) }, BODY, "signature"],
    ["with a time that is none", { "webhook-timestamp": "0x5f" }, BODY, "timestamp"],
    ["with a time in words", { "webhook-timestamp": "-1" }, BODY, "timestamp"]
  ])("%s", (_, change, body, fault) => {
    expect(signatureFault([secret], { ...right, ...change }, body, NOW)).toBe(fault)
  })
  it.each([
    [299, undefined],
    [301, "timestamp"],
    [-299, undefined],
    [-301, "timestamp"]
  ])("%d seconds after it was signed: %s", (seconds, fault) => {
    expect(signatureFault([secret], right, BODY, Math.floor(NOW / 1000) * 1000 + seconds * 1000)).toBe(fault)
  })
  it("looks at a bounded number of signatures", () => {
    const right = signedHeaders([secret], "evt_1", NOW, BODY)
    const many = { ...right, "webhook-signature": `${"v1,AAAA ".repeat(50)}${right["webhook-signature"]}` }
    expect(signatureFault([secret], many, BODY, NOW)).toBe("signature")
  })
})

it("makes secrets as the specification wants them", () => {
  expect(isWebhookSecret(secret)).toBe(true)
  expect(Buffer.from(secret.slice(6), "base64")).toHaveLength(32)
  expect(secret).not.toBe(other)
})
