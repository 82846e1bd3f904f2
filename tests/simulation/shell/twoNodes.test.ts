/** What two nodes, or a polled price, must not do to an account, on real shells. */
import { Effect } from "effect"
import { afterEach, describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { decimal } from "#domain/Decimal.ts"
import { configured } from "#domain/testing.ts"
import type { Quote } from "#domain/Quote.ts"
import { InMemoryJournal, inMemorySnapshots } from "../../InMemoryJournal.ts"
import { type ShellNode, startShellNode } from "./ShellNode.ts"

const ACCOUNT = "100001"
const buy = (symbol: string, lots: string): AccountCommand => ({
  _tag: "PlaceOrder",
  symbol,
  side: "buy",
  type: "market",
  lots: decimal(lots),
  timeInForce: "IOC"
})

let nodes: Array<ShellNode> = []
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.dispose()))
  nodes = []
})

class Desk {
  now = Date.UTC(2026, 2, 11, 20)
  readonly journal = new InMemoryJournal()
  readonly #snapshots = inMemorySnapshots()
  readonly #configuration = configured({
    EURUSD: { swap: { kind: "points", long: decimal("-5.45"), short: 0n, dayMultipliers: [1, 1, 3, 1, 1, 0, 0] } }
  })
  #count = 0

  node(): ShellNode {
    const node = startShellNode({
      journal: this.journal,
      snapshots: this.#snapshots.layer,
      now: () => this.now,
      configuration: this.#configuration
    })
    nodes.push(node)
    return node
  }

  async quote(node: ShellNode, symbol: string, bid: string, source: Quote["source"] = "ws"): Promise<void> {
    const price = decimal(bid)
    const quote = { symbol, bid: price, ask: price, time: this.now, receivedAt: this.now, sequence: ++this.#count, source }
    ;(await node.runPromise(Symbols.use(Effect.succeed))).accept([quote])
  }

  execute(node: ShellNode, command: AccountCommand) {
    const request = { commandId: `command-${++this.#count}`, command, origin: { kind: "client" as const, id: "C" } }
    return node.runPromise(Accounts.use((accounts) => accounts.execute(ACCOUNT, request)))
  }

  wake(node: ShellNode): Promise<void> {
    return node.runPromise(Accounts.use((accounts) => accounts.wake(ACCOUNT, [])))
  }

  count(tag: string): number {
    return this.journal.accountOf(ACCOUNT).events.filter(({ event }) => event._tag === tag).length
  }

  async open(node: ShellNode, amount: string): Promise<void> {
    await this.execute(node, { _tag: "OpenAccount", clientId: "C", currency: "USD", mode: "hedging", group: "professional", leverage: 100 })
    await this.execute(node, { _tag: "ApplyBalanceOperation", kind: "deposit", amount: decimal(amount), reference: "first" })
  }
}

describe("a rollover runs once per account and trading day", () => {
  it("although two nodes try at the same time, again and again", async () => {
    const desk = new Desk()
    const [first, second] = [desk.node(), desk.node()]
    for (const node of [first, second]) await desk.quote(node, "EURUSD", "1.1")
    await desk.open(first, "10000")
    await desk.execute(first, buy("EURUSD", "1"))
    desk.now = Date.UTC(2026, 2, 11, 21)
    await Promise.all([first, second, first, second].map((node) => desk.wake(node)))
    await Promise.all([second, first].map((node) => desk.wake(node)))
    expect([desk.count("SwapAccrued"), desk.count("RolloverCompleted")]).toEqual([1, 1])
    const accrued = desk.journal.accountOf(ACCOUNT).events.find(({ event }) => event._tag === "SwapAccrued")?.event
    expect(accrued).toMatchObject({ nights: 3, amount: decimal("-16.35") })
  })
})

describe("a polled price", () => {
  it("of one symbol stops out nothing in another, though equity at it would be gone", async () => {
    const desk = new Desk()
    const node = desk.node()
    await desk.quote(node, "EURUSD", "1.1")
    await desk.quote(node, "GBPUSD", "1.3")
    await desk.open(node, "5000")
    await desk.execute(node, buy("EURUSD", "1"))
    await desk.execute(node, buy("GBPUSD", "1"))
    // at 1.25 the pound alone would have cost all of the equity
    await desk.quote(node, "GBPUSD", "1.25", "rest")
    await desk.wake(node)
    await desk.quote(node, "EURUSD", "1.099")
    await desk.wake(node)
    expect([desk.count("MarginCallEntered"), desk.count("StopOutStarted"), desk.count("PositionClosed")]).toEqual([0, 0, 0])
    // the same as a tick is judged
    await desk.quote(node, "GBPUSD", "1.25")
    await desk.wake(node)
    expect([desk.count("StopOutStarted"), desk.count("PositionClosed")]).toEqual([1, 2])
  })
})
