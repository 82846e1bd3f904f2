/**
 * The peer: a bare `ws` relay between upstream and browsers. It copies each frame, unread, to those who subscribed to its symbol: no quality
 * gate, no last quotes, no pacing, no accounts.
 */
import { WebSocket, WebSocketServer } from "ws"
import { probeSymbols, walkingSymbols } from "#bench/market/instruments.ts"

const [, , upstreamUrl = ""] = process.argv
const watchers = new Map<string, Set<WebSocket>>()
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false })
server.on("connection", (socket, request) => {
  const symbols = new URL(request.url ?? "/", "http://relay").searchParams.get("symbols")?.split(",") ?? []
  for (const symbol of symbols) watchers.set(symbol, (watchers.get(symbol) ?? new Set()).add(socket))
  socket.on("close", () => symbols.forEach((symbol) => watchers.get(symbol)?.delete(socket)))
})

const SYMBOL = '"symbol":"'
const upstream = new WebSocket(upstreamUrl, { headers: { "X-TD-APIKEY": "bench" }, perMessageDeflate: false })
upstream.on("open", () => {
  upstream.send(JSON.stringify({ action: "subscribe", params: { symbols: [...walkingSymbols, ...probeSymbols].join(",") } }))
  const address = server.address()
  console.log(`ready ws://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/stream`)
})
upstream.on("message", (data: Buffer) => {
  const at = data.indexOf(SYMBOL) + SYMBOL.length
  const symbol = data.toString("latin1", at, data.indexOf('"', at))
  for (const socket of watchers.get(symbol) ?? []) socket.send(data, { binary: false })
})
