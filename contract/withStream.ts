/** withStream: adds `GET /stream` to the OpenAPI document, which has no words for WebSockets: the messages are components, this says where to send them. */
import { SYMBOLS_TEXT_LENGTH_MAX } from "#contract/Wire.ts"

const problem = (description: string, component: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: `#/components/schemas/${component}` } } }
})

const streamOperation = {
  get: {
    tags: ["Stream"],
    operationId: "stream.open",
    summary: "Live quotes and accounts over a WebSocket",
    description:
      "JSON messages: the client sends `ClientMessage`, the server `ServerMessage`. Quotes need no session; with a session cookie the client's own accounts " +
      "come too. At most 10 `quotes` and `account` frames a second; values in between are merged. Close codes: 1012 restart, 4008 not read fast enough, " +
      "4029 too many messages, 4400 not in the protocol, 4401 session ended.",
    parameters: [
      {
        name: "symbols",
        in: "query",
        required: false,
        description: "Symbols separated by commas, to begin with",
        schema: { type: "string", maxLength: SYMBOLS_TEXT_LENGTH_MAX, examples: ["EURUSD,BTCUSD"] }
      }
    ],
    security: [{}, { session: [] }],
    responses: {
      "101": { description: "The connection is a WebSocket now" },
      "403": problem("The Origin is not this site's", "CrossSiteRequestEncoded"),
      "422": problem("Not a list of symbols", "ValidationFailedEncoded"),
      "426": { description: "Not a WebSocket handshake" },
      "429": problem("Too many connections", "TooManyRequestsEncoded"),
      "500": problem("Something went wrong on our side", "InternalErrorEncoded"),
      "503": problem("Not available right now", "ServiceUnavailableEncoded")
    }
  }
} as const

const streamTag = { name: "Stream", description: "Live quotes and accounts over a WebSocket." }

export const withStream = (document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...document,
  tags: [...(Array.isArray(document["tags"]) ? document["tags"] : []), streamTag],
  paths: { ...(typeof document["paths"] === "object" ? document["paths"] : {}), "/stream": streamOperation }
})
