/**
 * WebhookSignature: Standard Webhooks 1.0.0, symmetric: HMAC-SHA-256 of `id.timestamp.body`, for both directions.
 *
 * What is signed is the very text that is sent. While a key rotates there are several signatures; one that fits is enough.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"

const SECRET_PREFIX = "whsec_"
/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32
/** A message that is older, or from further in the future, may be somebody's recording. */
export const TIMESTAMP_TOLERANCE_SECONDS = 5 * 60
/** Signatures that are looked at. */
const SIGNATURES_MAX = 8
const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/u

export interface SignedHeaders {
  readonly "webhook-id": string
  readonly "webhook-timestamp": string
  readonly "webhook-signature": string
}

export const isWebhookSecret = (text: string): boolean => SECRET.test(text)

export const makeWebhookSecret = (): string => `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString("base64")}`

const signature = (secret: string, id: string, timestamp: string, body: string): Buffer =>
  createHmac("sha256", Buffer.from(secret.slice(SECRET_PREFIX.length), "base64"))
    .update(`${id}.${timestamp}.${body}`)
    .digest()

/** `secrets` with the newest first; one signature each. */
export const signedHeaders = (secrets: ReadonlyArray<string>, id: string, atMillis: number, body: string): SignedHeaders => {
  const timestamp = String(Math.floor(atMillis / 1000))
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets.map((secret) => `v1,${signature(secret, id, timestamp, body).toString("base64")}`).join(" ")
  }
}

/** Undefined when it is right, else what is wrong; every secret and every signature is compared in constant time. */
export const signatureFault = (
  secrets: ReadonlyArray<string>,
  headers: { readonly [name: string]: string | undefined },
  body: string,
  nowMillis: number
): "missing" | "timestamp" | "signature" | undefined => {
  const id = headers["webhook-id"]
  const timestamp = headers["webhook-timestamp"]
  const given = headers["webhook-signature"]
  if (!id || !timestamp || !given) return "missing"
  if (!/^\d{1,12}$/u.test(timestamp) || Math.abs(nowMillis / 1000 - Number(timestamp)) > TIMESTAMP_TOLERANCE_SECONDS) return "timestamp"
  let isRight = false
  for (const one of given.split(" ").slice(0, SIGNATURES_MAX)) {
    const [version, text = ""] = one.split(",", 2)
    const bytes = Buffer.from(text, "base64")
    for (const secret of secrets) {
      const expected = signature(secret, id, timestamp, body)
      if (version === "v1" && bytes.length === expected.length && timingSafeEqual(bytes, expected)) isRight = true
    }
  }
  return isRight ? undefined : "signature"
}
