/** ShellNode: one node with real shells and symbol actors, over a journal in memory and a clock that the test moves. */
import { Effect, Layer, ManagedRuntime } from "effect"
import { TestRunner } from "effect/cluster"
import { makeAccountActors } from "#actors/account/AccountActor.ts"
import { AccountClient } from "#actors/account/AccountClient.ts"
import { ResidentAccounts } from "#actors/account/ResidentAccounts.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import type { Snapshots } from "#actors/Snapshots.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { TradingClock } from "#actors/TradingClock.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { InMemoryJournal } from "../../InMemoryJournal.ts"

export interface ShellNodeOptions {
  readonly journal: InMemoryJournal
  readonly snapshots: Layer.Layer<Snapshots>
  readonly now: () => number
  readonly configuration?: Configuration
}

export const startShellNode = ({ configuration = defaultConfiguration, journal, now, snapshots }: ShellNodeOptions) => {
  const clock = Layer.succeed(TradingClock, {
    state: () => ({ mode: "stopped", at: now() }),
    at: now,
    subscribe: () => () => undefined,
    change: undefined
  })
  const configurations = Layer.succeed(
    Configurations,
    Configurations.of({ current: () => configuration, change: () => Effect.die("not here"), subscribe: () => () => {} })
  )
  const node = AccountClient.pipe(
    Layer.provideMerge(makeAccountActors({ snapshotEveryEvents: 5 })),
    Layer.provideMerge(Layer.mergeAll(WakeUps.layer, ResidentAccounts.layer)),
    Layer.provideMerge(SymbolActors),
    Layer.provideMerge(Layer.mergeAll(journal.layer, snapshots, configurations, clock)),
    Layer.provideMerge(TestRunner.layer)
  )
  return ManagedRuntime.make(node)
}
export type ShellNode = ReturnType<typeof startShellNode>
