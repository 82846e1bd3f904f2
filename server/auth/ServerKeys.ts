/** ServerKeys: what the server signs and seals itself, with a key of its own for each purpose, all drawn from SESSION_SECRET. */
import { AppConfig } from "#server/Config.ts"
import { Context, Effect, Layer, Redacted } from "effect"
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes
} from "node:crypto"

const KEY_BYTES = 32
/** Of AES-256-GCM. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex")
const KEY_ID_LENGTH = 16

/** One name for each use: a value made for one is good for no other. */
export type Purpose = "access id" | "refresh id" | "backup code" | "two-factor secret" | "webhook secret" | "sso token"

export class ServerKeys extends Context.Service<
  ServerKeys,
  {
    /** HMAC-SHA-256, base64url, 43 characters. */
    readonly mac: (purpose: Purpose, text: string) => string
    /** Encrypted and bound to `context`: a sealed text that is moved to another row does not open. */
    readonly seal: (purpose: Purpose, context: string, text: string) => string
    /** For Ed25519; `keyId` names it without telling it. */
    readonly signingKey: (purpose: Purpose) => { readonly keyId: string; readonly privateKey: KeyObject }
    /** Undefined when it was sealed under another secret, for another context, or altered. */
    readonly open: (purpose: Purpose, context: string, sealed: string) => string | undefined
  }
>()("server/auth/ServerKeys") {
  static readonly layer = Layer.effect(
    ServerKeys,
    Effect.map(AppConfig, ({ sessionSecret }) => {
      const keys = new Map<Purpose, Buffer>()
      const keyOf = (purpose: Purpose): Buffer => {
        const key = keys.get(purpose) ?? Buffer.from(hkdfSync("sha256", Redacted.value(sessionSecret), "keel", purpose, KEY_BYTES))
        keys.set(purpose, key)
        return key
      }
      return ServerKeys.of({
        mac: (purpose, text) => createHmac("sha256", keyOf(purpose)).update(text).digest("base64url"),
        seal: (purpose, context, text) => {
          const nonce = randomBytes(NONCE_BYTES)
          const cipher = createCipheriv("aes-256-gcm", keyOf(purpose), nonce).setAAD(Buffer.from(context))
          const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()])
          return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url")
        },
        signingKey: (purpose) => {
          const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, keyOf(purpose)]), format: "der", type: "pkcs8" })
          const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" })
          return { keyId: hash("sha256", publicKey, "base64url").slice(0, KEY_ID_LENGTH), privateKey }
        },
        open: (purpose, context, sealed) => {
          const bytes = Buffer.from(sealed, "base64url")
          if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
          const decipher = createDecipheriv("aes-256-gcm", keyOf(purpose), bytes.subarray(0, NONCE_BYTES))
            .setAAD(Buffer.from(context))
            .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
          try {
            return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8")
          } catch {
            return undefined
          }
        }
      })
    })
  )
}
