/** makeNodeServer: Node's HTTP server with a bound on everything that a slow or hostile client could stretch. */
import { createServer, type Server } from "node:http"

export const HEADERS_TIMEOUT_MILLIS = 10_000
export const REQUEST_TIMEOUT_MILLIS = 15_000
export const HEADER_BYTES_MAX = 16 * 1024
const KEEP_ALIVE_TIMEOUT_MILLIS = 65_000
const CONNECTIONS_CHECK_MILLIS = 2_000

export const makeNodeServer = (): Server =>
  createServer({
    headersTimeout: HEADERS_TIMEOUT_MILLIS,
    requestTimeout: REQUEST_TIMEOUT_MILLIS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MILLIS,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MILLIS,
    maxHeaderSize: HEADER_BYTES_MAX
  })
