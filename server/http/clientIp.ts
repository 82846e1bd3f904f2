/** clientIp: the address that a request came from. X-Forwarded-For is anybody's word, and no proxy is configured as trusted: it is not read. */
import { Option } from "effect"
import type { HttpServerRequest } from "effect/http"

export const clientIp = (request: HttpServerRequest.HttpServerRequest): string =>
  Option.getOrElse(request.remoteAddress, () => "unknown").replace(/^::ffff:/u, "")
