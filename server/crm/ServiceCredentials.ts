/** ServiceCredentials: whose key or token it is that a program shows, and the making of keys. */
import { ServiceScope } from "#contract/CrmAccess.ts"
import { KEY_TOUCH_MILLIS, ServiceKeys, type ServiceKeysUnavailable, type TooManyKeys } from "#db/ServiceKeys.ts"
import { AppConfig } from "#server/Config.ts"
import { DEMO_SERVICE_KEY } from "#server/DemoLogins.ts"
import { ServiceTokens, type TokenKeysUnavailable } from "#server/crm/ServiceTokens.ts"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { hash, randomBytes, timingSafeEqual } from "node:crypto"
import { BlockList, isIP } from "node:net"

const KEY = /^keel_([a-z0-9]{12})_[A-Za-z0-9_-]{43}$/u
const KEY_ID_BYTES = 6
const SECRET_BYTES = 32

export interface AuthenticatedService {
  readonly service: string
  readonly id: string
  readonly scopes: ReadonlySet<ServiceScope>
}
export interface KeyRequest {
  readonly service: string
  readonly scopes: ReadonlyArray<ServiceScope>
  readonly networks: ReadonlyArray<string>
  readonly expiresAt: number | undefined
  readonly createdBy: string
}
export interface MadeKey {
  readonly keyId: string
  /** Told once; only its hash is kept. */
  readonly key: string
  readonly createdAt: number
}

const hashOf = (key: string): string => hash("sha256", key, "hex")
const isScope = Schema.is(ServiceScope)

const isSameHash = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** `networks` were checked when the key was made. */
const isWithin = (ip: string, networks: ReadonlyArray<string>): boolean => {
  if (networks.length === 0) return true
  const version = isIP(ip)
  if (version === 0) return false
  const list = new BlockList()
  for (const network of networks) {
    const [address = "", bits] = network.split("/")
    const family = isIP(address) === 6 ? "ipv6" : "ipv4"
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list.check(ip, version === 6 ? "ipv6" : "ipv4")
}

export class ServiceCredentials extends Context.Service<
  ServiceCredentials,
  {
    /** Undefined when the bearer does not hold, for whatever reason. */
    readonly authenticate: (
      bearer: string,
      ip: string
    ) => Effect.Effect<AuthenticatedService | undefined, ServiceKeysUnavailable | TokenKeysUnavailable>
    readonly makeKey: (request: KeyRequest) => Effect.Effect<MadeKey, TooManyKeys | ServiceKeysUnavailable>
  }
>()("server/crm/ServiceCredentials") {
  static readonly layer = Layer.effect(
    ServiceCredentials,
    Effect.gen(function* () {
      const keys = yield* ServiceKeys
      const tokens = yield* ServiceTokens
      const { environment } = yield* AppConfig

      const ofKey = Effect.fnUntraced(function* (key: string, keyId: string, ip: string) {
        // published: a database that was once a demo's must not let it in
        if (environment === "production" && key === DEMO_SERVICE_KEY) return undefined
        const now = yield* Clock.currentTimeMillis
        const record = yield* keys.find(keyId)
        const isRight = isSameHash(record?.keyHash ?? hashOf(""), hashOf(key))
        if (record === undefined || !isRight || record.revokedAt !== undefined) return undefined
        if ((record.expiresAt ?? Infinity) <= now || !isWithin(ip, record.networks)) return undefined
        if (now - (record.lastUsedAt ?? 0) >= KEY_TOUCH_MILLIS) yield* keys.touch(keyId, now)
        return { service: record.service, id: `${record.service}/${keyId}`, scopes: new Set(record.scopes.filter(isScope)) }
      })

      const authenticate = Effect.fn("ServiceCredentials.authenticate")(function* (bearer: string, ip: string) {
        if (bearer === "") return undefined
        const keyId = KEY.exec(bearer)?.[1]
        if (keyId !== undefined) return yield* ofKey(bearer, keyId, ip)
        const token = yield* tokens.verify(bearer)
        return token && { ...token, id: `${token.service}/jwt` }
      })

      const makeKey = Effect.fn("ServiceCredentials.makeKey")(function* (request: KeyRequest) {
        const keyId = randomBytes(KEY_ID_BYTES).toString("hex")
        const key = `keel_${keyId}_${randomBytes(SECRET_BYTES).toString("base64url")}`
        const createdAt = yield* Clock.currentTimeMillis
        yield* keys.insert({ ...request, keyId, keyHash: hashOf(key), createdAt })
        return { keyId, key, createdAt }
      })

      return ServiceCredentials.of({ authenticate, makeKey })
    })
  )
}

/** The published key of a demo; made where demo accounts are on, at every start, also on several nodes at once. */
export const seedDemoServiceKey: Effect.Effect<void, ServiceKeysUnavailable, ServiceKeys> = Effect.gen(function* () {
  const keys = yield* ServiceKeys
  const keyId = KEY.exec(DEMO_SERVICE_KEY)?.[1] ?? ""
  yield* keys.seed({
    keyId,
    service: "demo-crm",
    keyHash: hashOf(DEMO_SERVICE_KEY),
    scopes: ServiceScope.literals,
    networks: [],
    createdAt: yield* Clock.currentTimeMillis,
    createdBy: "platform",
    expiresAt: undefined
  })
})
