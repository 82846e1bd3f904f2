/**
 * TrustedProxies: whose word about a request's origin is believed. X-Forwarded-For and X-Forwarded-Proto are anybody's word; they count only
 * as far as proxies of TRUSTED_PROXIES have written them.
 */
import { plainAddress } from "#server/http/clientIp.ts"
import { BlockList, isIP } from "node:net"

/** Hops that are looked at; a longer list is no honest proxy chain. */
const HOPS_MAX = 16

export interface Forwarded {
  readonly ip: string
  /** What the outermost trusted proxy was asked by; undefined when no trusted proxy said. */
  readonly protocol: "http" | "https" | undefined
}

/** As header records come: any other header stands there too. */
interface ForwardedHeaders {
  readonly [name: string]: string | undefined
  readonly "x-forwarded-for"?: string | undefined
  readonly "x-forwarded-proto"?: string | undefined
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (hop: string): string => /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[\d.]+))(?::\d{1,5})?$/u.exec(hop)?.slice(1).find(Boolean) ?? hop

export class TrustedProxies {
  readonly #networks = new BlockList()
  readonly #isAnyTrusted: boolean

  /** Addresses and networks such as `10.0.0.0/8`, checked by the configuration. */
  constructor(networks: ReadonlyArray<string>) {
    this.#isAnyTrusted = networks.length > 0
    for (const network of networks) {
      const [address = "", bits] = network.split("/")
      const family = isIP(address) === 6 ? "ipv6" : "ipv4"
      if (bits === undefined) this.#networks.addAddress(address, family)
      else this.#networks.addSubnet(address, Number(bits), family)
    }
  }

  isTrusted(address: string): boolean {
    if (!this.#isAnyTrusted) return false
    const version = isIP(address)
    return version !== 0 && this.#networks.check(address, version === 6 ? "ipv6" : "ipv4")
  }

  /** Walks back from the peer: the first address that no trusted proxy has is where the request came from. */
  forwarded(peer: string, headers: ForwardedHeaders): Forwarded {
    const direct = plainAddress(peer)
    if (!this.isTrusted(direct)) return { ip: direct, protocol: undefined }
    const hops = (headers["x-forwarded-for"] ?? "")
      .split(",")
      .map((hop) => plainAddress(withoutPort(hop.trim())))
      .slice(-HOPS_MAX)
    let ip = direct
    for (const hop of hops.toReversed()) {
      if (isIP(hop) === 0) break
      ip = hop
      if (!this.isTrusted(hop)) break
    }
    // the last one is what the proxy next to us wrote, or passed on from one that it trusts
    const protocol = headers["x-forwarded-proto"]?.split(",").at(-1)?.trim().toLowerCase()
    return { ip, protocol: protocol === "http" || protocol === "https" ? protocol : undefined }
  }
}
