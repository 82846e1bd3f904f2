/**
 * actors: what it costs to tell every account of a tick, one message each, in the actor systems of npm; beside them our own way, in which a
 * tick goes to the symbol actor and to no account that it does nothing to.
 */
import { Effect, Queue } from "effect"
import { dispatch, spawn, start, stop } from "nact"
import { createActor, fromTransition } from "xstate"
import { type Finding, nanosPerOperation, rounded } from "#bench/Finding.ts"
import { makeSymbolActors } from "#actors/symbol/SymbolActors.ts"
import { decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { Quote } from "#domain/Quote.ts"

const ROUNDS = 5

interface Ticked {
  readonly count: number
}
const ticked = (state: Ticked): Ticked => ({ count: state.count + 1 })

/** Nanoseconds of this thread for each message, the median of some rounds in which every actor gets one. */
const perMessage = async (actors: number, round: () => Promise<void>): Promise<number> => {
  await round()
  const timings: Array<number> = []
  for (let index = 0; index < ROUNDS; index++) {
    const before = process.threadCpuUsage()
    await round()
    const { system, user } = process.threadCpuUsage(before)
    timings.push(((system + user) * 1_000) / actors)
  }
  return timings.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
}

const withXState = (count: number): Promise<number> => {
  const actors = Array.from({ length: count }, () => createActor(fromTransition(ticked, { count: 0 })).start())
  return perMessage(count, async () => {
    for (const actor of actors) actor.send({ type: "tick" })
  })
}

const withNact = async (count: number): Promise<number> => {
  const system = start()
  let left = 0
  let whenDone = () => {}
  const actors = Array.from({ length: count }, (_, index) =>
    spawn(
      system,
      (state: Ticked) => {
        left--
        if (left === 0) whenDone()
        return ticked(state)
      },
      `account${index}`,
      { initialState: { count: 0 } }
    )
  )
  const nanos = await perMessage(count, () => {
    left = count
    const { promise, resolve } = Promise.withResolvers<void>()
    whenDone = resolve
    for (const actor of actors) dispatch(actor, "tick")
    return promise
  })
  stop(system)
  return nanos
}

/** A queue and a fiber for each. */
const withFibers = (count: number): Promise<number> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        let left = 0
        let whenDone = () => {}
        const queues: Array<Queue.Queue<"tick">> = []
        for (let index = 0; index < count; index++) {
          const queue = yield* Queue.unbounded<"tick">()
          let state: Ticked = { count: 0 }
          queues.push(queue)
          yield* Queue.take(queue).pipe(
            Effect.map(() => {
              state = ticked(state)
              left--
              if (left === 0) whenDone()
            }),
            Effect.forever,
            Effect.forkScoped
          )
        }
        return yield* Effect.promise(() =>
          perMessage(count, () => {
            left = count
            const { promise, resolve } = Promise.withResolvers<void>()
            whenDone = resolve
            for (const queue of queues) Queue.offerUnsafe(queue, "tick")
            return promise
          })
        )
      })
    )
  )

/** As many accounts armed; nothing happens to any. */
const withTripwires = (count: number): number => {
  const symbols = makeSymbolActors(() => defaultConfiguration)
  for (let index = 0; index < count; index++) {
    symbols.arm(
      String(index),
      {
        tripwires: [{ symbol: "EURUSD", side: "bid", direction: "atOrBelow", price: decimal("1") - BigInt(index) }],
        marginSlopes: undefined
      },
      0
    )
  }
  const ticks = 10_000
  const quotes = Array.from({ length: ticks }, (_, index): Quote => {
    const bid = decimal("1.1") + BigInt(index % 100) * 1_000n
    return { symbol: "EURUSD", bid, ask: bid + 1_000n, time: 1_000, receivedAt: 1_000, sequence: index, source: "ws" }
  })
  return nanosPerOperation(ROUNDS, ticks, () => symbols.accept(quotes))
}

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const findings: Array<Finding> = []
  for (const count of [1_000, 10_000, 100_000]) {
    const ours = withTripwires(count)
    const peers = {
      "XState actors": await withXState(count),
      "nact actors": await withNact(count),
      "Effect fibers": await withFibers(count)
    }
    for (const [peer, nanos] of Object.entries(peers)) {
      findings.push({
        of: `a tick with tripwires, beside ${peer} that are told one by one`,
        work: `${count.toLocaleString("en")} accounts`,
        figure: rounded(ours / 1_000),
        unit: "µs",
        limit: rounded((nanos * count) / 1_000),
        ratio: rounded(ours / (nanos * count))
      })
    }
  }
  return findings
}
