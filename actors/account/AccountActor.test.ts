/** The shell around the core, on a journal that fails on demand: one effect and one answer per command, whatever happens on the way. */
import { Deferred, Effect, Fiber, Layer, Stream } from "effect"
import { TestRunner } from "effect/cluster"
import { describe, expect, it, vi } from "vitest"
import { makeAccountActors } from "#actors/account/AccountActor.ts"
import { AccountClient } from "#actors/account/AccountClient.ts"
import type { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { ResidentAccounts } from "#actors/account/ResidentAccounts.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { type Fault, InMemoryJournal, inMemorySnapshots } from "../../tests/InMemoryJournal.ts"

const ACCOUNT = "100001"
const origin: Origin = { kind: "client", id: "test" }
const openAccount: AccountCommand = {
  _tag: "OpenAccount",
  clientId: "C1",
  currency: "USD",
  mode: "hedging",
  group: "professional",
  leverage: 100
}
const deposit = (reference: string, amount = "10000"): AccountCommand => ({
  _tag: "ApplyBalanceOperation",
  kind: "deposit",
  amount: decimal(amount),
  reference
})
const buy: AccountCommand = {
  _tag: "PlaceOrder",
  symbol: "EURUSD",
  side: "buy",
  type: "market",
  lots: decimal("1"),
  timeInForce: "IOC",
  stopLoss: decimal("1.09")
}

const configurations = Layer.succeed(
  Configurations,
  Configurations.of({ current: () => defaultConfiguration, change: () => Effect.die("not in this test"), subscribe: () => () => {} })
)

/** One node with one journal; `body` runs against it. */
const onNode = <A, E>(
  journal: InMemoryJournal,
  body: (accounts: Accounts["Service"], symbols: Symbols["Service"]) => Effect.Effect<A, E, WakeUps>
) => {
  const node = AccountClient.pipe(
    Layer.provideMerge(makeAccountActors({ snapshotEveryEvents: 5 })),
    Layer.provideMerge(Layer.mergeAll(WakeUps.layer, ResidentAccounts.layer)),
    Layer.provideMerge(SymbolActors),
    Layer.provideMerge(Layer.mergeAll(journal.layer, inMemorySnapshots().layer, configurations)),
    Layer.provideMerge(TestRunner.layer)
  )
  return Effect.runPromise(
    Effect.gen(function* () {
      return yield* body(yield* Accounts, yield* Symbols)
    }).pipe(Effect.provide(node), Effect.timeout("20 seconds"))
  )
}

const execute = (accounts: Accounts["Service"], commandId: string, command: AccountCommand) =>
  accounts.execute(ACCOUNT, { commandId, command, origin })

const tick = (symbols: Symbols["Service"], bid: string, sequence: number) => {
  const receivedAt = Date.now()
  const price = decimal(bid)
  symbols.accept([{ symbol: "EURUSD", bid: price, ask: price + decimal("0.0001"), time: 1_000, receivedAt, sequence, source: "ws" }])
}

const typesOf = (journal: InMemoryJournal) => journal.accountOf(ACCOUNT).events.map(({ event }) => event._tag)

describe("a command", () => {
  const faults: ReadonlyArray<readonly [string, ReadonlyArray<Fault>]> = [
    ["whose append fails unwritten", ["beforeWrite"]],
    ["whose answer is lost after the write", ["lostAnswer"]],
    ["that another owner overtakes", ["stale"]],
    ["that fails in two ways in a row", ["beforeWrite", "lostAnswer"]]
  ]
  it.each(faults)("%s has one effect and gets its answer", (_, planned) => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts) =>
      Effect.gen(function* () {
        yield* execute(accounts, "open", openAccount)
        journal.faults.push(...planned)
        const outcome = yield* execute(accounts, "d1", deposit("R1"))
        expect(outcome.events.map(({ _tag }) => _tag)).toEqual(["LedgerEntryBooked"])
        expect(typesOf(journal)).toEqual(["AccountOpened", "LedgerEntryBooked"])
        const { state, version } = yield* accounts.view(ACCOUNT)
        expect([version, state.balance]).toEqual([2, decimal("10000")])
      })
    )
  })

  it("sent again with the same id gets the same answer; with another body it is refused", () => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts) =>
      Effect.gen(function* () {
        yield* execute(accounts, "open", openAccount)
        const first = yield* execute(accounts, "d1", deposit("R1"))
        yield* execute(accounts, "d2", deposit("R2"))
        expect(yield* execute(accounts, "d1", deposit("R1"))).toEqual(first)
        const failure = yield* Effect.flip(execute(accounts, "d1", deposit("R1", "5")))
        expect(failure._tag).toBe("CommandIdReused")
        expect(typesOf(journal)).toHaveLength(3)
      })
    )
  })

  it("that was refused is refused again with the same figures, although the account moved on", () => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts, symbols) =>
      Effect.gen(function* () {
        yield* execute(accounts, "open", openAccount)
        tick(symbols, "1.1", 1)
        const first = yield* execute(accounts, "b1", buy)
        expect(first.rejection?.reason).toBe("INSUFFICIENT_FREE_MARGIN")
        yield* execute(accounts, "d1", deposit("R1"))
        expect(yield* execute(accounts, "b1", buy)).toEqual(first)
      })
    )
  })

  it("whose outcome stays unknown after all attempts says so, and is done when sent again", () => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts) =>
      Effect.gen(function* () {
        yield* execute(accounts, "open", openAccount)
        journal.faults.push("beforeWrite", "beforeWrite", "beforeWrite")
        expect((yield* Effect.flip(execute(accounts, "d1", deposit("R1"))))._tag).toBe("OutcomeUnknown")
        yield* execute(accounts, "d1", deposit("R1"))
        expect(typesOf(journal)).toEqual(["AccountOpened", "LedgerEntryBooked"])
      })
    )
  })

  it("sent by fifty clients at once with one id has one effect and fifty equal answers", () => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts) =>
      Effect.gen(function* () {
        yield* execute(accounts, "open", openAccount)
        const outcomes = yield* Effect.all(
          Array.from({ length: 50 }, () => execute(accounts, "d1", deposit("R1"))),
          { concurrency: "unbounded" }
        )
        expect(new Set(outcomes.map(({ version }) => version))).toEqual(new Set([2]))
        expect(typesOf(journal)).toHaveLength(2)
      })
    )
  })
})

/** The one closing trade of the account. */
const closingTrade = (journal: InMemoryJournal) =>
  journal
    .accountOf(ACCOUNT)
    .events.map(({ event }) => event)
    .find((event) => event._tag === "PositionClosed")?.trade

const whenFlat = (accounts: Accounts["Service"]) =>
  accounts.watch(ACCOUNT).pipe(
    Stream.filter(({ state }) => state.positions.size === 0),
    Stream.runHead
  )

/** An account with a position, whose wake-ups are delivered, at 1.1. */
const exposed = (accounts: Accounts["Service"], symbols: Symbols["Service"], order: AccountCommand) =>
  Effect.gen(function* () {
    const wakeUps = yield* WakeUps
    yield* Effect.forkChild(wakeUps.run(accounts.wake))
    yield* execute(accounts, "open", openAccount)
    yield* execute(accounts, "d1", deposit("R1"))
    tick(symbols, "1.1", 1)
    yield* execute(accounts, "b1", order)
  })

/** Eight lots without a stop-loss: at 1.09 the account is far below its stop-out level. */
const { stopLoss: _, ...unprotected } = { ...buy, lots: decimal("8") }

describe("a wake-up that decides nothing", () => {
  it("works the tripwires out once, and leaves the account armed", () => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts, symbols) =>
      Effect.gen(function* () {
        const wakeUps = yield* WakeUps
        yield* exposed(accounts, symbols, buy)
        const before = symbols.armed(ACCOUNT)
        const arms = vi.spyOn(wakeUps, "arm")
        const [lastQuote] = symbols.all()
        yield* accounts.wake(ACCOUNT, lastQuote === undefined ? [] : [lastQuote])
        expect(arms).toHaveBeenCalledTimes(1)
        expect(before?.tripwires.length).toBeGreaterThan(0)
        expect(symbols.armed(ACCOUNT)).toEqual(before)
      })
    )
  })
})

describe("a spike of one tick", () => {
  const cases = [
    { through: "a stop-loss", order: buy, spike: "1.08", cause: "stopLoss" },
    { through: "a margin band", order: unprotected, spike: "1.09", cause: "stopOut" }
  ] as const

  it.each(cases)("through $through while the account waits for a slow commit fills at the spike", ({ cause, order, spike }) => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts, symbols) =>
      Effect.gen(function* () {
        yield* exposed(accounts, symbols, order)
        journal.hold = Deferred.makeUnsafe<void>()
        const busy = yield* Effect.forkChild(execute(accounts, "d2", deposit("R2", "1")))
        yield* Effect.yieldNow
        tick(symbols, spike, 2)
        tick(symbols, "1.1", 3)
        const closed = yield* Effect.forkChild(whenFlat(accounts))
        yield* Deferred.succeed(journal.hold, undefined)
        yield* Fiber.join(busy)
        yield* Fiber.join(closed)
        expect(closingTrade(journal)).toMatchObject({ cause, price: decimal(spike) })
      })
    )
  })

  it.each(cases)("through $through fills at the spike although the append of its judgement fails", ({ cause, order, spike }) => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts, symbols) =>
      Effect.gen(function* () {
        yield* exposed(accounts, symbols, order)
        journal.hold = Deferred.makeUnsafe<void>()
        const busy = yield* Effect.forkChild(execute(accounts, "d2", deposit("R2", "1")))
        yield* Effect.yieldNow
        // waits behind the slow commit, so it is this command that finds the spike, and its first append that fails
        const next = yield* Effect.forkChild(execute(accounts, "d3", deposit("R3", "1")))
        yield* Effect.yieldNow
        tick(symbols, spike, 2)
        tick(symbols, "1.1", 3)
        const { hold } = journal
        journal.hold = undefined
        journal.afterNext = () => journal.faults.push("beforeWrite")
        yield* Deferred.succeed(hold, undefined)
        yield* Fiber.join(busy)
        yield* Fiber.join(next)
        yield* whenFlat(accounts)
        expect(closingTrade(journal)).toMatchObject({ cause, price: decimal(spike) })
        expect(journal.faults).toEqual([])
      })
    )
  })

  it.each(cases)("through $through between the order's decision and its commit fills at the spike", ({ cause, order, spike }) => {
    const journal = new InMemoryJournal()
    return onNode(journal, (accounts, symbols) =>
      Effect.gen(function* () {
        const wakeUps = yield* WakeUps
        yield* Effect.forkChild(wakeUps.run(accounts.wake))
        yield* execute(accounts, "open", openAccount)
        yield* execute(accounts, "d1", deposit("R1"))
        tick(symbols, "1.1", 1)
        journal.hold = Deferred.makeUnsafe<void>()
        const buying = yield* Effect.forkChild(execute(accounts, "b1", order))
        yield* Effect.yieldNow
        tick(symbols, spike, 2)
        tick(symbols, "1.1", 3)
        yield* Deferred.succeed(journal.hold, undefined)
        yield* Fiber.join(buying)
        yield* whenFlat(accounts)
        expect(closingTrade(journal)).toMatchObject({ cause, price: decimal(spike) })
      })
    )
  })
})
