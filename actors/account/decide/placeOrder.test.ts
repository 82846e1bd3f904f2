import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order, type Scene } from "#actors/account/testing.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { configured, money, NOON, type QuoteTable } from "#domain/testing.ts"

const EURUSD: QuoteTable = { EURUSD: ["1.10000", "1.10010"] }
const at = (bid: string, ask: string, scene: Scene = {}) => marketOf({ EURUSD: [bid, ask] }, scene)
const d = decimal

describe("market orders", () => {
  it("a buy fills at the ask, a sell at the bid", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), marketOf(EURUSD))
    desk.do(order({ side: "sell" }), marketOf(EURUSD))
    expect([...desk.state.positions.values()].map(({ openPrice }) => formatDecimal(openPrice))).toEqual(["1.1001", "1.1"])
  })

  it("is filled, and so no longer rests: one order, one terminal state", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), marketOf(EURUSD))
    expect(desk.state.orders.size).toBe(0)
    expect(desk.events("OrderFilled")).toMatchObject([{ orderId: "O1", tradeIds: ["T1"] }])
    expect(desk.position).toMatchObject({ positionId: "P1", orderId: "O1", lots: d("1"), margin: d("1100.1") })
  })

  it("keeps the raw quote and fills at the price after mark-up and slippage", () => {
    const configuration = configured(
      { EURUSD: { slippage: { kind: "fixed", tiers: [{ fromLots: 0n, points: 2 }] } } },
      { professional: { markUpPoints: { EURUSD: 6 } } }
    )
    const desk = openAccount()
    desk.do(order({ side: "buy" }), marketOf(EURUSD, { configuration }))
    const [filled] = desk.events("OrderFilled")
    expect(formatDecimal(filled?.price ?? 0n)).toBe("1.10015")
    expect(filled?.quote).toMatchObject({ bid: d("1.1"), ask: d("1.1001") })
  })

  it("carries stop-loss, take-profit and trailing stop over to its position", () => {
    const desk = openAccount()
    const trailingStop = { distancePoints: 100, stepPoints: 10 }
    desk.do(order({ side: "buy", stopLoss: d("1.09950"), takeProfit: d("1.11"), trailingStop }), marketOf(EURUSD))
    expect(desk.position).toMatchObject({ stopLoss: d("1.0995"), takeProfit: d("1.11"), trailingStop })
  })

  it("commission is booked with the deal", () => {
    const commissions = { "*": { kind: "lot", rate: d("3.5"), minimum: 0n } } as const
    const desk = openAccount()
    desk.do(order({ side: "buy" }), marketOf(EURUSD, { configuration: configured({}, { professional: { commissions } }) }))
    expect(desk.tags).toEqual(["OrderPlaced", "OrderFilled", "PositionOpened", "LedgerEntryBooked"])
    expect(desk.events("LedgerEntryBooked")[0]?.entry).toMatchObject({ kind: "commission", amount: d("-3.5"), reference: "T1" })
    expect(money(desk.state.balance)).toBe("9996.50")
    expect(desk.position.commission).toBe(d("-3.5"))
  })
})

describe("maxSlippage in points", () => {
  const slipping = configured({ EURUSD: { slippage: { kind: "fixed", tiers: [{ fromLots: 0n, points: 3 }] } } })
  const market = at("1.10000", "1.10010", { configuration: slipping })
  it.each([
    ["within it the order fills", { maxSlippagePoints: 3 }, "accepted"],
    ["beyond it the order is rejected", { maxSlippagePoints: 2 }, "SLIPPAGE_EXCEEDED"],
    ["it is measured from the price the client saw", { maxSlippagePoints: 12, requestedPrice: d("1.10000") }, "SLIPPAGE_EXCEEDED"],
    ["it is measured from the price the client saw", { maxSlippagePoints: 13, requestedPrice: d("1.10000") }, "accepted"],
    ["a better price is no slippage", { maxSlippagePoints: 0, requestedPrice: d("1.10500") }, "accepted"]
  ])("%s", (_title, fields, expected) => {
    expect(openAccount().try(order({ side: "buy", ...fields }), market)).toBe(expected)
  })
  it("a sell's worse price is the lower one", () => {
    expect(openAccount().try(order({ side: "sell", maxSlippagePoints: 2 }), market)).toBe("SLIPPAGE_EXCEEDED")
    expect(openAccount().try(order({ side: "sell", maxSlippagePoints: 3 }), market)).toBe("accepted")
  })
})

describe("time in force", () => {
  const limit = (timeInForce: "IOC" | "FOK", limitPrice: string) =>
    order({ side: "buy", type: "limit", timeInForce, limitPrice: d(limitPrice) })
  it.each(["IOC", "FOK"] as const)("a limit %s fills at once at the market's price, which is its own or better", (timeInForce) => {
    const desk = openAccount()
    desk.do(limit(timeInForce, "1.10050"), marketOf(EURUSD))
    expect(formatDecimal(desk.position.openPrice)).toBe("1.1001")
  })
  it.each(["IOC", "FOK"] as const)("a limit %s that cannot fill at once is rejected and never rests", (timeInForce) => {
    const desk = openAccount()
    expect(desk.try(limit(timeInForce, "1.10009"), marketOf(EURUSD))).toBe("PRICE_NOT_REACHED")
    expect(desk.state.orders.size).toBe(0)
  })
  it.each(["GTC", "IOC", "FOK"] as const)("a market order may be %s", (timeInForce) => {
    expect(openAccount().try(order({ side: "buy", timeInForce }), marketOf(EURUSD))).toBe("accepted")
  })
  it.each(["GTD", "DAY"] as const)("a market order may not be %s", (timeInForce) => {
    expect(openAccount().try(order({ side: "buy", timeInForce }), marketOf(EURUSD))).toBe("INVALID_TIME_IN_FORCE")
  })
  it.each(["IOC", "FOK"] as const)("a stop may not be %s", (timeInForce) => {
    const stop = order({ side: "buy", type: "stop", stopPrice: d("1.2"), timeInForce })
    expect(openAccount().try(stop, marketOf(EURUSD))).toBe("INVALID_TIME_IN_FORCE")
  })
  it("DAY ends at 17:00 New York", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.05"), timeInForce: "DAY" }), marketOf(EURUSD))
    expect(desk.order.expiresAt).toBe(Date.UTC(2026, 10, 23, 22))
    const summer = { now: Date.UTC(2026, 6, 1, 12) }
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.05"), timeInForce: "DAY" }), marketOf(EURUSD, summer))
    expect(desk.order.expiresAt).toBe(Date.UTC(2026, 6, 1, 21))
  })
  it("GTD needs an expiry, in the future; the others have none", () => {
    const pending = { side: "buy", type: "limit", limitPrice: d("1.05") } as const
    const desk = openAccount()
    expect(desk.try(order({ ...pending, timeInForce: "GTD" }), marketOf(EURUSD))).toBe("INVALID_EXPIRY")
    expect(desk.try(order({ ...pending, timeInForce: "GTD", expiresAt: NOON }), marketOf(EURUSD))).toBe("INVALID_EXPIRY")
    expect(desk.try(order({ ...pending, timeInForce: "GTD", expiresAt: 1e18 }), marketOf(EURUSD))).toBe("INVALID_EXPIRY")
    expect(desk.try(order({ ...pending, timeInForce: "GTC", expiresAt: NOON + 1 }), marketOf(EURUSD))).toBe("INVALID_EXPIRY")
    expect(desk.try(order({ ...pending, timeInForce: "GTD", expiresAt: NOON + 1 }), marketOf(EURUSD))).toBe("accepted")
  })
})

describe("where prices must lie", () => {
  it.each([
    ["a buy limit lies below the ask", { side: "buy", type: "limit", limitPrice: d("1.10010") }, "PRICE_ON_WRONG_SIDE"],
    ["a buy limit lies below the ask", { side: "buy", type: "limit", limitPrice: d("1.10009") }, "accepted"],
    ["a sell limit lies above the bid", { side: "sell", type: "limit", limitPrice: d("1.10000") }, "PRICE_ON_WRONG_SIDE"],
    ["a sell limit lies above the bid", { side: "sell", type: "limit", limitPrice: d("1.10001") }, "accepted"],
    ["a buy stop lies above the ask", { side: "buy", type: "stop", stopPrice: d("1.10010") }, "PRICE_ON_WRONG_SIDE"],
    ["a buy stop lies above the ask", { side: "buy", type: "stop", stopPrice: d("1.10011") }, "accepted"],
    ["a sell stop lies below the bid", { side: "sell", type: "stop", stopPrice: d("1.10000") }, "PRICE_ON_WRONG_SIDE"],
    ["a sell stop lies below the bid", { side: "sell", type: "stop", stopPrice: d("1.09999") }, "accepted"],
    ["a long's stop-loss lies below the bid", { side: "buy", stopLoss: d("1.10000") }, "STOP_LOSS_ON_WRONG_SIDE"],
    ["a long's stop-loss lies below the bid", { side: "buy", stopLoss: d("1.09999") }, "accepted"],
    ["a long's take-profit lies above the bid", { side: "buy", takeProfit: d("1.10000") }, "TAKE_PROFIT_ON_WRONG_SIDE"],
    ["a long's take-profit lies above the bid", { side: "buy", takeProfit: d("1.10001") }, "accepted"],
    ["a short's stop-loss lies above the ask", { side: "sell", stopLoss: d("1.10010") }, "STOP_LOSS_ON_WRONG_SIDE"],
    ["a short's stop-loss lies above the ask", { side: "sell", stopLoss: d("1.10011") }, "accepted"],
    ["a short's take-profit lies below the ask", { side: "sell", takeProfit: d("1.10010") }, "TAKE_PROFIT_ON_WRONG_SIDE"],
    ["a short's take-profit lies below the ask", { side: "sell", takeProfit: d("1.10009") }, "accepted"],
    [
      "a pending order's exits lie around its own price",
      { side: "buy", type: "limit", limitPrice: d("1.05"), stopLoss: d("1.05") },
      "STOP_LOSS_ON_WRONG_SIDE"
    ],
    [
      "a pending order's exits lie around its own price",
      { side: "buy", type: "limit", limitPrice: d("1.05"), stopLoss: d("1.04"), takeProfit: d("1.06") },
      "accepted"
    ]
  ] as const)("%s", (_title, fields, expected) => {
    expect(openAccount().try(order(fields), marketOf(EURUSD))).toBe(expected)
  })

  it.each([
    ["a pending price", { side: "buy", type: "limit", limitPrice: d("1.09961") }, "TOO_CLOSE_TO_MARKET"],
    ["a pending price", { side: "buy", type: "limit", limitPrice: d("1.09960") }, "accepted"],
    ["a stop-loss", { side: "buy", stopLoss: d("1.09951") }, "TOO_CLOSE_TO_MARKET"],
    ["a stop-loss", { side: "buy", stopLoss: d("1.09950") }, "accepted"],
    ["a take-profit", { side: "buy", takeProfit: d("1.10049") }, "TOO_CLOSE_TO_MARKET"]
  ] as const)("%s keeps the instrument's distance from the market", (_title, fields, expected) => {
    const configuration = configured({ EURUSD: { stopsLevelPoints: 50 } })
    expect(openAccount().try(order(fields), marketOf(EURUSD, { configuration }))).toBe(expected)
  })
})

describe("stale quote or closed market", () => {
  const saturday = { now: Date.UTC(2026, 10, 28, 12) }
  const sessions = [{ openMinute: 17 * 60, closeMinute: 5 * 1_440 + 17 * 60 }]
  const configuration = configured({ EURUSD: { sessions } })
  const stale = (ageMillis: number) => {
    const market = marketOf(EURUSD)
    return { ...market, now: NOON + ageMillis }
  }
  it("a market order is refused in a closed market, with the time it opens", () => {
    const desk = openAccount()
    expect(desk.try(order({ side: "buy" }), marketOf(EURUSD, { ...saturday, configuration }))).toBe("MARKET_CLOSED")
    expect(desk.last.rejection?.context).toEqual({ symbol: "EURUSD", opensAt: String(Date.UTC(2026, 10, 29, 22)) })
  })
  it("a market order is refused on a quote older than the configured age, which counts from its reception", () => {
    const desk = openAccount()
    expect(desk.try(order({ side: "buy" }), stale(60_001))).toBe("STALE_QUOTE")
    expect(desk.last.rejection?.context).toEqual({ symbol: "EURUSD", ageMillis: "60001", quoteAgeMillisMax: "60000" })
    expect(desk.try(order({ side: "buy" }), stale(60_000))).toBe("accepted")
  })
  it("a market order is refused on a polled quote, however young", () => {
    const market = marketOf(EURUSD)
    const polled: typeof market = {
      ...market,
      quote: (symbol) => {
        const quote = market.quote(symbol)
        return quote && { ...quote, source: "rest" }
      }
    }
    const desk = openAccount()
    expect(desk.try(order({ side: "buy" }), polled)).toBe("STALE_QUOTE")
    expect(desk.last.rejection?.context).toMatchObject({ symbol: "EURUSD", ageMillis: "0", source: "rest" })
  })
  it("a pending order may be placed then: it trades nothing yet", () => {
    const limit = order({ side: "buy", type: "limit", limitPrice: d("1.05") })
    expect(openAccount().try(limit, marketOf(EURUSD, { ...saturday, configuration }))).toBe("accepted")
    expect(openAccount().try(limit, stale(600_000))).toBe("accepted")
  })
  it("without any quote neither is possible", () => {
    expect(openAccount().try(order({ side: "buy" }), marketOf({}))).toBe("NO_QUOTE")
    expect(openAccount().try(order({ side: "buy", type: "limit", limitPrice: d("1.05") }), marketOf({}))).toBe("NO_QUOTE")
  })
})

describe("a refused order", () => {
  it("is recorded with its reason and its figures, and has changed nothing", () => {
    const desk = openAccount({ balance: "100" })
    const before = desk.state
    expect(desk.try(order({ side: "buy" }), marketOf(EURUSD))).toBe("INSUFFICIENT_FREE_MARGIN")
    expect(desk.events("OrderRejected")).toMatchObject([
      {
        orderId: "O1",
        request: { symbol: "EURUSD", side: "buy" },
        rejection: {
          reason: "INSUFFICIENT_FREE_MARGIN",
          context: { requiredMargin: "1100.1", commission: "0", freeMargin: "100" }
        }
      }
    ])
    expect(desk.state).toEqual({ ...before, orderCount: 1, lastEventAt: NOON })
  })

  it("is known to be over afterwards", () => {
    const desk = openAccount({ balance: "100" })
    desk.try(order({ side: "buy" }), marketOf(EURUSD))
    expect(desk.try({ _tag: "CancelOrder", orderId: "O1" }, marketOf(EURUSD))).toBe("ORDER_NOT_PENDING")
  })
})

describe("free margin is checked at placement", () => {
  it.each([
    ["exactly enough is enough", "1100.10", {}, "accepted"],
    ["a cent less is not", "1100.09", {}, "INSUFFICIENT_FREE_MARGIN"],
    ["a pending order is checked at its own price", "1050.00", { type: "limit", limitPrice: d("1.05") }, "accepted"],
    ["a pending order is checked at its own price", "1049.99", { type: "limit", limitPrice: d("1.05") }, "INSUFFICIENT_FREE_MARGIN"]
  ] as const)("%s", (_title, balance, fields, expected) => {
    expect(openAccount({ balance }).try(order({ side: "buy", ...fields }), marketOf(EURUSD))).toBe(expected)
  })
  it("commission counts", () => {
    const commissions = { "*": { kind: "lot", rate: d("3.5"), minimum: 0n } } as const
    const configuration = configured({}, { professional: { commissions } })
    expect(openAccount({ balance: "1103.59" }).try(order({ side: "buy" }), marketOf(EURUSD, { configuration }))).toBe(
      "INSUFFICIENT_FREE_MARGIN"
    )
    expect(openAccount({ balance: "1103.60" }).try(order({ side: "buy" }), marketOf(EURUSD, { configuration }))).toBe("accepted")
  })
  it("what resting orders and withdrawal requests hold back is not free", () => {
    const desk = openAccount({ balance: "2500" })
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.00") }), marketOf(EURUSD))
    expect(desk.figures(marketOf(EURUSD))["freeMargin"]).toBe("1500.00")
    desk.do({ _tag: "ReserveWithdrawal", requestId: "W1", amount: d("500") }, marketOf(EURUSD))
    expect(desk.figures(marketOf(EURUSD))["freeMargin"]).toBe("1000.00")
    expect(desk.try(order({ side: "buy" }), marketOf(EURUSD))).toBe("INSUFFICIENT_FREE_MARGIN")
  })
  it("a hedge that needs no more margin is not refused for want of it", () => {
    const desk = openAccount({ balance: "1150" })
    desk.do(order({ side: "buy" }), marketOf(EURUSD))
    expect(desk.try(order({ side: "buy" }), marketOf(EURUSD))).toBe("INSUFFICIENT_FREE_MARGIN")
    const loose = configured({}, { professional: { refuseExposureInMarginCall: false } })
    expect(desk.try(order({ side: "sell" }), marketOf(EURUSD, { configuration: loose }))).toBe("accepted")
  })
})

describe("an order whose result could not be converted", () => {
  const quotes = { EURGBP: ["0.85000", "0.85010"], GBPUSD: ["1.30000", "1.30010"] } as const
  it.each([
    ["market", order({ symbol: "GBPUSD", side: "buy", volume: "0.01" })],
    ["resting", order({ symbol: "GBPUSD", side: "buy", volume: "0.01", type: "limit", limitPrice: d("1.29") })]
  ])("is refused, although its margin could be: %s", (_, command) => {
    const desk = openAccount({ currency: "EUR" })
    expect(desk.try(command, marketOf(quotes))).toBe("NO_CONVERSION_RATE")
  })
})
