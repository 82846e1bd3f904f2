/** Wherever the prices go within the reach of their slopes, equity changes by no less and no more than the slopes allow. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { marginSlopes, type Converted } from "#actors/account/marginSlopes.ts"
import type { Market } from "#actors/account/Market.ts"
import { marketOf, openAccount, order, type Desk } from "#actors/account/testing.ts"
import { commandOf, scenario, World, type Scenario } from "#actors/account/testingScenarios.ts"
import { leastChange, mostChange, movedInFavor } from "#actors/symbol/HotColumn.ts"
import type { Slope } from "#actors/symbol/Tripwire.ts"
import { clientPrices } from "#domain/Book.ts"
import { conversionRoutes } from "#domain/Conversion.ts"
import { equityOf } from "#domain/Figures.ts"
import { holdingsOf } from "#domain/Holdings.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { Quote } from "#domain/Quote.ts"

const openedIn = (s: Scenario, world: World): Desk => {
  const balance = s.currency === "JPY" ? "300000000" : "3000000"
  const desk = openAccount({ currency: s.currency, mode: s.mode, leverage: 500, balance })
  for (const placement of s.first) {
    const command = commandOf({ ...placement, type: "market", stopLoss: undefined, takeProfit: undefined }, world.market)
    if (command !== undefined) desk.try(command, world.market)
  }
  return desk
}

const convertedOf = ({ state }: Desk, prices: ClientPrices): ReadonlyArray<Converted> =>
  holdingsOf(state.positions).flatMap((holding) => {
    const { symbol } = holding
    const [instrument, quote] = [prices.configuration.instruments[symbol], prices.quote(symbol)]
    if (instrument === undefined || quote === undefined) return []
    const routes = conversionRoutes(prices.configuration, instrument.profitCurrency, state.currency)
    const route = routes.find((legs) => legs.every((leg) => prices.quote(leg.instrument.symbol) !== undefined))
    return [{ instrument, quote, holding, route: route ?? [] }]
  })

/** Each price somewhere within its reach, by a number from -1 to 1 for each. */
const movedWithin = (market: Market, slopes: ReadonlyArray<Slope>, shares: ReadonlyArray<number>): Market => {
  const quotes = new Map<string, Quote>()
  for (const [index, { reach, side, symbol }] of slopes.entries()) {
    const quote = quotes.get(symbol) ?? market.quote(symbol)
    const move = BigInt(Math.trunc(reach * (shares[index % shares.length] ?? 0)))
    if (quote !== undefined) quotes.set(symbol, { ...quote, [side]: quote[side] + move })
  }
  return { ...market, quote: (symbol) => quotes.get(symbol) ?? market.quote(symbol) }
}

const share = fc.oneof(fc.constantFrom(-1, 0, 1), fc.double({ min: -1, max: 1, noNaN: true }))

describe("marginSlopes", () => {
  it("bound what equity does anywhere within their reach", () => {
    let compared = 0
    fc.assert(
      fc.property(scenario, fc.array(share, { minLength: 4, maxLength: 12 }), (s, shares) => {
        const world = new World(s)
        const desk = openedIn(s, world)
        const { state } = desk
        // gains and losses, and spreads of all widths
        for (const step of s.steps) if ("tick" in step) world.move(step.tick)
        const prices = clientPrices(world.market, state.group)
        const equity = prices && equityOf(state, prices)
        if (prices === undefined || equity === undefined || state.positions.size === 0) return
        const room = 10n ** 14n
        const found = marginSlopes(state, prices, convertedOf(desk, prices), { equity, below: equity - room, above: equity + room })
        expect(found).toBeDefined()
        if (found === undefined) return
        const { roomAbove, roomBelow, slopes } = found
        const moved = movedWithin(world.market, slopes, shares)
        const after = equityOf(state, { ...prices, quote: moved.quote })
        if (after === undefined) return
        compared++
        const step = 10 ** (state.currencyDigits + 3 - 8)
        const changed = Number(after - equity) * step
        const rounding = Number(room) * step - roomBelow
        const moves = slopes.map((slope) => ({ ...slope, moved: movedInFavor(slope, Number(moved.quote(slope.symbol)?.[slope.side])) }))
        const least = moves.reduce((sum, { least, most, moved }) => sum + leastChange(moved, least, most), 0)
        const most = moves.reduce((sum, { least, most, moved }) => sum + mostChange(moved, least, most), 0)
        expect(changed).toBeGreaterThanOrEqual(least - rounding)
        expect(changed).toBeLessThanOrEqual(most + rounding)
        expect(roomAbove).toBeLessThan(Number(room) * step)
      }),
      { numRuns: Number(process.env["KEEL_PROPERTY_RUNS"] ?? 500) }
    )
    expect(compared).toBeGreaterThan(50)
  })

  // a step of 10^-8 of a price, times 100,000 units, is 100 steps of 10^-5 of the profit currency
  it.each([
    { result: "gain", bid: "1.50000", least: 100 / (1.2 * 1.01), most: 100 / (1.2 * 0.99) },
    { result: "loss", bid: "1.10000", least: 100 / (1.1 * 1.01), most: 100 / (1.1 * 0.99) },
    { result: "gain or a loss", bid: "1.30000", least: 100 / (1.2 * 1.01), most: 100 / (1.1 * 0.99) }
  ])("convert what can only be a $result at the rate that it is converted at", ({ bid, least, most }) => {
    const eurusd = ["1.10000", "1.20000"] as const
    const desk = openAccount({ currency: "EUR", balance: "100000" })
    desk.do(order({ symbol: "GBPUSD", side: "buy" }), marketOf({ GBPUSD: ["1.30000", "1.30000"], EURUSD: eurusd }))
    const prices = clientPrices(marketOf({ GBPUSD: [bid, bid], EURUSD: eurusd }), desk.state.group)!
    const equity = equityOf(desk.state, prices)!
    const found = marginSlopes(desk.state, prices, convertedOf(desk, prices), { equity, below: 0n, above: undefined })
    expect(found?.slopes.find(({ symbol }) => symbol === "GBPUSD")).toMatchObject({
      side: "bid",
      least: expect.closeTo(least, 4),
      most: expect.closeTo(most, 4)
    })
  })
})
