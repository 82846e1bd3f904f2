/**
 * ActorTraders: accounts that buy and sell in turn, at a set rate together, asked as the server's own endpoints ask them. HTTP costs several
 * times what an order does, so only this way one small machine feels the load that actors and journal are built for.
 *
 * What is counted is counted in tables of a fixed size, so that the load itself takes no memory as it goes.
 */
import { Clock, Data, Effect, Layer } from "effect"
import type { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { loadSymbols } from "#bench/load/instruments.ts"
import { decimal } from "#domain/Decimal.ts"

/** The rate's clock ticks this often. */
const RATE_MILLIS = 5
const REPORT_MILLIS = 1_000
const OPENED_AT_ONCE = 16
/** A latency is known to a tenth of a millisecond, up to ten seconds. */
const LATENCY_STEPS_PER_MILLI = 10
const LATENCY_STEPS = 100_000

const ORIGIN: Origin = { kind: "platform", id: "load" }

export interface ActorLoad {
  readonly done: number
  readonly refused: number
  readonly errors: number
  readonly millisP50: number
  readonly millisP99: number
}

class NotOpened extends Data.TaggedError("NotOpened")<{ readonly accountId: string; readonly reason: string }> {}

interface Trader {
  readonly accountId: string
  readonly symbol: string
  count: number
}

class Latencies {
  readonly #counts = new Uint32Array(LATENCY_STEPS)
  #total = 0

  add(millis: number): void {
    const step = Math.min(LATENCY_STEPS - 1, Math.floor(millis * LATENCY_STEPS_PER_MILLI))
    this.#counts[step] = (this.#counts[step] ?? 0) + 1
    this.#total++
  }

  percentile(share: number): number {
    let left = this.#total * share
    const step = this.#counts.findIndex((count) => (left -= count) <= 0)
    return step / LATENCY_STEPS_PER_MILLI
  }
}

/** Nets to nothing with every second order, so that the books stay as they are. */
const orderOf = ({ count, symbol }: Trader): AccountCommand => ({
  _tag: "PlaceOrder",
  symbol,
  side: count % 2 === 0 ? "buy" : "sell",
  type: "market",
  lots: decimal("0.01"),
  timeInForce: "IOC"
})

const OPENING = [
  { _tag: "OpenAccount", clientId: "load", currency: "USD", mode: "netting", group: "professional", leverage: 100 },
  { _tag: "ApplyBalanceOperation", kind: "deposit", amount: decimal("1000000"), reference: "load" }
] satisfies ReadonlyArray<AccountCommand>

/** Trades as long as its scope lasts; says `trading` when it begins, and `load {…}` (an ActorLoad) every second. */
export const actorTraders = (options: { readonly accounts: number; readonly perSecond: number; readonly symbols: number }) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const symbols = yield* Symbols
      const runFork = Effect.runForkWith(yield* Effect.context())
      const names = loadSymbols(options.symbols)
      const idle: Array<Trader> = Array.from({ length: options.accounts }, (_, index) => ({
        accountId: `9${String(index).padStart(6, "0")}`,
        symbol: names[index % names.length] ?? "",
        count: 0
      }))

      const open = Effect.fnUntraced(function* ({ accountId }: Trader) {
        for (const command of OPENING) {
          const { rejection } = yield* accounts.execute(accountId, { commandId: command._tag, command, origin: ORIGIN })
          if (rejection !== undefined) return yield* new NotOpened({ accountId, reason: rejection.reason })
        }
      })

      const latencies = new Latencies()
      const counted = { done: 0, refused: 0, errors: 0 }
      const trade = (trader: Trader) => {
        const begun = performance.now()
        const command = orderOf(trader)
        return accounts.execute(trader.accountId, { commandId: `o${trader.count++}`, command, origin: ORIGIN }).pipe(
          Effect.match({
            onFailure: () => counted.errors++,
            onSuccess: ({ rejection }) => {
              latencies.add(performance.now() - begun)
              if (rejection === undefined) counted.done++
              else counted.refused++
            }
          }),
          Effect.andThen(Effect.sync(() => idle.push(trader)))
        )
      }

      const tradeAtRate = Effect.gen(function* () {
        yield* Effect.forEach([...idle], open, { concurrency: OPENED_AT_ONCE, discard: true })
        while (!names.every((name) => symbols.tick(name) !== undefined)) yield* Effect.sleep(RATE_MILLIS)
        console.log("trading")
        let [allowed, at] = [0, yield* Clock.currentTimeMillis]
        for (;;) {
          yield* Effect.sleep(RATE_MILLIS)
          const now = yield* Clock.currentTimeMillis
          // what could not be sent in a second is not made up for
          allowed = Math.min(options.perSecond, allowed + ((now - at) / 1_000) * options.perSecond)
          at = now
          for (; allowed >= 1 && idle.length > 0; allowed--) {
            const next = idle.shift()
            if (next !== undefined) runFork(trade(next))
          }
        }
      })

      const report = Effect.sync(() => {
        const load: ActorLoad = { ...counted, millisP50: latencies.percentile(0.5), millisP99: latencies.percentile(0.99) }
        console.log(`load ${JSON.stringify(load)}`)
      })
      yield* tradeAtRate.pipe(
        Effect.tapCause((cause) => Effect.logError("The load ended", cause)),
        Effect.forkScoped
      )
      yield* report.pipe(Effect.andThen(Effect.sleep(REPORT_MILLIS)), Effect.forever, Effect.forkScoped)
    })
  )
