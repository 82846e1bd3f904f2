/**
 * ShellLife: one account's life on real shells over a journal that fails as planned: duplicates, lost answers, crashes, two owners at once.
 *
 * Everything is drawn from a seed, one step after the other, so that a life can be lived again. After each step the journal and what the
 * client was told are held against each other.
 */
import { Effect } from "effect"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { Accounts, type Outcome } from "#actors/account/AccountProtocol.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { canonicalState } from "#actors/account/canonicalState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { decimal, decimalsAsText } from "#domain/Decimal.ts"
import { type Fault, type Flaw, InMemoryJournal, inMemorySnapshots } from "../../InMemoryJournal.ts"
import { type ShellNode, startShellNode } from "./ShellNode.ts"

/** Something was told that is not so, or was done that must not be. */
export class Violation extends Error {}

const ACCOUNT = "100001"
const NOW = Date.UTC(2026, 2, 10, 12)
const FAULTS: ReadonlyArray<Fault> = ["beforeWrite", "lostAnswer", "stale", "late"]
/** Nodes that own, or believe to own, the account at once. */
const NODES = 2

interface Asked {
  readonly commandId: string
  readonly command: AccountCommand
  answer: string | undefined
}

/** mulberry32: small, seeded, good enough to draw steps from. */
const randomFrom = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

export class ShellLife {
  readonly trace: Array<string> = []
  readonly #random: (below: number) => number
  readonly #journal = new InMemoryJournal()
  readonly #snapshots = inMemorySnapshots()
  readonly #asked: Array<Asked> = []
  readonly #nodes: Array<ShellNode> = []
  #ticks = 0

  constructor(seed: number, flaw: Flaw | undefined) {
    this.#random = randomFrom(seed)
    this.#journal.flaw = flaw
  }

  async live(steps: number): Promise<void> {
    for (let node = 0; node < NODES; node++) this.#nodes.push(this.#startNode())
    try {
      await this.#ask(
        0,
        this.#new({ _tag: "OpenAccount", clientId: "C", currency: "USD", mode: "hedging", group: "professional", leverage: 100 })
      )
      await this.#ask(0, this.#new({ _tag: "ApplyBalanceOperation", kind: "deposit", amount: decimal("1000000"), reference: "first" }))
      for (let step = 0; step < steps; step++) await this.#step()
    } finally {
      await Promise.all(this.#nodes.map((node) => node.dispose()))
    }
  }

  #startNode(): ShellNode {
    return startShellNode({ journal: this.#journal, snapshots: this.#snapshots.layer, now: () => NOW })
  }

  async #step(): Promise<void> {
    const node = this.#random(NODES)
    switch (this.#random(8)) {
      case 0:
        return this.#tick()
      case 1:
        return this.#crash(node)
      case 2:
      case 3:
        return this.#again(node)
      default:
        if (this.#random(2) === 0) this.#journal.faults.push(FAULTS[this.#random(FAULTS.length)] ?? "lostAnswer")
        return this.#ask(node, this.#new(this.#command()))
    }
  }

  #command(): AccountCommand {
    const number = this.#random(1_000) + 1
    switch (this.#random(5)) {
      case 0:
        return { _tag: "ApplyBalanceOperation", kind: "deposit", amount: decimal(String(number)), reference: `R${this.#asked.length}` }
      case 1:
        return { _tag: "ClosePosition", positionId: `P${this.#random(10) + 1}` }
      case 2:
        return { _tag: "ReserveWithdrawal", requestId: `W${this.#asked.length}`, amount: decimal(String(number)) }
      default:
        return {
          _tag: "PlaceOrder",
          symbol: "EURUSD",
          side: number % 2 === 0 ? "buy" : "sell",
          type: "market",
          lots: decimal("0.01"),
          timeInForce: "IOC"
        }
    }
  }

  #new(command: AccountCommand): Asked {
    const asked: Asked = { commandId: `command ${this.#asked.length}`, command, answer: undefined }
    this.#asked.push(asked)
    return asked
  }

  /** An old command, with its old id: after a lost answer, or for no reason at all. */
  async #again(node: number): Promise<void> {
    const asked = this.#asked[this.#random(this.#asked.length)]
    if (asked !== undefined) await this.#ask(node, asked)
  }

  /** Every node has the same prices. */
  async #tick(): Promise<void> {
    this.#ticks++
    const bid = decimal("1.1") + BigInt(this.#random(100)) * 1_000n
    for (const node of this.#nodes) {
      const symbols = await node.runPromise(Symbols.use(Effect.succeed))
      symbols.accept([{ symbol: "EURUSD", bid, ask: bid + 10_000n, time: NOW, receivedAt: NOW, sequence: this.#ticks, source: "ws" }])
    }
    this.trace.push(`tick ${bid}`)
  }

  /** The process dies, and another takes its place. */
  async #crash(node: number): Promise<void> {
    this.#journal.crash()
    await this.#nodes[node]?.dispose()
    this.#nodes[node] = this.#startNode()
    this.trace.push(`crash of node ${node}`)
  }

  async #ask(node: number, asked: Asked): Promise<void> {
    const { command, commandId } = asked
    const request = { commandId, command, origin: { kind: "client" as const, id: "C" } }
    const runtime = this.#nodes[node]
    if (runtime === undefined) return
    const length = this.#length
    const result = await runtime.runPromise(Effect.result(Effect.flatMap(Accounts, (accounts) => accounts.execute(ACCOUNT, request))))
    this.#journal.faults.length = 0
    this.trace.push(
      `node ${node} ${commandId} ${command._tag}: ${result._tag === "Success" ? textOf(result.success) : result.failure._tag}`
    )
    if (result._tag === "Failure") {
      if (result.failure._tag !== "OutcomeUnknown") throw new Violation(`${commandId}: ${result.failure._tag}`)
      return
    }
    this.#checkAnswer(asked, result.success)
    this.#checkOwners()
    // one who was overtaken and wrote nothing may look at what was
    if (this.#length === length) return
    const view = await runtime.runPromise(Effect.flatMap(Accounts, (accounts) => accounts.view(ACCOUNT)))
    if (canonicalState(view.state) !== canonicalState(this.#replayed())) throw new Violation(`${commandId}: the account is not its journal`)
  }

  /** The same id has one answer, and what was answered stands in the journal. */
  #checkAnswer(asked: Asked, { events, firstSequence, rejection, version }: Outcome): void {
    const answer = textOf({ events, firstSequence, rejection, version })
    if (asked.answer !== undefined && asked.answer !== answer) throw new Violation(`${asked.commandId}: two answers`)
    asked.answer = answer
    const journaled = this.#journal.accountOf(ACCOUNT).events.slice(firstSequence - 1, firstSequence - 1 + events.length)
    if (textOf(journaled.map(({ event }) => event)) !== textOf(events))
      throw new Violation(`${asked.commandId}: answered and not journaled`)
  }

  /** One epoch writes at a time, and a command once. */
  #checkOwners(): void {
    let owner = 0
    const done = new Set<string>()
    for (const entry of this.#journal.accountOf(ACCOUNT).deeds) {
      if (entry.deed === "opened") {
        owner = entry.epoch
        continue
      }
      if (entry.epoch < owner) throw new Violation(`epoch ${entry.epoch} wrote after epoch ${owner} had opened the journal`)
      if (entry.commandId === undefined) continue
      if (done.has(entry.commandId)) throw new Violation(`${entry.commandId} was done twice`)
      done.add(entry.commandId)
    }
  }

  get #length(): number {
    return this.#journal.accountOf(ACCOUNT).events.length
  }

  #replayed(): AccountState {
    return this.#journal.accountOf(ACCOUNT).events.reduce((state, { event }) => evolve(state, event), initialAccountState)
  }
}

const textOf = (value: unknown): string => JSON.stringify(value, decimalsAsText)
