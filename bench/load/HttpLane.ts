/**
 * HttpLane: one keep-alive connection that sends one request after the other. Does as little as a client can, so that load and server share
 * the machine's cores fairly; answers must carry a content-length.
 */
import net from "node:net"

export interface LaneAnswer {
  readonly status: number
  readonly body: string
}

/** Bytes of an answer's head and body, at most. */
const ANSWER_BYTES_MAX = 1_048_576

export class HttpLane {
  readonly #host: string
  readonly #port: number
  #socket: net.Socket | undefined
  #received: Buffer = Buffer.alloc(0)
  #waiting: { readonly resolve: (answer: LaneAnswer) => void; readonly reject: (error: Error) => void } | undefined

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#host = hostname
    this.#port = Number(port)
  }

  /** Fails when no answer comes; the next request connects anew. */
  send(method: string, path: string, headers: string, body = ""): Promise<LaneAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      const length = body === "" ? "" : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
      this.#connected().write(`${method} ${path} HTTP/1.1\r\nhost: ${this.#host}:${this.#port}\r\n${headers}${length}\r\n${body}`)
    })
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #connected(): net.Socket {
    if (this.#socket !== undefined) return this.#socket
    const socket = net.connect(this.#port, this.#host)
    socket.setNoDelay(true)
    socket.on("data", (data: Buffer) => this.#take(data))
    socket.on("error", () => {})
    socket.on("close", () => {
      if (this.#socket === socket) this.#end(new Error("the connection was closed"))
    })
    this.#socket = socket
    this.#received = Buffer.alloc(0)
    return socket
  }

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data])
    if (this.#received.length > ANSWER_BYTES_MAX) return this.#end(new Error("the answer is too long"))
    const head = this.#received.indexOf("\r\n\r\n")
    if (head < 0) return
    const text = this.#received.toString("latin1", 0, head + 2)
    const length = Number(/\r\ncontent-length: (\d+)/iu.exec(text)?.[1] ?? Number.NaN)
    if (Number.isNaN(length)) return this.#end(new Error(`the answer has no length: ${text}`))
    const end = head + 4 + length
    if (this.#received.length < end) return
    const answer = { status: Number(text.slice(9, 12)), body: this.#received.toString("utf8", head + 4, end) }
    this.#received = this.#received.subarray(end)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
  }

  #end(error: Error): void {
    this.close()
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(error)
  }
}
