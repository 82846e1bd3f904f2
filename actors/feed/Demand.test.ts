import { describe, expect, it } from "vitest"
import { Demand, DEMAND_LINGER_MILLIS } from "#actors/feed/Demand.ts"

describe("demand", () => {
  it("puts exposure before watchers, watchers before what is merely listed, and each symbol once", () => {
    const demand = new Demand()
    demand.claim("instruments", { listed: ["A", "B", "C", "D"] }, 0)
    demand.claim("node 1", { watched: ["C", "B"], exposure: ["D"] }, 0)
    demand.claim("node 2", { watched: ["C"], exposure: ["D", "E"] }, 0)
    expect(demand.wanted(0)).toEqual(["D", "E", "B", "C", "A"])
    expect(["A", "C", "D"].map((symbol) => [demand.isNeeded(symbol), demand.hasExposure(symbol)])).toEqual([
      [false, false],
      [true, false],
      [true, true]
    ])
  })

  it("follows a claim that is replaced, and lets go of what nobody wants after a while", () => {
    const demand = new Demand()
    demand.claim("node 1", { watched: ["A"] }, 0)
    demand.claim("node 1", { watched: ["B"] }, 10)
    expect(demand.wanted(10 + DEMAND_LINGER_MILLIS - 1)).toEqual(["A", "B"])
    expect(demand.wanted(10 + DEMAND_LINGER_MILLIS)).toEqual(["B"])
  })

  it("for a symbol that somebody wants again in time never ended", () => {
    const demand = new Demand()
    demand.claim("node 1", { watched: ["A"] }, 0)
    demand.claim("node 1", {}, 10)
    demand.claim("node 2", { watched: ["A"] }, 20)
    expect(demand.wanted(20 + DEMAND_LINGER_MILLIS)).toEqual(["A"])
  })

  it("of a node whose lease runs out ends, that of the others does not", () => {
    const demand = new Demand()
    demand.claim("node 1", { exposure: ["A", "B"] }, 0, 100)
    demand.claim("node 2", { exposure: ["B"] }, 0, 1_000)
    expect(demand.wanted(99)).toEqual(["A", "B"])
    expect(demand.hasExposure("A")).toBe(true)
    demand.wanted(100)
    expect([demand.hasExposure("A"), demand.hasExposure("B")]).toEqual([false, true])
    expect(demand.wanted(100 + DEMAND_LINGER_MILLIS)).toEqual(["B"])
  })

  it("that is renewed does not grow", () => {
    const demand = new Demand()
    for (let now = 0; now < 100; now++) demand.claim("node 1", { exposure: ["A"], watched: ["A"] }, now, now + 10)
    demand.claim("node 1", {}, 100)
    expect([demand.hasExposure("A"), demand.isNeeded("A")]).toEqual([false, false])
    expect(demand.wanted(100 + DEMAND_LINGER_MILLIS)).toEqual([])
  })
})
