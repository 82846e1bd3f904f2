/** Faults: the faults that are standing, and what they do to handshakes, price events and REST answers. */
import type { Fault } from "#simulator/market/Fault.ts"
import type { Tick } from "#simulator/market/Tick.ts"
import { upstreamError } from "#simulator/market/UpstreamError.ts"

type Kind = Fault["kind"]
type FaultOf<K extends Kind> = Extract<Fault, { readonly kind: K }>

/** What a fault makes of one REST request. */
export interface RestFault {
  readonly delayMillis: number
  /** Answered in place of the real answer. */
  readonly answer: { readonly status: number; readonly body: string } | undefined
}

/** At most one fault of a kind stands; `left` is how many times it still strikes, undefined for ever. */
type Standing = { [K in Kind]?: { readonly fault: FaultOf<K>; left: number | undefined } }

export class Faults {
  #standing: Standing = {}
  readonly #heldBack = new Map<string, Tick>()

  stand(fault: Fault): void {
    const count = "count" in fault ? fault.count : undefined
    this.#standing = { ...this.#standing, [fault.kind]: { fault, left: count ?? (fault.kind === "handshake" ? 1 : undefined) } }
  }

  clear(): void {
    this.#standing = {}
    this.#heldBack.clear()
  }

  get list(): ReadonlyArray<Fault> {
    return Object.values(this.#standing).map(({ fault }) => fault)
  }

  get nullLists(): boolean {
    return this.#standing.nullLists !== undefined
  }

  /** How the next handshake is refused, if a fault says so. */
  takeHandshake(): FaultOf<"handshake">["status"] | undefined {
    return this.#strike("handshake")?.status
  }

  refusesSubscription(upstreamSymbol: string): boolean {
    return this.#find("subscribeFails")?.symbols.includes(upstreamSymbol) === true
  }

  /** The price events that really go out when `tick` is due. */
  distort(tick: Tick): ReadonlyArray<Tick> {
    if (this.#concerns("silence", tick)) return []
    const { bid: _bid, ask: _ask, ...bare } = tick
    const stripped = this.#concerns("withoutBidAsk", tick) ? bare : tick
    const stamped = this.#find("equalTimestamps") ? { ...stripped, timestamp: Math.floor(stripped.timestamp / 60) * 60 } : stripped
    const ordered = this.#find("outOfOrder") ? this.#swap(stamped) : [stamped]
    return this.#find("repeat") ? ordered.flatMap((one) => [one, one]) : ordered
  }

  /** What happens to the next REST request for `path`. */
  takeRest(path: string): RestFault {
    const delayMillis = this.#strike("restSlow")?.millis ?? 0
    const error = this.#find("restError")
    if (error !== undefined && (error.path === undefined || error.path === path)) {
      this.#strike("restError")
      const answer = { status: error.httpStatus ?? error.code, body: JSON.stringify(upstreamError(error.code)) }
      return { delayMillis, answer }
    }
    if (this.#strike("restGarbage")) return { delayMillis, answer: { status: 200, body: '<html>{"status": "ok", "values": [' } }
    const huge = this.#strike("restHuge")
    return { delayMillis, answer: huge && { status: 200, body: `{"price":"${"1".repeat(huge.bytes)}"}` } }
  }

  #concerns(kind: "silence" | "withoutBidAsk", tick: Tick): boolean {
    const fault = this.#find(kind)
    if (fault === undefined) return false
    return (
      fault.symbols === undefined ||
      fault.symbols.some((name) => name === tick.instrument.symbol || name === tick.instrument.upstreamSymbol)
    )
  }

  #swap(tick: Tick): ReadonlyArray<Tick> {
    const held = this.#heldBack.get(tick.instrument.symbol)
    if (held === undefined) {
      this.#heldBack.set(tick.instrument.symbol, tick)
      return []
    }
    this.#heldBack.delete(tick.instrument.symbol)
    return [tick, held]
  }

  #find<K extends Kind>(kind: K): FaultOf<K> | undefined {
    return this.#standing[kind]?.fault
  }

  #strike<K extends Kind>(kind: K): FaultOf<K> | undefined {
    const fault = this.#find(kind)
    const entry = this.#standing[kind]
    if (entry?.left !== undefined && --entry.left <= 0) delete this.#standing[kind]
    return fault
  }
}
