/**
 * WebhookTargets: where webhooks may be sent. An address inside our own network is nobody's business outside: it would make the platform a
 * spy for whoever may set an endpoint (server-side request forgery).
 *
 * Public addresses by https, on the ports of https; what the configuration names as ours in `WEBHOOK_PRIVATE_NETWORKS` also by http and on
 * any port. Checked when an endpoint is saved, and again on the very address that is connected to, so that a name cannot change its mind.
 */
import ipaddr from "ipaddr.js"

const HTTPS_PORTS: ReadonlySet<string> = new Set(["", "8443"])
export const URL_LENGTH_MAX = 2_048

export type TargetFault = "notAUrl" | "scheme" | "credentials" | "port" | "privateAddress"

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

const parseNetwork = (text: string): Network => {
  if (text.includes("/")) return ipaddr.parseCIDR(text)
  const address = ipaddr.parse(text)
  return [address, address.kind() === "ipv4" ? 32 : 128]
}

/** An IPv4 address in IPv6 clothes is the IPv4 address. */
const plainly = (address: string): ipaddr.IPv4 | ipaddr.IPv6 => ipaddr.process(address)

export class WebhookTargets {
  readonly #ours: ReadonlyArray<Network>

  /** Addresses and networks such as `10.0.0.0/8`, checked by the configuration. */
  constructor(networks: ReadonlyArray<string>) {
    this.#ours = networks.map(parseNetwork)
  }

  #isOurs(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return this.#ours.some(([network, bits]) => network.kind() === address.kind() && address.match([network, bits]))
  }

  /** What is wrong with the URL by itself; a name's addresses are looked at when it is connected to. */
  urlFault(text: string): TargetFault | undefined {
    const url = URL.parse(text)
    if (url === null || text.length > URL_LENGTH_MAX) return "notAUrl"
    if (url.protocol !== "https:" && url.protocol !== "http:") return "scheme"
    if (url.username !== "" || url.password !== "") return "credentials"
    const host = hostOf(url)
    if (ipaddr.isValid(host)) return this.addressFault(url, host)
    // a name may stand for an address of ours
    return this.#ours.length > 0 ? undefined : schemeFault(url)
  }

  /** What is wrong with sending to `url` at `address`. */
  addressFault(url: URL, address: string): TargetFault | undefined {
    if (!ipaddr.isValid(address)) return "privateAddress"
    const plain = plainly(address)
    if (this.#isOurs(plain)) return undefined
    if (plain.range() !== "unicast") return "privateAddress"
    return schemeFault(url)
  }
}

/** Without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/gu, "")

const schemeFault = (url: URL): TargetFault | undefined => {
  if (url.protocol !== "https:") return "scheme"
  return HTTPS_PORTS.has(url.port) ? undefined : "port"
}
