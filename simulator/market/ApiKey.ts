/** ApiKey: which keys the simulator lets in. Any key will do, except those made to be refused. */
import type { IncomingMessage } from "node:http"

/** The key of a request: `?apikey=`, `X-TD-APIKEY`, or `Authorization: apikey KEY`. */
export const apiKeyOf = (request: IncomingMessage, url: URL): string => {
  const header = request.headers["x-td-apikey"]
  const bearer = /^apikey\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1]
  return url.searchParams.get("apikey") ?? (typeof header === "string" ? header : undefined) ?? bearer ?? ""
}

/** The HTTP status that refuses the key: 401 for none or one that starts with `invalid`, 403 for one that starts with `forbidden`. */
export const keyRefusal = (key: string): 401 | 403 | undefined => {
  if (key === "" || key.startsWith("invalid")) return 401
  return key.startsWith("forbidden") ? 403 : undefined
}
