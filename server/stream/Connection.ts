/** Connection: one client's socket: numbers its frames, paces them, and gives up on a client that does not read. */
import { CloseCode, FRAMES_PER_SECOND_MAX, HEARTBEAT_MILLIS } from "#contract/Stream.ts"
import type { Quote } from "#domain/Quote.ts"
import type { Visitor } from "#server/auth/AccountDirectory.ts"
import { Outbox } from "#server/stream/Outbox.ts"
import { Effect, Latch, type Clock } from "effect"

/** Time between two quote or account frames. */
const FRAME_MILLIS = 1_000 / FRAMES_PER_SECOND_MAX
/** With more than this unread, nothing is added: values are merged until the client has caught up. */
export const UNREAD_BYTES_SOFT_MAX = 256 * 1024
/** With more than this unread, or not caught up for so long, the client is cut off. */
export const UNREAD_BYTES_HARD_MAX = 4 * 1024 * 1024
export const UNREAD_MILLIS_MAX = 10_000
/** A client that answered no ping for this long is gone. */
const PING_MILLIS = 15_000
/** Messages from the client: so many at once, refilled so many a second. */
const MESSAGES_AT_ONCE_MAX = 50
const MESSAGES_PER_SECOND_MAX = 20

/** What is used of a WebSocket of `ws`. */
export interface StreamSocket {
  readonly bufferedAmount: number
  readonly send: (text: string) => void
  readonly ping: () => void
  readonly close: (code: number, reason: string) => void
  readonly terminate: () => void
}

/** Who watches, and what is done when they ask for an account that is not open to them. */
export interface Watcher extends Visitor {
  readonly refused: (accountId: string) => Effect.Effect<void>
}

export class Connection {
  readonly visitor: Watcher | undefined
  readonly outbox: Outbox
  readonly symbols = new Set<string>()
  readonly accounts = new Set<string>()
  readonly #socket: StreamSocket
  readonly #clock: Clock.Clock
  readonly #work = Latch.makeUnsafe(false)
  #sequence = 0
  #lastFrameAt: number
  #lastPingAt: number
  #isAlive = true
  #unreadSince: number | undefined
  #messages = MESSAGES_AT_ONCE_MAX
  #messagesAt: number

  constructor(socket: StreamSocket, clock: Clock.Clock, visitor: Watcher | undefined, textOf: (quote: Quote) => string) {
    const now = clock.currentTimeMillisUnsafe()
    this.#socket = socket
    this.#clock = clock
    this.visitor = visitor
    this.outbox = new Outbox(textOf)
    this.#lastFrameAt = now
    this.#lastPingAt = now
    this.#messagesAt = now
  }

  /** At once, besides the paced frames: answers to what the client asked. `members` is JSON, without braces, "" for none. */
  send(type: string, members: string): void {
    const now = this.#clock.currentTimeMillisUnsafe()
    this.#sequence += 1
    this.#lastFrameAt = now
    this.#socket.send(`{"type":"${type}","sequence":${this.#sequence},"time":${now}${members === "" ? "" : `,${members}`}}`)
  }

  /** There is something in the outbox. */
  wake(): void {
    this.#work.openUnsafe()
  }

  /** Sends what the outbox holds, one frame at a time, for as long as it runs. */
  readonly pump: Effect.Effect<never> = Effect.suspend(() => {
    if (this.#isBehind()) return Effect.sleep(FRAME_MILLIS)
    this.#work.closeUnsafe()
    const frame = this.outbox.take()
    if (frame !== undefined) this.send(frame.type, frame.members)
    if (!this.outbox.isEmpty) this.#work.openUnsafe()
    return frame === undefined ? Effect.void : Effect.sleep(FRAME_MILLIS)
  }).pipe((step) => Effect.forever(Effect.andThen(this.#work.await, step)))

  /** The client has yet to read what it was sent. */
  #isBehind(): boolean {
    const unread = this.#socket.bufferedAmount
    if (unread <= UNREAD_BYTES_SOFT_MAX) {
      this.#unreadSince = undefined
      return false
    }
    const now = this.#clock.currentTimeMillisUnsafe()
    this.#unreadSince ??= now
    if (unread > UNREAD_BYTES_HARD_MAX || now - this.#unreadSince > UNREAD_MILLIS_MAX)
      this.cut(CloseCode.slowConsumer, "not read fast enough")
    return true
  }

  /** Tells the client why, and does not wait for it to hear. */
  cut(code: number, reason: string): void {
    this.#socket.close(code, reason)
    this.#socket.terminate()
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  pong(): void {
    this.#isAlive = true
  }

  /** From time to time: a frame after silence, a ping, and an end to clients that are gone. */
  keepAlive(): void {
    const now = this.#clock.currentTimeMillisUnsafe()
    if (now - this.#lastFrameAt >= HEARTBEAT_MILLIS) this.send("heartbeat", "")
    if (now - this.#lastPingAt < PING_MILLIS) return
    if (!this.#isAlive) return this.#socket.terminate()
    this.#isAlive = false
    this.#lastPingAt = now
    this.#socket.ping()
  }

  /** Whether one more message of the client's may be looked at. */
  mayReceive(): boolean {
    const now = this.#clock.currentTimeMillisUnsafe()
    const refill = ((now - this.#messagesAt) / 1_000) * MESSAGES_PER_SECOND_MAX
    this.#messages = Math.min(MESSAGES_AT_ONCE_MAX, this.#messages + refill)
    this.#messagesAt = now
    if (this.#messages < 1) return false
    this.#messages -= 1
    return true
  }
}
