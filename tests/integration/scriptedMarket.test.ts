/**
 * Published examples and everything that depends on time, reproduced on a running product by API calls alone: prices are scripted, and so is
 * the clock. docs/operations/scripted-market.md tells the same steps with curl.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { at, ScriptedMarket } from "./ScriptedMarket.ts"
import { eventually } from "./TradingClient.ts"

/** From Sunday 17:00 to Friday 17:00 New York, as minutes of the week. */
const FX_WEEK = { timeZone: "America/New_York", sessions: [{ openMinute: 1_020, closeMinute: 8_220 }], holidays: [] }
const AROUND_THE_CLOCK = { sessions: [], holidays: [] }
const swap = (long: string, short: string, kind = "points", dayMultipliers = [1, 1, 3, 1, 1, 0, 0]) => ({
  swap: { kind, long, short, dayMultipliers }
})

let market: ScriptedMarket
beforeAll(async () => {
  market = await ScriptedMarket.start()
}, 120_000)
afterAll(() => market?.stop())

describe("swap at 17:00 in New York", () => {
  // Ultima Markets, "How to calculate swap fee": −5.45 points of 1 lot EURUSD long are −5.45 USD, 2.17 points short are 2.17 USD
  it("on a Wednesday is charged three times, at the very second and not before", async () => {
    await market.instrument("EURUSD", { ...swap("-5.45", "2.17"), ...AROUND_THE_CLOCK })
    await market.clock({ now: "2026-03-11T20:59:50Z" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    const account = await market.account()
    await market.trade(account, "buy", "EURUSD", "1")
    await market.trade(account, "sell", "EURUSD", "1")
    await market.clock({ advance: "PT9.999S" })
    expect((await market.positions(account)).map(({ swap }) => swap)).toEqual(["0.00", "0.00"])
    await market.clock({ advance: "PT0.001S" })
    expect((await market.positions(account)).map(({ swap }) => swap)).toEqual(["-16.35", "6.51"])
    expect(await market.figures(account)).toMatchObject({ balance: "10000.00", swap: "-9.84" })
  })

  it("is caught up with after three days of downtime, once per day, when prices are back", async () => {
    await market.instrument("EURUSD", { ...swap("-5.45", "2.17"), ...AROUND_THE_CLOCK })
    await market.clock({ now: "2026-03-09T20:00:00Z" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    const account = await market.account()
    await market.trade(account, "buy", "EURUSD", "1")
    await market.product.restartServer()
    await market.clock({ advance: "P3D" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    const nights = await eventually("the rollovers", async () => {
      const charged = await market.events(account, "SwapAccrued")
      return charged.length === 3 ? charged : undefined
    })
    expect(nights.map(({ tradingDay, nights, amount }) => [tradingDay, nights, amount])).toEqual([
      ["2026-03-09", 1, "-5.45"],
      ["2026-03-10", 1, "-5.45"],
      ["2026-03-11", 3, "-16.35"]
    ])
    await market.clock({ advance: "PT30M" })
    expect(await market.figures(account)).toMatchObject({ swap: "-27.25" })
    expect(await market.events(account, "RolloverCompleted")).toHaveLength(3)
  })

  it("before a holiday carries the holiday, in winter at 22:00 UTC", async () => {
    await market.instrument("EURUSD", { ...swap("-5.45", "2.17"), ...FX_WEEK, holidays: [{ date: "2026-12-25" }] })
    await market.clock({ now: "2026-12-24T21:59:59Z" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    const account = await market.account()
    await market.trade(account, "buy", "EURUSD", "1")
    await market.clock({ advance: "PT1S" })
    expect((await market.events(account, "SwapAccrued")).map(({ nights, amount }) => [nights, amount])).toEqual([[2, "-10.9"]])
    await market.clock({ now: "2026-12-25T15:00:00Z" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    expect(await market.command(account, "POST", "/orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "1" })).toMatchObject({
      status: 422,
      body: { code: "MARKET_CLOSED", context: { opensAt: String(Date.parse("2026-12-27T22:00:00Z")) } }
    })
    await market.clock({ now: "2026-12-25T22:30:00Z" })
    expect(await market.figures(account)).toMatchObject({ swap: "-10.90" })
  })

  // Ultima Markets: (−6.88/100) ÷ 360 × 235.94 is −0.05 USD long and (−3.5/100) ÷ 360 × 235.82 is −0.02 USD short; −11.3195 per lot is −11.32
  it.each([
    ["percent360", "AAPL", "235.94", "buy", "-6.88", "-0.05"],
    ["percent360", "AAPL", "235.82", "sell", "-3.5", "-0.02"],
    ["money", "US500", "5000.00", "buy", "-11.3195", "-11.32"],
    ["money", "US500", "5000.00", "sell", "1", "1.00"]
  ] as const)("by %s of one %s at %s, %s, rate %s is %s", async (kind, symbol, price, side, rate, expected) => {
    await market.instrument(symbol, { ...swap(rate, rate, kind, [1, 1, 1, 1, 3, 0, 0]), ...AROUND_THE_CLOCK })
    await market.clock({ now: "2026-03-10T20:00:00Z" })
    await market.tick(symbol, price)
    const account = await market.account()
    await market.trade(account, side, symbol, "1")
    await market.clock({ advance: "PT1H" })
    expect((await market.positions(account)).map(({ swap }) => swap)).toEqual([expected])
  })
})

describe("time in force", () => {
  it("a DAY order ends at 17:00 in New York, a GTD order at its own time, a GTC order never", async () => {
    await market.instrument("EURUSD", { ...AROUND_THE_CLOCK })
    await market.clock({ now: "2026-03-12T20:00:00Z" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    const account = await market.account()
    const limit = { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.1", limitPrice: "1.09000" }
    for (const more of [{ timeInForce: "DAY" }, { timeInForce: "GTD", expiresAt: "2026-03-12T22:30:00Z" }, { timeInForce: "GTC" }]) {
      await market.ask("POST", `/accounts/${account}/orders`, { ...limit, ...more })
    }
    const statuses = async () => {
      const { orders } = await market.ask("GET", `/accounts/${account}/orders`)
      return [2, 1, 0].map((index) => at(orders, index, "status"))
    }
    await market.clock({ now: "2026-03-12T20:59:59Z" })
    expect(await statuses()).toEqual(["pending", "pending", "pending"])
    await market.clock({ advance: "PT1S" })
    expect(await statuses()).toEqual(["expired", "pending", "pending"])
    await market.clock({ now: "2026-03-12T22:29:59.999Z" })
    expect(await statuses()).toEqual(["expired", "pending", "pending"])
    await market.clock({ now: "2026-03-12T22:30:00Z" })
    expect(await statuses()).toEqual(["expired", "expired", "pending"])
    const past = { ...limit, timeInForce: "GTD", expiresAt: "2026-03-12T22:30:00Z" }
    expect(await market.command(account, "POST", "/orders", past)).toMatchObject({ status: 422, body: { code: "INVALID_EXPIRY" } })
  })
})

describe("sessions", () => {
  it("a market that closes refuses orders; a stop-loss over the weekend gap fills at the first price, not at its level", async () => {
    await market.instrument("EURUSD", { ...FX_WEEK, ...swap("0", "0") })
    await market.clock({ now: "2026-03-13T20:59:59Z" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    const account = await market.account()
    await market.trade(account, "buy", "EURUSD", "1", { stopLoss: "1.09500" })
    await market.clock({ advance: "PT1S" })
    const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "1" }
    expect(await market.command(account, "POST", "/orders", order)).toMatchObject({ status: 422, body: { code: "MARKET_CLOSED" } })
    await market.clock({ now: "2026-03-15T20:00:00Z" })
    await market.tick("EURUSD", "1.09000", "1.09010")
    expect(await market.positions(account)).toHaveLength(1)
    await market.clock({ now: "2026-03-15T21:00:00Z" })
    await market.tick("EURUSD", "1.08900", "1.08910")
    await market.flat(account)
    expect((await market.positions(account, "closed"))[0]).toMatchObject({ closePrice: "1.08900", realizedProfit: "-1110.00" })
  })

  it("a liquidation that is due while the market is closed waits for its opening and the first fresh quote", async () => {
    await market.instrument("EURUSD", { ...FX_WEEK, ...swap("0", "0") })
    await market.clock({ now: "2026-03-13T20:59:59Z" })
    await market.tick("EURUSD", "1.10000", "1.10000")
    const account = await market.account({ deposit: "1000", credit: "500" })
    await market.trade(account, "buy", "EURUSD", "1")
    await market.tick("EURUSD", "1.09400", "1.09410")
    expect(await market.figures(account)).toMatchObject({ equity: "900.00", marginWatch: "marginCall" })
    await market.clock({ now: "2026-03-14T12:00:00Z" })
    await market.book(account, "creditOut", "500")
    expect(await market.figures(account)).toMatchObject({ equity: "400.00", marginLevelPercent: "36.3636", marginWatch: "stopOut" })
    expect(await market.events(account, "LiquidationSuspended")).toHaveLength(1)
    await market.clock({ now: "2026-03-15T21:00:00Z" })
    expect(await market.positions(account)).toHaveLength(1)
    await market.tick("EURUSD", "1.09300", "1.09310")
    await market.flat(account)
    expect(await market.figures(account)).toMatchObject({ balance: "300.00", marginWatch: "healthy" })
    const [step] = await market.events(account, "LiquidationStepTaken")
    expect(step).toMatchObject({ rule: "largestLoss", before: { equity: "300", usedMargin: "1100" }, after: { equity: "300" } })
  })

  it("a quote grows stale as the clock goes on, and one that comes after is fresh", async () => {
    await market.instrument("EURUSD", { ...AROUND_THE_CLOCK, quoteAgeMillisMax: 60_000 })
    await market.clock({ now: "2026-03-10T10:00:00Z" })
    await market.tick("EURUSD", "1.10000", "1.10010")
    const account = await market.account()
    const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "0.01" }
    await market.clock({ advance: "PT60S" })
    expect(await market.command(account, "POST", "/orders", order)).toMatchObject({ status: 201 })
    await market.clock({ advance: "PT0.001S" })
    expect(await market.command(account, "POST", "/orders", order)).toMatchObject({ status: 422, body: { code: "STALE_QUOTE" } })
    await market.tick("EURUSD", "1.10000", "1.10010")
    expect(await market.command(account, "POST", "/orders", order)).toMatchObject({ status: 201 })
  })
})

describe("published margin examples", () => {
  beforeAll(async () => {
    await market.clock({ now: "2026-03-10T12:00:00Z" })
    for (const symbol of ["EURUSD", "USDJPY", "USDCHF", "GBPUSD"]) {
      await market.instrument(symbol, { ...AROUND_THE_CLOCK, ...swap("0", "0", "none"), lotsMax: "1000" })
    }
  })

  // Equiti, "How do I calculate the margin required on FX pairs": 1:500 up to 100 lots, 1:200 up to 200
  it("Equiti's tiers by lots: 120 EURUSD at 1.0100 tie up 30,300 USD, 10 more at 1.0200 another 5,100", async () => {
    const marginTiers = [
      { from: "100", multiplier: "2.5" },
      { from: "200", multiplier: "5" }
    ]
    await market.instrument("EURUSD", { marginTierBasis: "lots", marginTiers })
    const account = await market.account({ deposit: "1000000", leverage: 500 })
    await market.tick("EURUSD", "1.01000")
    await market.trade(account, "buy", "EURUSD", "120")
    expect(await market.figures(account)).toMatchObject({ usedMargin: "30300.00" })
    await market.tick("EURUSD", "1.02000")
    await market.trade(account, "buy", "EURUSD", "10")
    expect(await market.figures(account)).toMatchObject({ usedMargin: "35400.00" })
    await market.instrument("EURUSD", { marginTiers: [] })
  })

  // FXNET, "Margin requirements": 1:500 up to 1,000,000 USD of notional, 1:200 up to 2,000,000, 1:100 up to 5,000,000
  it("FXNET's tiers by notional: 1,723.68, then 4,396.70, then 26,593.40 USD", async () => {
    const marginTiers = [
      { from: "1000000", multiplier: "2.5" },
      { from: "2000000", multiplier: "5" }
    ]
    await market.instrument("EURUSD", { marginTierBasis: "notional", marginTiers })
    const account = await market.account({ deposit: "1000000", leverage: 500 })
    for (const [lots, price, margin] of [
      ["7", "1.23120", "1723.68"],
      ["5", "1.23500", "4396.70"],
      ["20", "1.24000", "26593.40"]
    ] as const) {
      await market.tick("EURUSD", price)
      await market.trade(account, "buy", "EURUSD", lots)
      expect(await market.figures(account)).toMatchObject({ usedMargin: margin })
    }
    await market.instrument("EURUSD", { marginTierBasis: "lots", marginTiers: [] })
  })

  // FXPower, "Leverage information": ESMA's caps at 1:30 and 1:20 in accounts of the base currency
  it("ESMA's caps: 5 EURUSD in EUR at 1:30 tie up 16,666.67, 3 AUDCAD in AUD at 1:20 tie up 15,000.00", async () => {
    await market.tick("EURUSD", "1.10000", "1.10010")
    const euros = await market.account({ currency: "EUR", deposit: "100000", group: "retail", leverage: 100 })
    await market.trade(euros, "buy", "EURUSD", "5")
    expect(await market.figures(euros)).toMatchObject({ usedMargin: "16666.67" })

    // neither the simulator nor the product knows the symbol yet
    const added = await fetch(`${market.product.simulatorControlUrl}/control/symbols`, {
      method: "POST",
      body: JSON.stringify([{ symbol: "AUDCAD", price: "0.90000" }])
    })
    expect(await added.json()).toEqual({ added: ["AUDCAD"] })
    await market.instrument(
      "AUDCAD",
      { description: "Australian Dollar / Canadian Dollar", class: "forexMinor", baseCurrency: "AUD", profitCurrency: "CAD" },
      "EURUSD"
    )
    await eventually("AUDCAD's subscription", async () => {
      const { symbols } = await market.ask("GET", "/admin/market/health?symbol=AUDCAD")
      return at(symbols, 0, "subscription") === "live" ? true : undefined
    })
    await market.tick("AUDCAD", "0.90000", "0.90010")
    const dollars = await market.account({ currency: "AUD", deposit: "100000", group: "retail", leverage: 100 })
    await market.trade(dollars, "sell", "AUDCAD", "3")
    expect(await market.figures(dollars)).toMatchObject({ usedMargin: "15000.00" })
  })

  // Grand Capital, "Changes in hedged margin settings" (MetaTrader 4 and 5): as one lot at the average of both opening prices
  it("a hedge of equal volumes: as one lot at the average price under `basic`, as the larger side under `largerLeg`", async () => {
    const basic = await market.group("hedged-basic", { hedgedMargin: "basic" })
    for (const [group, margin] of [
      [basic, "1105.00"],
      ["professional", "1110.00"]
    ] as const) {
      const account = await market.account({ group })
      await market.tick("EURUSD", "1.11000")
      await market.trade(account, "buy", "EURUSD", "1")
      await market.tick("EURUSD", "1.10000")
      await market.trade(account, "sell", "EURUSD", "1")
      expect(await market.figures(account)).toMatchObject({ usedMargin: margin })
    }
  })

  // BabyPips, "How to calculate profit and loss": 1 USDCHF from 1.4530 to 1.4550, the quote then 1.4550/1.4555
  it("BabyPips' profit in francs: 200 CHF sold at 1.4555 are 137.41 USD", async () => {
    const account = await market.account()
    await market.tick("USDCHF", "1.45250", "1.45300")
    await market.trade(account, "buy", "USDCHF", "1")
    await market.tick("USDCHF", "1.45500", "1.45550")
    const closed = await market.ask("POST", `/accounts/${account}/positions/P1/close`)
    expect(closed).toMatchObject({ positions: [{ realizedProfit: "137.41" }] })
  })

  it("a result in yen: 10,000 JPY lost are bought at the worse side, 66.94 USD at 149.380, and less in an account in pounds", async () => {
    const account = await market.account()
    const pounds = await market.account({ currency: "GBP" })
    await market.tick("GBPUSD", "1.28000", "1.28500")
    await market.tick("USDJPY", "149.480", "149.490")
    for (const each of [account, pounds]) await market.trade(each, "buy", "USDJPY", "1")
    await market.tick("USDJPY", "149.390", "149.400")
    // 0.100 × 100,000 = 10,000 JPY; ÷ 149.390 = 66.94 USD; ÷ 1.28000 = 52.30 GBP
    expect(await market.figures(account)).toMatchObject({ floatingProfit: "-66.94" })
    expect(await market.figures(pounds)).toMatchObject({ floatingProfit: "-52.30" })
  })
})

describe("published stop-out examples", () => {
  beforeAll(async () => {
    await market.clock({ now: "2026-03-10T12:00:00Z" })
    for (const symbol of ["EURUSD", "USDJPY"]) {
      await market.instrument(symbol, { ...AROUND_THE_CLOCK, ...swap("0", "0", "none"), lotsMax: "1000" })
    }
  })

  // RoboForex and IC Markets, "cTrader smart stop out": 500 USD at 1:500, buy 200,000 and 50,000 USDJPY, 10.2 pips down
  it("cTrader's smart stop-out closes 2,000 units of the larger position and leaves 496.00 USD of margin at 50.07 %", async () => {
    const group = await market.group("smart", { stopOutStrategy: "smart", refuseExposureInMarginCall: false })
    const account = await market.account({ deposit: "500", leverage: 500, group })
    await market.tick("USDJPY", "101.432")
    await market.trade(account, "buy", "USDJPY", "2")
    await market.trade(account, "buy", "USDJPY", "0.5")
    expect(await market.figures(account)).toMatchObject({ usedMargin: "500.00", marginLevelPercent: "100.00" })
    await market.tick("USDJPY", "101.330")
    const [step] = await eventually("the stop-out", async () => {
      const steps = await market.events(account, "LiquidationStepTaken")
      return steps.length > 0 ? steps : undefined
    })
    expect(step).toMatchObject({ positionId: "P1", lots: "0.02", rule: "mostMargin" })
    expect((await market.positions(account)).map(({ lots }) => lots)).toEqual(["1.98", "0.5"])
    expect(await market.figures(account)).toMatchObject({
      usedMargin: "496.00",
      marginLevelPercent: expect.stringMatching(/^50\.07/u),
      marginWatch: "marginCall"
    })
  })

  // Hercules.Finance, "How is stop-out level affected by ESMA's new regulation": a margin of 300 USD
  it.each([
    ["20", "60.01", "60.00"],
    ["50", "150.01", "150.00"]
  ])("ESMA's close-out at %s percent: a margin of 300 USD stands at an equity of %s and is closed at %s", async (level, stands, closed) => {
    const group = await market.group(`level-${level}`, { stopOutLevelPercent: level })
    await market.tick("EURUSD", "1.20000")
    const account = await market.account({ deposit: "400", group, leverage: 100 })
    await market.trade(account, "buy", "EURUSD", "0.25")
    expect(await market.figures(account)).toMatchObject({ usedMargin: "300.00" })
    // equity is 300.00 now; the last cents are moved by corrections
    await market.tick("EURUSD", "1.19600")
    const surplus = 300 - Number(stands)
    await market.book(account, "correction", (-surplus).toFixed(2))
    expect(await market.figures(account)).toMatchObject({ equity: stands, openPositions: 1 })
    await market.book(account, "correction", "-0.01")
    expect(await market.figures(account)).toMatchObject({ balance: closed, openPositions: 0 })
  })

  it("MetaTrader's order of stop-out: pending orders by reserved margin first, then the largest loss; credit counts as equity", async () => {
    const account = await market.account({ deposit: "2400", credit: "1000", group: "professional" })
    await market.tick("EURUSD", "1.10000")
    await market.tick("GBPUSD", "1.30000")
    await market.trade(account, "buy", "EURUSD", "1")
    await market.trade(account, "buy", "GBPUSD", "1")
    const limit = { symbol: "EURUSD", side: "buy", type: "limit", limitPrice: "1.00000" }
    await market.ask("POST", `/accounts/${account}/orders`, { ...limit, lots: "0.3" })
    await market.ask("POST", `/accounts/${account}/orders`, { ...limit, lots: "0.5" })
    // EURUSD −1,000, GBPUSD −1,120: equity 1,280 of margin 3,200 is 40 %
    await market.tick("EURUSD", "1.09000")
    await market.tick("GBPUSD", "1.28880")
    await eventually("the stop-out's end", async () => ((await market.events(account, "StopOutEnded")).length > 0 ? true : undefined))
    const steps = await market.events(account, "LiquidationStepTaken")
    expect(steps.map(({ rule, orderId, positionId }) => [rule, orderId ?? positionId])).toEqual([
      ["largestReservedMargin", "O4"],
      ["largestReservedMargin", "O3"]
    ])
    // 1,280 of 2,400 is 53.33 %; without the credit it would have been stopped out further
    expect(await market.figures(account)).toMatchObject({ equity: "1280.00", usedMargin: "2400.00", marginLevelPercent: "53.3333" })
    await market.book(account, "creditOut", "1000")
    await market.flat(account)
    const after = await market.events(account, "LiquidationStepTaken")
    expect(after.slice(2).map(({ rule, positionId }) => [rule, positionId])).toEqual([
      ["largestLoss", "P2"],
      ["largestLoss", "P1"]
    ])
  })

  it("netting: a larger opposite deal closes and opens the remainder the other way", async () => {
    const account = await market.account({ mode: "netting" })
    await market.tick("EURUSD", "1.10000")
    await market.trade(account, "buy", "EURUSD", "1")
    await market.tick("EURUSD", "1.11000")
    await market.trade(account, "buy", "EURUSD", "1")
    expect(await market.positions(account)).toMatchObject([{ side: "buy", lots: "2", openPrice: "1.10500" }])
    await market.tick("EURUSD", "1.10800")
    await market.trade(account, "sell", "EURUSD", "3")
    expect(await market.positions(account)).toMatchObject([{ side: "sell", lots: "1", openPrice: "1.10800" }])
    expect(await market.figures(account)).toMatchObject({ balance: "10600.00", usedMargin: "1108.00" })
  })

  it("ESMA's protection: a gap through the stop-out leaves 0.00, not a debt, and the loss is booked as the house's", async () => {
    const account = await market.account({ deposit: "2000" })
    await market.tick("EURUSD", "1.10000")
    await market.trade(account, "buy", "EURUSD", "1")
    await market.tick("EURUSD", "1.06500")
    await market.flat(account)
    const { entries } = await market.ask("GET", `/accounts/${account}/ledger`)
    expect(entries).toMatchObject([
      { kind: "negativeBalanceProtection", amount: "1500.00", balanceAfter: "0.00" },
      { kind: "profit", amount: "-3500.00", balanceAfter: "-1500.00" },
      { kind: "deposit", amount: "2000.00" }
    ])
  })
})

describe("the clock", () => {
  it("refuses what it does not understand, and goes back to the system's time", async () => {
    for (const change of [
      {},
      { now: "yesterday" },
      { advance: "3 days" },
      { now: "1999-12-31T23:59:59Z" },
      { follow: "sun" },
      { running: 1 }
    ]) {
      expect(await market.staff.send("PUT", "/dev/clock", change)).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED" } })
    }
    await market.clock({ now: "2030-01-01T00:00:00Z", running: true })
    expect(await market.ask("GET", "/dev/clock")).toMatchObject({ mode: "running", now: expect.stringMatching(/^2030-01-01T00:0/u) })
    // sign-in does not go by it
    expect(await market.ask("GET", "/accounts")).toHaveProperty("accounts")
    await market.clock({ follow: "system" })
    expect(Math.abs(Date.parse(String((await market.ask("GET", "/dev/clock"))["now"])) - Date.now())).toBeLessThan(60_000)
  })
})
