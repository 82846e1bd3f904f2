/** Watchers: browsers' sockets on a stream, what arrives on them, and how long a probe took from upstream to them. */
import { WebSocket } from "ws"
import { probeSymbols, walkingSymbols } from "#bench/market/instruments.ts"

/** Symbols of a watchlist: one that is probed, the others tick all the time. */
const WATCHLIST = 10
/** One in so many watches nothing but a probe. */
const QUIET_SHARE = 10
/** A probe goes out every so often. */
const PROBE_MILLIS = 12

const FRAME_TIME = /"type":"quotes","sequence":\d+,"time":(\d+)/u
const RECEIVED = /"receivedAt":(\d+)/gu
const PROBED = /"symbol":"(P\d+)".*?"bid":"?([\d.]+)/gu

export interface Arrivals {
  frames: number
  bytes: number
  /** Milliseconds from the probe's sending to its arrival: at clients whose other symbols tick all the time, and at quiet ones. */
  readonly busy: Array<number>
  readonly quiet: Array<number>
  /** Milliseconds from a probe's reception to the frame that carries it, by the server's own clock, at quiet clients; the relay tells none. */
  readonly inside: Array<number>
}

const nothing = (): Arrivals => ({ frames: 0, bytes: 0, busy: [], quiet: [], inside: [] })

export class Watchers {
  readonly #controlUrl: string
  readonly #sockets: Array<WebSocket> = []
  readonly #sent = new Map<string, number>()
  #arrivals = nothing()
  #probes = 0

  constructor(controlUrl: string) {
    this.#controlUrl = controlUrl
  }

  /** Opens so many sockets, each with its own watchlist. */
  async open(streamUrl: string, count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const isQuiet = index % QUIET_SHARE === 0
        const probe = probeSymbols[Math.floor(index / (isQuiet ? QUIET_SHARE : 1)) % probeSymbols.length] ?? ""
        const others = isQuiet ? 0 : WATCHLIST - 1
        const symbols = [
          probe,
          ...Array.from({ length: others }, (_ignored, other) => walkingSymbols[(index * others + other) % walkingSymbols.length])
        ]
        return this.#connect(`${streamUrl}?symbols=${symbols.join(",")}`, isQuiet)
      })
    )
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.terminate()
  }

  /** What arrives in so many milliseconds, while probes are sent. */
  async listen(millis: number): Promise<Arrivals> {
    this.#arrivals = nothing()
    const probing = setInterval(() => void this.#probe(), PROBE_MILLIS)
    await new Promise((resolve) => setTimeout(resolve, millis))
    clearInterval(probing)
    return this.#arrivals
  }

  #connect(url: string, isQuiet: boolean): Promise<void> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    this.#sockets.push(socket)
    socket.on("message", (data: Buffer) => {
      this.#arrivals.frames++
      this.#arrivals.bytes += data.length
      if (data.includes('"symbol":"P')) this.#takeProbes(data.toString("latin1"), isQuiet)
    })
    return new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject))
  }

  #takeProbes(text: string, isQuiet: boolean): void {
    const now = performance.now()
    for (const [, symbol, bid] of text.matchAll(PROBED)) {
      const sentAt = this.#sent.get(`${symbol} ${bid}`)
      if (sentAt !== undefined) this.#arrivals[isQuiet ? "quiet" : "busy"].push(now - sentAt)
    }
    const frameTime = isQuiet ? FRAME_TIME.exec(text)?.[1] : undefined
    if (frameTime === undefined) return
    for (const [, received] of text.matchAll(RECEIVED)) this.#arrivals.inside.push(Number(frameTime) - Number(received))
  }

  /** Each probe has a price of its own, by which it is known again. */
  async #probe(): Promise<void> {
    const number = ++this.#probes
    const symbol = probeSymbols[number % probeSymbols.length] ?? ""
    const bid = (100 + (number % 5_000) / 100).toFixed(2)
    this.#sent.set(`${symbol} ${bid}`, performance.now())
    await fetch(`${this.#controlUrl}/control/ticks`, {
      method: "POST",
      body: JSON.stringify([{ symbol, bid, ask: (Number(bid) + 0.02).toFixed(2) }])
    })
  }
}
