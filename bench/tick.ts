/**
 * tick: what a quote costs on its way through a symbol actor (quality gate, last quote, tape, tripwires, listeners) when nothing happens,
 * from 1,000 to 1,000,000 tripwires; beside it a scan that looks at every tripwire. And what each hot account that holds the symbol adds.
 */
import { type Finding, nanosPerOperation, rounded } from "#bench/Finding.ts"
import { makeSymbolActors } from "#actors/symbol/SymbolActors.ts"
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import { decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { Quote } from "#domain/Quote.ts"

const TICKS = 200_000
/** For hot accounts, each of which is looked at. */
const HOT_TICKS = 20_000
const ROUNDS = 5

const ticks: ReadonlyArray<Quote> = Array.from({ length: TICKS }, (_, index) => ({
  symbol: "EURUSD",
  bid: decimal("1.1") + BigInt(index % 100) * 1_000n,
  ask: decimal("1.1001") + BigInt(index % 100) * 1_000n,
  time: 1_000,
  receivedAt: 1_000,
  sequence: index,
  source: "ws"
}))

/** Stop-losses spread evenly below the market, take-profits above: none is reached. */
const wires = (count: number): ReadonlyArray<Tripwire> =>
  Array.from({ length: count }, (_, index) => ({
    symbol: "EURUSD",
    side: "bid",
    direction: index % 2 === 0 ? "atOrBelow" : "atOrAbove",
    price: index % 2 === 0 ? decimal("1.09") - BigInt(index) : decimal("1.2") + BigInt(index)
  }))

const scanOf = (tripwires: ReadonlyArray<Tripwire>) => {
  const below = Float64Array.from(tripwires.filter(({ direction }) => direction === "atOrBelow").map(({ price }) => Number(price)))
  const above = Float64Array.from(tripwires.filter(({ direction }) => direction === "atOrAbove").map(({ price }) => Number(price)))
  return (bid: number): number => {
    let crossed = 0
    for (const price of below) if (bid <= price) crossed++
    for (const price of above) if (bid >= price) crossed++
    return crossed
  }
}

/** Accounts close to a level that hold a long position in the symbol, with room for whatever the ticks do. */
const hotFindings = (): ReadonlyArray<Finding> =>
  [10, 100, 1_000].map((count) => {
    const symbols = makeSymbolActors(() => defaultConfiguration)
    let trips = 0
    symbols.onTrip(() => trips++)
    symbols.accept(ticks.slice(0, 1))
    const reference = Number(ticks[0]?.bid)
    const slopes = [{ symbol: "EURUSD", side: "bid" as const, reference, least: 99, most: 101, reach: reference / 100 }]
    const marginSlopes = { roomBelow: 1e9, roomAbove: Infinity, slopes }
    for (let index = 0; index < count; index++) symbols.arm(String(index), { tripwires: [], marginSlopes }, symbols.mark())
    const some = ticks.slice(0, HOT_TICKS)
    const nanos = nanosPerOperation(ROUNDS, HOT_TICKS, () => symbols.accept(some))
    if (trips > 0) throw new Error(`${trips} hot accounts tripped where none should`)
    return {
      of: "tick through the symbol actor, for each hot account",
      work: `${count} hot accounts`,
      figure: rounded(nanos / count),
      unit: "ns"
    }
  })

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const findings: Array<Finding> = []
  for (const count of [1_000, 10_000, 100_000, 1_000_000]) {
    const work = `${count.toLocaleString("en")} tripwires`
    const symbols = makeSymbolActors(() => defaultConfiguration)
    let trips = 0
    symbols.onTrip(() => trips++)
    const tripwires = wires(count)
    for (const [index, wire] of tripwires.entries()) symbols.arm(String(index), { tripwires: [wire], marginSlopes: undefined }, 0)
    const nanos = nanosPerOperation(ROUNDS, TICKS, () => symbols.accept(ticks))
    const scan = scanOf(tripwires)
    const scans = Math.max(20, Math.min(2_000, 20_000_000 / count))
    const scanNanos = nanosPerOperation(3, scans, () => {
      for (let index = 0; index < scans; index++) trips += scan(Number(ticks[index % TICKS]?.bid))
    })
    if (trips > 0) throw new Error(`${trips} tripwires tripped where none should`)
    findings.push({
      of: "tick through the symbol actor",
      work,
      figure: rounded(nanos),
      unit: "ns",
      limit: rounded(scanNanos),
      ratio: rounded(nanos / scanNanos),
      aim: { of: "figure", is: "atMost", value: 2_000 }
    })
  }
  const [first, last] = [findings.at(0)?.figure ?? Number.NaN, findings.at(-1)?.figure ?? Number.NaN]
  findings.push({
    of: "a thousand times as many tripwires, beside the fewest",
    work: "1,000,000 tripwires",
    figure: last,
    unit: "ns",
    limit: first,
    ratio: rounded(last / first),
    aim: { of: "ratio", is: "atMost", value: 1.5 }
  })
  return [...findings, ...hotFindings()]
}
