/** clientIp: the address that a request came from. Behind a trusted proxy the envelope has put the proxy's word in place of the proxy's own. */
import { Option } from "effect"
import type { HttpServerRequest } from "effect/http"

/** An IPv4 address that came over an IPv6 socket is written like any other. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:/u, "")

export const clientIp = (request: HttpServerRequest.HttpServerRequest): string =>
  plainAddress(Option.getOrElse(request.remoteAddress, () => "unknown"))
