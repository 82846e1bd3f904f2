/** Accounts are woken when their time comes: each once, whatever was armed, armed anew and disarmed in between. */
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"

const configurations = Layer.succeed(
  Configurations,
  Configurations.of({ current: () => defaultConfiguration, change: () => Effect.die("not in this test"), subscribe: () => () => {} })
)
const node = WakeUps.layer.pipe(Layer.provide(SymbolActors), Layer.provide(configurations), Layer.provideMerge(TestClock.layer()))

const due = (wakeAt: number | undefined) => ({ tripwires: [], marginSlopes: undefined, wakeAt, configurationVersion: 1 })

describe("an account whose time comes", () => {
  it("is woken then, once", () =>
    Effect.gen(function* () {
      const wakeUps = yield* WakeUps
      const woken: Array<string> = []
      yield* Effect.forkChild(wakeUps.run((accountId) => Effect.sync(() => woken.push(accountId))))
      wakeUps.armAs("late", due(60_000))
      wakeUps.armAs("early", due(10_000))
      wakeUps.armAs("never", due(undefined))
      wakeUps.armAs("gone", due(5_000))
      wakeUps.disarm("gone")
      yield* TestClock.adjust("9 seconds")
      expect(woken).toEqual([])
      yield* TestClock.adjust("2 seconds")
      expect(woken).toEqual(["early"])
      // one that comes later with an earlier time is not overlooked
      wakeUps.armAs("soon", due(20_000))
      wakeUps.armAs("early", due(50_000))
      yield* TestClock.adjust("10 seconds")
      expect(woken).toEqual(["early", "soon"])
      yield* TestClock.adjust("1 minute")
      expect(woken).toEqual(["early", "soon", "early", "late"])
      yield* TestClock.adjust("1 hour")
      expect(woken).toHaveLength(4)
    }).pipe(Effect.provide(node), Effect.scoped, Effect.runPromise))
})
