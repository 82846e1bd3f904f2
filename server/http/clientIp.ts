/** clientIp: the address that a request came from. Behind a trusted proxy the envelope has put the proxy's word in place of the proxy's own. */
import { isIPv6 } from "node:net"
import { Option } from "effect"
import type { HttpServerRequest } from "effect/http"

/** An IPv4 address that came over an IPv6 socket is written like any other. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/iu, "")

const GROUPS = 8
/** Groups of 16 bits that name a network: whoever has one IPv6 address has all that begin with these. */
const NETWORK_GROUPS = 4

/** The /64 of an IPv6 address; anything else stays as it is. */
export const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address
  const [head = "", tail] = address.split("%", 1).join("").split("::")
  const groups = (text: string | undefined) => (text === undefined || text === "" ? [] : text.split(":"))
  const [first, last] = [groups(head), groups(tail)]
  const zeros = tail === undefined ? 0 : GROUPS - first.length - last.length - (address.includes(".") ? 1 : 0)
  const all = [...first, ...Array.from({ length: zeros }, () => "0"), ...last]
  return `${all
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`
}

export const clientIp = (request: HttpServerRequest.HttpServerRequest): string =>
  plainAddress(Option.getOrElse(request.remoteAddress, () => "unknown"))
