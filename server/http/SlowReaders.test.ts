import { createServer, type Server } from "node:http"
import { connect, type Socket } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { cutSlowReaders } from "#server/http/SlowReaders.ts"

const CHECK_MILLIS = 20
const STALLED_MILLIS_MAX = 200
/** More than the kernel takes off our hands. */
const ANSWER_BYTES = 64 * 1024 * 1024
const PIECE_BYTES = 64 * 1024

let server: Server
afterEach(() => void server.close())

/** Answers `ANSWER_BYTES` in pieces, as fast as they are taken; then says nothing for `quietMillis` before it ends. */
const ask = async (quietMillis = 0): Promise<Socket> => {
  server = cutSlowReaders(createServer(), CHECK_MILLIS, STALLED_MILLIS_MAX).on("request", (_, response) => {
    const piece = Buffer.alloc(PIECE_BYTES)
    let left = ANSWER_BYTES / PIECE_BYTES
    const more = (): void => {
      while (left-- > 0) if (!response.write(piece)) return
      setTimeout(() => response.end("last"), quietMillis)
    }
    response.on("drain", more)
    more()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  if (typeof address !== "object" || address === null) throw new Error("the server does not listen")
  const socket = connect(address.port, "127.0.0.1")
  socket.on("error", () => socket.destroy())
  socket.write("GET / HTTP/1.1\r\nHost: keel\r\nConnection: close\r\n\r\n")
  return socket
}

/** Bytes and end of what is read until the connection closes. */
const readAll = (socket: Socket) =>
  new Promise<{ bytes: number; tail: string }>((resolve) => {
    let bytes = 0
    let tail = ""
    socket.on("data", (chunk) => {
      bytes += chunk.length
      tail = chunk.subarray(-20).toString("latin1")
    })
    socket.on("close", () => resolve({ bytes, tail }))
  })

describe("an answer", () => {
  it("that nobody takes is given up", async () => {
    const socket = await ask()
    socket.pause()
    const connection = await new Promise<Socket>((resolve) => server.once("connection", resolve))
    await new Promise((resolve) => connection.once("close", resolve))
    const { bytes } = await readAll(socket.resume())
    expect(bytes).toBeLessThan(ANSWER_BYTES)
  })

  it("that is taken goes on, however long it has nothing to say", async () => {
    const { bytes, tail } = await readAll(await ask(3 * STALLED_MILLIS_MAX))
    expect(bytes).toBeGreaterThan(ANSWER_BYTES)
    expect(tail).toContain("last")
  })
})
