import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { AccountGroup } from "#domain/AccountGroup.ts"
import type { Book } from "#domain/Book.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { Instrument } from "#domain/Instrument.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { TicketDraft } from "../../state/ticket.ts"
import { lotsForRisk } from "./lotsForRisk.ts"
import { readTicket } from "./readTicket.ts"
import { exitPriceFor, ticketPreview } from "./ticketPreview.ts"
import { lotsWorth, worthOf } from "./worth.ts"

const forex = (symbol: string, digits: number) =>
  Schema.decodeUnknownSync(Instrument)({
    symbol,
    description: symbol,
    class: "forexMajor",
    calculation: "forex",
    baseCurrency: symbol.slice(0, 3),
    profitCurrency: symbol.slice(3),
    contractSize: "100000",
    digits,
    lotsMin: "0.01",
    lotsMax: "100",
    lotsStep: "0.01",
    spreadPoints: 10,
    stopsLevelPoints: 0,
    quoteAgeMillisMax: 10_000,
    marginTierBasis: "lots",
    marginTiers: [],
    hedgedContractSize: "100000",
    swap: { kind: "none", long: "0", short: "0", dayMultipliers: [1, 1, 3, 1, 1, 0, 0] },
    slippage: { kind: "none", tiers: [] },
    timeZone: "America/New_York",
    sessions: [],
    holidays: [],
    halted: false
  })

const EURUSD = forex("EURUSD", 5)
const USDJPY = forex("USDJPY", 3)

const group = Schema.decodeUnknownSync(AccountGroup)({
  name: "professional",
  marginCallLevelPercent: "100",
  stopOutLevelPercent: "50",
  stopOutStrategy: "largestLoss",
  hedgedMargin: "largerLeg",
  refuseExposureInMarginCall: true,
  negativeBalanceProtection: true,
  leverageCaps: {},
  markUpPoints: {},
  commissions: { EURUSD: { kind: "lot", rate: "3.5", minimum: "0" } }
})

const market: Readonly<Record<string, readonly [string, string]>> = { EURUSD: ["1.10000", "1.10010"], USDJPY: ["150.000", "150.010"] }
const prices: ClientPrices = {
  configuration: { version: 1, instruments: { EURUSD, USDJPY }, groups: { professional: group }, halted: false },
  group,
  quote: (symbol) => {
    const [bid, ask] = market[symbol] ?? []
    if (bid === undefined || ask === undefined) return undefined
    return { symbol, bid: decimal(bid), ask: decimal(ask), time: 0, receivedAt: 0, sequence: 1, source: "ws" }
  }
}
const book: Book = {
  currency: "USD",
  currencyDigits: 2,
  mode: "hedging",
  group: "professional",
  leverage: 100,
  balance: decimal("10000"),
  credit: 0n,
  positions: new Map(),
  orders: new Map(),
  reservations: new Map()
}
const equity = decimal("10000")
const draft: TicketDraft = {
  side: "buy",
  type: "market",
  lots: "1.00",
  limitPrice: "",
  stopPrice: "",
  timeInForce: "GTC",
  expiresAt: "",
  stopLoss: { enabled: false, text: "" },
  takeProfit: { enabled: false, text: "" },
  trailingStop: { enabled: false, text: "" },
  maxSlippage: { enabled: false, text: "" }
}
const context = { instrument: EURUSD, prices, book, exitUnit: "price", equity, timeZone: "Europe/London" } as const
const exit = (text: string) => ({ enabled: true, text })
const text = (value: bigint | undefined) => (value === undefined ? undefined : formatDecimal(value))

describe("ticketPreview", () => {
  it("computes margin, cost and what is left as the engine does", () => {
    const order = readTicket({ ...draft, stopLoss: exit("1.09500"), takeProfit: exit("1.11000") }, context).order!
    const preview = ticketPreview(prices, book, equity, order)!
    expect(text(preview.price)).toBe("1.1001")
    expect(text(preview.margin)).toBe("1100.1")
    expect(text(preview.spreadCost)).toBe("-10")
    expect(text(preview.commission)).toBe("3.5")
    expect(text(preview.pipValue)).toBe("10")
    expect(text(preview.after.freeMargin)).toBe("8886.4")
    expect(text(preview.stopLossProfit)).toBe("-510")
    expect(text(preview.takeProfitProfit)).toBe("990")
  })

  it("asks for no more margin where an opposite position covers the order", () => {
    const short = {
      positionId: "P1",
      symbol: "EURUSD",
      side: "sell" as const,
      lots: decimal("2"),
      openPrice: decimal("1.1"),
      openedAt: 0,
      margin: decimal("2200"),
      marginRate: decimal("1.1"),
      swap: 0n,
      commission: 0n,
      orderId: "O1"
    }
    const order = readTicket(draft, context).order!
    const preview = ticketPreview(prices, { ...book, positions: new Map([["P1", short]]) }, equity, order)!
    expect(text(preview.margin)).toBe("0")
  })

  it("holds back margin for a pending order and charges neither spread nor commission yet", () => {
    const order = readTicket({ ...draft, type: "limit", limitPrice: "1.09000" }, context).order!
    const preview = ticketPreview(prices, book, equity, order)!
    expect(text(preview.margin)).toBe("1090")
    expect(text(preview.spreadCost)).toBe("0")
    expect(text(preview.commission)).toBe("0")
  })

  it("knows nothing without a quote", () => {
    const order = readTicket(draft, context).order!
    expect(ticketPreview({ ...prices, quote: () => undefined }, book, equity, order)).toBeUndefined()
  })
})

describe("exitPriceFor", () => {
  it.each([
    { instrument: EURUSD, side: "buy", open: "1.10010", money: "100", price: "1.1011" },
    { instrument: EURUSD, side: "buy", open: "1.10010", money: "-100", price: "1.0991" },
    { instrument: EURUSD, side: "sell", open: "1.10000", money: "100", price: "1.099" },
    { instrument: EURUSD, side: "sell", open: "1.10000", money: "-100", price: "1.101" },
    { instrument: USDJPY, side: "buy", open: "150.010", money: "100", price: "150.16" }
  ] as const)("$instrument.symbol $side: $money is reached at $price", ({ instrument, side, open, money, price }) => {
    expect(text(exitPriceFor(prices, book, { instrument, side, lots: decimal("1") }, decimal(open), decimal(money)))).toBe(price)
  })
})

describe("readTicket", () => {
  it.each([
    { case: "text for a volume", change: { lots: "one" }, problems: { lots: { kind: "number" } } },
    { case: "too little", change: { lots: "0" }, problems: { lots: { kind: "lotsMin", lots: "0.01" } } },
    { case: "too much", change: { lots: "100.01" }, problems: { lots: { kind: "lotsMax", lots: "100.00" } } },
    { case: "off the step", change: { lots: "0.015" }, problems: { lots: { kind: "lotsStep", lots: "0.01" } } },
    { case: "a limit order without its price", change: { type: "limit" }, problems: { limitPrice: { kind: "price" } } },
    { case: "a price with too many digits", change: { type: "stop", stopPrice: "1.100001" }, problems: { stopPrice: { kind: "price" } } },
    {
      case: "both prices of a stop limit",
      change: { type: "stopLimit" },
      problems: { limitPrice: { kind: "price" }, stopPrice: { kind: "price" } }
    },
    { case: "an exit that is no price", change: { stopLoss: exit("x") }, problems: { stopLoss: { kind: "price" } } },
    {
      case: "a buy's stop-loss at the bid",
      change: { stopLoss: exit("1.10000") },
      problems: { stopLoss: { kind: "stopLossSide", price: "1.10000" } }
    },
    {
      case: "a buy's take-profit below the bid",
      change: { takeProfit: exit("1.09") },
      problems: { takeProfit: { kind: "takeProfitSide", price: "1.10000" } }
    },
    {
      case: "a sell's stop-loss below the ask",
      change: { side: "sell", stopLoss: exit("1.10000") },
      problems: { stopLoss: { kind: "stopLossSide", price: "1.10010" } }
    }
  ] as const)("names $case", ({ change, problems }) => {
    const read = readTicket({ ...draft, ...change }, context)
    expect(read.problems).toEqual(problems)
    expect(read.order).toBeUndefined()
  })

  it("turns points and money into prices on the side where they belong", () => {
    const points = readTicket(
      { ...draft, side: "sell", stopLoss: exit("100"), takeProfit: exit("200") },
      { ...context, exitUnit: "points" }
    ).order!
    expect([text(points.stopLoss), text(points.takeProfit)]).toEqual(["1.101", "1.098"])
    const money = readTicket({ ...draft, stopLoss: exit("50"), takeProfit: exit("100") }, { ...context, exitUnit: "money" }).order!
    expect([text(money.stopLoss), text(money.takeProfit)]).toEqual(["1.0996", "1.1011"])
    const share = readTicket({ ...draft, stopLoss: exit("0.5"), takeProfit: exit("1") }, { ...context, exitUnit: "percent" }).order!
    expect([text(share.stopLoss), text(share.takeProfit)]).toEqual(["1.0996", "1.1011"])
  })

  it("reads the expiry in the person's time zone", () => {
    const read = readTicket({ ...draft, type: "limit", limitPrice: "1.09", timeInForce: "GTD", expiresAt: "2026-07-01T12:00" }, context)
    expect(read.expiresAt).toBe(Date.parse("2026-07-01T11:00:00Z"))
    expect(read.order).toBeDefined()
  })

  it("leaves out exits that are switched off, whatever stands in them", () => {
    const order = readTicket({ ...draft, stopLoss: { enabled: false, text: "x" } }, context).order!
    expect(order.stopLoss).toBeUndefined()
  })
})

describe("lotsForRisk", () => {
  const risk = (percent: string, stopLoss: string, instrument = EURUSD) =>
    text(
      lotsForRisk(prices, book, equity, decimal(percent), {
        instrument,
        side: "buy",
        openPrice: decimal("1.10010"),
        stopLoss: decimal(stopLoss)
      })
    )

  it.each([
    { percent: "1", stopLoss: "1.09910", lots: "1" },
    { percent: "2", stopLoss: "1.09910", lots: "2" },
    { percent: "1", stopLoss: "1.09710", lots: "0.33" },
    { percent: "0.5", stopLoss: "1.00010", lots: undefined }
  ])("$percent % up to $stopLoss is $lots lots", ({ percent, stopLoss, lots }) => {
    expect(risk(percent, stopLoss)).toBe(lots)
  })

  it("risks nothing where the stop-loss is no loss", () => {
    expect(risk("1", "1.20000")).toBeUndefined()
  })
})

describe("the worth of a volume", () => {
  it.each([
    ["EURUSD", "buy", "1.00", "110010"],
    ["EURUSD", "sell", "0.10", "11000"],
    ["USDJPY", "buy", "0.10", "10000"]
  ] as const)("of %s, %s %s lots, is %s in the account's currency", (symbol, side, lots, worth) => {
    const instrument = symbol === "EURUSD" ? EURUSD : USDJPY
    expect(text(worthOf(prices, book, instrument, side, decimal(lots)))).toBe(worth)
  })

  it.each([
    ["50000", "0.45"],
    ["11001", "0.1"],
    ["11000.99", "0.09"],
    ["1", "0"]
  ])("%s buys the most lots on the step that cost no more: %s", (amount, lots) => {
    expect(text(lotsWorth(prices, book, EURUSD, "buy", decimal(amount)))).toBe(lots)
  })
})
