/**
 * memory: what an account holds while it sleeps armed, and while it is awake, with ten positions each; beside the awake one, an entity of the
 * cluster engine that does nothing (the limit: no account awake can hold less), and the same state in an XState actor, in a nact actor, and
 * alone.
 */
import { setTimeout as delay } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Effect, Layer } from "effect"
import { Entity, TestRunner } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { dispatch, spawn, start } from "nact"
import { createActor, fromTransition } from "xstate"
import { makeBook, POSITIONS } from "#bench/decisions/books.ts"
import { makeTape, type Tape } from "#bench/decisions/tape.ts"
import { type Finding, rounded } from "#bench/Finding.ts"
import { makeAccountActors } from "#actors/account/AccountActor.ts"
import { AccountClient } from "#actors/account/AccountClient.ts"
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { decodeAccountState, encodeAccountState } from "#actors/account/AccountStateCodec.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Market } from "#actors/account/Market.ts"
import { ResidentAccounts } from "#actors/account/ResidentAccounts.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { Journal } from "#actors/Journal.ts"
import { Snapshots } from "#actors/Snapshots.ts"
import { makeSymbolActors, SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** Bytes that are held now, when nothing else is going on. */
const heldBytes = async (): Promise<number> => {
  for (let round = 0; round < 4; round++) {
    collectGarbage()
    await delay(20)
  }
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

/** A thousand different books, each read anew from bytes for every account that has it, so that no two accounts share an object. */
const BOOKS = 1_000

class Books {
  readonly #bytes: ReadonlyArray<Uint8Array>

  constructor(tape: Tape, market: Market) {
    this.#bytes = Array.from({ length: BOOKS }, (_, index) => encodeAccountState(makeBook(index, tape, market, 1)))
  }

  of(index: number): AccountState {
    return { ...decodeAccountState(this.#bytes[index % BOOKS] ?? new Uint8Array()), accountId: idOf(index) }
  }
}

const idOf = (index: number): string => String(200_001 + index)

const perAccount = async (count: number, fill: () => unknown): Promise<number> => {
  const before = await heldBytes()
  const kept = await fill()
  const bytes = ((await heldBytes()) - before) / count
  // kept until here
  if (kept === before) throw new Error("nothing was kept")
  return bytes
}

const configurationsOf = (tape: Tape) =>
  Layer.succeed(
    Configurations,
    Configurations.of({ current: () => tape.configuration, change: () => Effect.die("not here"), subscribe: () => () => {} })
  )

/** Armed and asleep: its tripwires, and the time at which time alone will wake it. */
const sleeping = (count: number, tape: Tape, market: Market, books: Books) =>
  Effect.gen(function* () {
    const wakeUps = yield* WakeUps
    // the program itself is no account's
    wakeUps.arm(idOf(count), books.of(count), market, 0)
    return yield* Effect.promise(() =>
      perAccount(count, () => {
        for (let index = 0; index < count; index++) wakeUps.arm(idOf(index), books.of(index), market, 0)
        return wakeUps
      })
    )
  }).pipe(Effect.provide(WakeUps.layer.pipe(Layer.provide(SymbolActors), Layer.provide(configurationsOf(tape)))), Effect.scoped)

/** A journal and snapshots that hand out books: memory is what is measured here. */
const stores = (books: Books) =>
  Layer.mergeAll(
    Layer.succeed(
      Journal,
      Journal.of({
        open: () => Effect.succeed({ epoch: 1, lastSequence: 1 }),
        create: () => Effect.succeed({ epoch: 1, lastSequence: 1 }),
        read: () => Effect.succeed([]),
        append: () => Effect.succeed({ _tag: "Committed", hash: "h" }),
        receipt: () => Effect.succeed(undefined),
        events: () => Effect.succeed([]),
        isBooked: () => Effect.succeed(false)
      })
    ),
    Layer.succeed(
      Snapshots,
      Snapshots.of({
        newest: (accountId) => Effect.sync(() => ({ accountId, sequence: 1, hash: "h", state: books.of(Number(accountId) - 200_001) })),
        save: () => Effect.void
      })
    )
  )

/** Awake: its entity in the cluster engine, mailbox, state, tripwires. */
const awake = (count: number, tape: Tape, books: Books) => {
  const node = AccountClient.pipe(
    Layer.provideMerge(makeAccountActors({ snapshotEveryEvents: 500 })),
    Layer.provideMerge(Layer.mergeAll(WakeUps.layer, ResidentAccounts.layer)),
    Layer.provideMerge(SymbolActors),
    Layer.provideMerge(Layer.mergeAll(stores(books), configurationsOf(tape))),
    Layer.provideMerge(TestRunner.layer)
  )
  return Effect.gen(function* () {
    const accounts = yield* Accounts
    const symbols = yield* Symbols
    symbols.accept(tape.opening)
    yield* accounts.wake(idOf(count), [])
    return yield* Effect.promise(() =>
      perAccount(count, () =>
        Effect.runPromise(
          Effect.forEach(
            Array.from({ length: count }, (_, index) => index),
            (index) => accounts.wake(idOf(index), []),
            { concurrency: 16, discard: true }
          )
        ).then(() => accounts)
      )
    )
  }).pipe(Effect.provide(node), Effect.scoped)
}

const Idle = Entity.make("Idle", [Rpc.make("Ask")])

/** What the cluster engine itself takes for one that is awake. */
const idleEntities = (count: number) => {
  const node = Idle.toLayer(Idle.of({ Ask: () => Effect.void }), { maxIdleTime: "2 minutes", disableFatalDefects: true })
  return Effect.gen(function* () {
    const client = yield* Idle.client
    yield* client(idOf(count)).Ask()
    return yield* Effect.promise(() =>
      perAccount(count, () =>
        Effect.runPromise(
          Effect.forEach(
            Array.from({ length: count }, (_, index) => index),
            (index) => client(idOf(index)).Ask(),
            { concurrency: 16, discard: true }
          )
        ).then(() => client)
      )
    )
  }).pipe(Effect.provide(Layer.provideMerge(node, TestRunner.layer)), Effect.scoped)
}

const peers = async (count: number, books: Books): Promise<Readonly<Record<"state" | "xstate" | "nact", number>>> => {
  const numbers = Array.from({ length: count }, (_, index) => index)
  const state = await perAccount(count, () => numbers.map((index) => books.of(index)))
  const xstate = await perAccount(count, () =>
    numbers.map((index) => createActor(fromTransition((state: AccountState) => state, books.of(index))).start())
  )
  const nact = await perAccount(count, () => {
    const system = start()
    const actors = numbers.map((index) => spawn(system, (state: AccountState) => state, idOf(index), { initialState: books.of(index) }))
    for (const actor of actors) dispatch(actor, "tick")
    return [system, actors]
  })
  return { state, xstate, nact }
}

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const tape = makeTape({ seed: 1, ticks: 0, volatility: 1 })
  const symbols = makeSymbolActors(() => tape.configuration)
  symbols.accept(tape.opening)
  const market: Market = { now: tape.opening[0]?.receivedAt ?? 0, configuration: tape.configuration, quote: symbols.quote }
  const books = new Books(tape, market)
  const findings: Array<Finding> = []
  const workOf = (count: number): string => `${count.toLocaleString("en")} accounts × ${POSITIONS} positions`
  const aimed = (of: string, count: number, figure: number, bytesMax: number): void =>
    void findings.push({
      of,
      work: workOf(count),
      figure: Math.round(figure),
      unit: "bytes",
      aim: { of: "figure", is: "atMost", value: bytesMax }
    })
  const finding = (of: string, count: number, figure: number, limit: number): void =>
    void findings.push({
      of,
      work: workOf(count),
      figure: Math.round(figure),
      unit: "bytes",
      limit: Math.round(limit),
      ratio: rounded(figure / limit)
    })
  for (const count of [1_000, 10_000, 100_000]) {
    aimed("an account asleep and armed", count, await Effect.runPromise(sleeping(count, tape, market, books)), 1_024)
  }
  for (const count of [500, 2_000]) {
    const { nact, state, xstate } = await peers(count, books)
    const bytes = await Effect.runPromise(awake(count, tape, books))
    const idle = await Effect.runPromise(idleEntities(count))
    aimed("an account awake", count, bytes, 20_480)
    finding("an account awake, beside an entity of the engine that does nothing", count, bytes, idle)
    finding("what an account adds to such an entity, beside its state alone", count, bytes - idle, state)
    finding("an account awake, beside its state alone", count, bytes, state)
    finding("an account awake, beside an XState actor with its state", count, bytes, xstate)
    finding("an account awake, beside a nact actor with its state", count, bytes, nact)
  }
  return findings
}
