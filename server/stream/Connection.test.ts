import { it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { quote } from "#actors/account/testing.ts"
import { CloseCode, HEARTBEAT_MILLIS } from "#contract/Stream.ts"
import { Connection, UNREAD_BYTES_HARD_MAX, UNREAD_BYTES_SOFT_MAX, UNREAD_MILLIS_MAX } from "#server/stream/Connection.ts"

/** A socket that remembers, and reads only when told to. */
const makeSocket = () => {
  const socket = {
    bufferedAmount: 0,
    frames: new Array<{ type: string; sequence: number; time: number; quotes?: ReadonlyArray<string> }>(),
    pings: 0,
    closed: new Array<number>(),
    isTerminated: false,
    send: (text: string) => void socket.frames.push(JSON.parse(text)),
    ping: () => void socket.pings++,
    close: (code: number) => void socket.closed.push(code),
    terminate: () => void (socket.isTerminated = true)
  }
  return socket
}

const connected = Effect.gen(function* () {
  const socket = makeSocket()
  const connection = new Connection(socket, yield* Clock.Clock, undefined, ({ bid }) => `"${bid}"`)
  yield* Effect.forkScoped(connection.pump)
  const tick = (bid: string) => {
    connection.outbox.quote(quote("EURUSD", bid, "9"))
    connection.wake()
  }
  return { socket, connection, tick }
})

describe("frames", () => {
  it.effect("are numbered without a gap and carry the server's time", () =>
    Effect.gen(function* () {
      const { connection, socket, tick } = yield* connected
      connection.send("welcome", `"userId":null`)
      tick("1")
      yield* TestClock.adjust(1_000)
      connection.send("pong", "")
      expect(socket.frames).toMatchObject([
        { type: "welcome", sequence: 1, time: 0, userId: null },
        { type: "quotes", sequence: 2 },
        { type: "pong", sequence: 3, time: 1_000 }
      ])
    })
  )

  it.effect("come at once after silence, and then ten a second at most, with the last value", () =>
    Effect.gen(function* () {
      const { socket, tick } = yield* connected
      tick("1")
      yield* TestClock.adjust(0)
      expect(socket.frames.length).toBe(1)
      for (let millis = 0; millis < 10_000; millis += 5) {
        tick(`${millis + 2}`)
        yield* TestClock.adjust(5)
      }
      expect(socket.frames.length).toBeLessThanOrEqual(101)
      expect(socket.frames.length).toBeGreaterThan(95)
      yield* TestClock.adjust(100)
      expect(socket.frames.at(-1)?.quotes).toEqual(["999700000000"])
    })
  )
})

describe("a client that does not read", () => {
  it.effect("gets nothing more, and then the last value", () =>
    Effect.gen(function* () {
      const { socket, tick } = yield* connected
      socket.bufferedAmount = UNREAD_BYTES_SOFT_MAX + 1
      for (let count = 1; count <= 50; count++) {
        tick(String(count))
        yield* TestClock.adjust(100)
      }
      expect(socket.frames).toEqual([])
      socket.bufferedAmount = 0
      yield* TestClock.adjust(100)
      expect(socket.frames).toMatchObject([{ type: "quotes", quotes: ["5000000000"] }])
      expect(socket.closed).toEqual([])
    })
  )

  it.effect("for too long is cut off", () =>
    Effect.gen(function* () {
      const { socket, tick } = yield* connected
      socket.bufferedAmount = UNREAD_BYTES_SOFT_MAX + 1
      tick("1")
      yield* TestClock.adjust(UNREAD_MILLIS_MAX)
      expect(socket.isTerminated).toBe(false)
      yield* TestClock.adjust(200)
      expect(socket.closed[0]).toBe(CloseCode.slowConsumer)
      expect(socket.isTerminated).toBe(true)
    })
  )

  it.effect("with too much unread is cut off at once", () =>
    Effect.gen(function* () {
      const { socket, tick } = yield* connected
      socket.bufferedAmount = UNREAD_BYTES_HARD_MAX + 1
      tick("1")
      yield* TestClock.adjust(0)
      expect(socket.closed[0]).toBe(CloseCode.slowConsumer)
    })
  )
})

describe("keeping alive", () => {
  it.effect("sends a heartbeat after silence only", () =>
    Effect.gen(function* () {
      const { connection, socket, tick } = yield* connected
      yield* TestClock.adjust(HEARTBEAT_MILLIS - 1)
      connection.keepAlive()
      expect(socket.frames).toEqual([])
      yield* TestClock.adjust(1)
      connection.keepAlive()
      expect(socket.frames).toMatchObject([{ type: "heartbeat" }])
      tick("1")
      yield* TestClock.adjust(HEARTBEAT_MILLIS - 1)
      connection.keepAlive()
      expect(socket.frames.map(({ type }) => type)).toEqual(["heartbeat", "quotes"])
    })
  )

  it.effect("ends a client that answers no ping", () =>
    Effect.gen(function* () {
      const { connection, socket } = yield* connected
      yield* TestClock.adjust(15_000)
      connection.keepAlive()
      expect(socket.pings).toBe(1)
      connection.pong()
      yield* TestClock.adjust(15_000)
      connection.keepAlive()
      expect([socket.pings, socket.isTerminated]).toEqual([2, false])
      yield* TestClock.adjust(15_000)
      connection.keepAlive()
      expect(socket.isTerminated).toBe(true)
    })
  )
})

it.effect("a client may say fifty things at once and twenty a second", () =>
  Effect.gen(function* () {
    const { connection } = yield* connected
    const said = (count: number) => Array.from({ length: count }, () => connection.mayReceive()).filter(Boolean).length
    expect(said(60)).toBe(50)
    yield* TestClock.adjust(1_000)
    expect(said(60)).toBe(20)
    yield* TestClock.adjust(60_000)
    expect(said(60)).toBe(50)
  })
)
