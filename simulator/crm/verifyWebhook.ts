/** verifyWebhook: all that a receiver has to do before it believes a webhook (Standard Webhooks 1.0.0). Ready-made libraries do the same. */
import { createHmac, timingSafeEqual } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"

const TOLERANCE_SECONDS = 5 * 60

/** `body` is the text as it came: parsed and written again it would be another one. */
export const verifyWebhook = (secret: string, headers: IncomingHttpHeaders, body: string, now = Date.now()): boolean => {
  const id = String(headers["webhook-id"] ?? "")
  const timestamp = String(headers["webhook-timestamp"] ?? "")
  if (id === "" || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS || timestamp === "") return false
  const key = Buffer.from(secret.replace("whsec_", ""), "base64")
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest()
  // several while a secret is being replaced
  return String(headers["webhook-signature"] ?? "")
    .split(" ")
    .map((signature) => Buffer.from(signature.replace(/^v1,/u, ""), "base64"))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}
