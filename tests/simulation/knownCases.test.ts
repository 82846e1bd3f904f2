/** Every difference that the comparison once found, kept as the shortest steps that show it. */
import { describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { decide } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import { catchDisagreement } from "./lives.ts"
import { bothExitsTouched } from "./rareLives.ts"
import { Twin } from "./Twin.ts"
import { scaled } from "./World.ts"

const engine = { decide, evolve }

const openTwin = (currency: string, group: string, leverage: number, deposit: string): Twin => {
  const twin = new Twin(engine)
  twin.execute({ _tag: "OpenAccount", clientId: "C1", currency, mode: "hedging", group, leverage })
  twin.execute({ _tag: "ApplyBalanceOperation", kind: "deposit", amount: scaled(deposit), reference: "D1" })
  return twin
}

const tick = (twin: Twin, symbol: string, bid: string, ask = bid): void => twin.tick(twin.world.quoteOf(symbol, scaled(bid), scaled(ask)))

const market = (symbol: string, side: "buy" | "sell", lots: string): AccountCommand => ({
  _tag: "PlaceOrder",
  symbol,
  side,
  type: "market",
  lots: scaled(lots),
  timeInForce: "FOK"
})

describe("the engine and the model agree", () => {
  it("that nothing is opened whose profit could not be converted", () => {
    const twin = openTwin("EUR", "professional", 100, "1000")
    tick(twin, "EURGBP", "0.88")
    tick(twin, "GBPUSD", "1.25")
    twin.execute(market("GBPUSD", "buy", "0.01"))
    expect(twin.state.positions.size).toBe(0)
  })

  it("that a commission's minimum is rounded to the account's currency", () => {
    const twin = openTwin("JPY", "retail", 20, "100000")
    tick(twin, "USDJPY", "150")
    tick(twin, "EURUSD", "1.1")
    twin.execute(market("EURUSD", "buy", "0.01"))
    expect([...twin.state.positions.values()].map((position) => position.commission)).toEqual([0n])
  })

  it("that the realized share of swap is what is rounded, half away from zero", () => {
    const twin = openTwin("USD", "professional", 100, "1000")
    tick(twin, "EURGBP", "0.88")
    tick(twin, "GBPUSD", "1.25")
    tick(twin, "EURUSD", "1.1")
    twin.execute(market("EURGBP", "sell", "0.04"))
    twin.world.now += 12 * 3_600_000
    twin.execute({ _tag: "ApplyRollover" })
    expect([...twin.state.positions.values()].map((position) => position.swap)).toEqual([scaled("-0.05")])
    tick(twin, "EURGBP", "0.88")
    twin.execute({ _tag: "ClosePosition", positionId: "P1", lots: scaled("0.02") })
    expect([...twin.state.positions.values()].map((position) => position.swap)).toEqual([scaled("-0.02")])
  })

  it.each(["0.64225", "0.64224", "0.64223"])("how few steps a smart stop-out takes where slippage comes in tiers, at %s", (bid) => {
    const twin = openTwin("USD", "smart", 100, "5000")
    tick(twin, "AUDUSD", "0.65")
    twin.execute(market("AUDUSD", "buy", "4.1"))
    tick(twin, "AUDUSD", bid)
    expect(twin.events.filter((event) => event._tag === "LiquidationStepTaken")).toHaveLength(1)
  })

  it("that a deal whose own pair converts in reverse has its margin converted at its price", () => {
    const twin = openTwin("BTC", "professional", 20, "1")
    tick(twin, "BTCUSD", "30000", "30500")
    twin.execute(market("BTCUSD", "buy", "0.04"))
    expect([...twin.state.positions.values()].map((position) => position.margin)).toEqual([scaled("0.002")])
  })

  it("that the stop-loss goes first where one tick touches both exits", () => {
    expect(catchDisagreement(engine, [bothExitsTouched], 100)).toBeUndefined()
  })
})
