/** makeNodeServer: Node's HTTP server with a bound on everything that a slow or hostile client could stretch. */
import { dataHeaders } from "#server/http/securityHeaders.ts"
import { cutSlowReaders } from "#server/http/SlowReaders.ts"
import { createServer, STATUS_CODES, type Server } from "node:http"
import type { Duplex } from "node:stream"

export const HEADERS_TIMEOUT_MILLIS = 10_000
export const REQUEST_TIMEOUT_MILLIS = 15_000
export const HEADER_BYTES_MAX = 16 * 1024
/** More are closed as they come. A process that may open fewer files is bounded by that. */
const CONNECTIONS_MAX = 20_000
const KEEP_ALIVE_TIMEOUT_MILLIS = 65_000
const CONNECTIONS_CHECK_MILLIS = 2_000

/** What Node calls it when a request does not become one. */
const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408
}
const BAD_REQUEST = 400
const EXPECTATION_FAILED = 417

/** Of every answer that is given here. */
const HEADERS = { ...dataHeaders, "cache-control": "no-store", "content-length": "0", connection: "close" }

/** Answers on a connection that has no request, or is no longer one of requests, and closes it. */
export const answerAndClose = (socket: Duplex, status: number): void => {
  const headers = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}`)
  socket.end(`${[`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers].join("\r\n")}\r\n\r\n`)
}

/** What is not HTTP never reaches the router: it is answered here, with the same headers, and its connection closed. */
const refuse = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy()
    return
  }
  answerAndClose(socket, STATUS_OF[error.code ?? ""] ?? BAD_REQUEST)
}

export const makeNodeServer = (): Server => {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MILLIS,
    requestTimeout: REQUEST_TIMEOUT_MILLIS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MILLIS,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MILLIS,
    maxHeaderSize: HEADER_BYTES_MAX
  })
    .on("clientError", refuse)
    .on("checkExpectation", (_request, response) => response.writeHead(EXPECTATION_FAILED, HEADERS).end())
  server.maxConnections = CONNECTIONS_MAX
  return cutSlowReaders(server, CONNECTIONS_CHECK_MILLIS)
}
