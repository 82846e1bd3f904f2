/** The model by itself against the numbers that the rules and other platforms' handbooks publish. */
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { RejectionReason as DocumentedReasons, type RejectionReason } from "#domain/RejectionReason.ts"
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { isOpenAt, nightsOf, endOfTradingDay, tradingDayAt } from "./model/Calendar.ts"
import { fraction, roundScaled } from "./model/Fraction.ts"
import { PRECEDENCE } from "./model/Refusals.ts"
import { ReferenceModel } from "./ReferenceModel.ts"
import { instrumentOf, scaled, World } from "./World.ts"

interface Opening {
  readonly currency?: string
  readonly group?: string
  readonly leverage?: number
  readonly mode?: "hedging" | "netting"
  readonly deposit?: string
}

/** One account in one world, with commands and ticks written as text. */
class Scene {
  readonly world = new World()
  readonly model = new ReferenceModel()

  constructor(opening: Opening = {}) {
    this.must({
      _tag: "OpenAccount",
      clientId: "C1",
      currency: opening.currency ?? "USD",
      mode: opening.mode ?? "hedging",
      group: opening.group ?? "professional",
      leverage: opening.leverage ?? 100
    })
    this.must({ _tag: "ApplyBalanceOperation", kind: "deposit", amount: scaled(opening.deposit ?? "10000"), reference: "D1" })
  }

  change(symbol: string, changes: Partial<Instrument>): void {
    const present = this.world.configuration.instruments[symbol]
    if (present === undefined) throw new Error(`no instrument ${symbol}`)
    this.world.configuration = {
      ...this.world.configuration,
      instruments: { ...this.world.configuration.instruments, [symbol]: { ...present, ...changes } }
    }
  }

  changeGroup(name: string, changes: Partial<AccountGroup>): void {
    const present = this.world.configuration.groups[name]
    if (present === undefined) throw new Error(`no group ${name}`)
    this.world.configuration = {
      ...this.world.configuration,
      groups: { ...this.world.configuration.groups, [name]: { ...present, ...changes } }
    }
  }

  run(command: AccountCommand): RejectionReason | undefined {
    return this.model.execute(command, this.world.market())
  }

  must(command: AccountCommand): void {
    expect(this.run(command)).toBeUndefined()
  }

  tick(symbol: string, bid: string, ask = bid): void {
    const quote = this.world.quoteOf(symbol, scaled(bid), scaled(ask))
    this.world.accept(quote)
    this.must({ _tag: "ApplyQuotes", quotes: [quote] })
  }

  market(side: "buy" | "sell", lots: string, symbol: string): void {
    this.must({ _tag: "PlaceOrder", symbol, side, type: "market", lots: scaled(lots), timeInForce: "FOK" })
  }

  get account() {
    return this.model.account
  }

  figures() {
    return this.model.figures(this.world.market())
  }

  lastTrade() {
    return this.account.trades.at(-1)
  }
}

describe("rounding", () => {
  it.each([
    ["0.005", 2, "0.01"],
    ["-0.005", 2, "-0.01"],
    ["0.0049", 2, "0"],
    ["2.5", 0, "3"],
    ["-2.5", 0, "-3"]
  ])("rounds %s to %i digits as %s, half away from zero", (value, digits, expected) => {
    expect(roundScaled(fraction(scaled(value), 100_000_000n), digits)).toBe(scaled(expected))
  })
})

describe("profit", () => {
  it("buy 0.01 EURUSD 1.29887 → 1.29906 is 0.19 USD", () => {
    const scene = new Scene()
    scene.tick("EURUSD", "1.29885", "1.29887")
    scene.market("buy", "0.01", "EURUSD")
    scene.tick("EURUSD", "1.29906", "1.29908")
    scene.must({ _tag: "ClosePosition", positionId: "P1" })
    expect(scene.lastTrade()?.realizedProfit).toBe(scaled("0.19"))
  })

  it.each([
    ["USD", "GBPUSD Bid 1.18479", "12.68"],
    ["EUR", "EURGBP Ask 0.84872", "12.61"]
  ])("sell 0.1 EURGBP 0.84979 → 0.84872 is 10.70 GBP; in %s at %s it is %s", (currency, _, expected) => {
    const scene = new Scene({ currency })
    scene.change("EURGBP", { slippage: { kind: "none", tiers: [] } })
    scene.tick("GBPUSD", "1.18479", "1.18499")
    scene.tick("EURUSD", "1.00000", "1.00000")
    scene.tick("EURGBP", "0.84979", "0.84990")
    scene.market("sell", "0.1", "EURGBP")
    scene.tick("EURGBP", "0.84865", "0.84872")
    scene.must({ _tag: "ClosePosition", positionId: "P1" })
    expect(scene.lastTrade()?.realizedProfit).toBe(scaled(expected))
  })

  it("a gain is sold at Bid, a loss bought at Ask, over USD when there is no direct pair", () => {
    const scene = new Scene({ currency: "EUR" })
    scene.tick("EURUSD", "1.10000", "1.20000")
    scene.tick("USDCAD", "1.30000", "1.40000")
    scene.tick("AUDUSD", "0.60000", "0.70000")
    scene.tick("AUDCAD", "0.90000", "0.90000")
    scene.market("buy", "1", "AUDCAD")
    scene.tick("AUDCAD", "0.90100", "0.90100")
    scene.must({ _tag: "ClosePosition", positionId: "P1" })
    // 100 CAD / 1.40000 USDCAD Ask / 1.20000 EURUSD Ask
    expect(scene.lastTrade()?.realizedProfit).toBe(scaled("59.52"))
    scene.market("buy", "1", "AUDCAD")
    scene.tick("AUDCAD", "0.90000", "0.90000")
    scene.must({ _tag: "ClosePosition", positionId: "P2" })
    // −100 CAD / 1.30000 USDCAD Bid / 1.10000 EURUSD Bid
    expect(scene.lastTrade()?.realizedProfit).toBe(scaled("-69.93"))
  })
})

describe("margin", () => {
  it("EURUSD buy 1 lot, contract 100,000, 1:100, conversion Ask 1.2790 → 1,279.00 USD", () => {
    const scene = new Scene()
    scene.tick("EURUSD", "1.27880", "1.27900")
    scene.market("buy", "1", "EURUSD")
    expect(scene.figures().usedMargin).toBe(scaled("1279"))
  })

  it("USDCHF 1 lot 1:30 → 3,333.33 USD; margin call at equity 3,333.33, stop-out at 1,666.66 and not yet at 1,666.67", () => {
    const levels = [
      ["3333.34", "healthy"],
      ["3333.33", "marginCall"],
      ["1666.67", "marginCall"],
      ["1666.66", "stopOut"]
    ] as const
    for (const [equity, expected] of levels) {
      const scene = new Scene({ group: "retail", deposit: "10000" })
      scene.changeGroup("retail", { hedgedMargin: "largerLeg", markUpPoints: {}, commissions: {} })
      scene.tick("USDCHF", "1.00000")
      scene.market("buy", "1", "USDCHF")
      expect(scene.figures().usedMargin).toBe(scaled("3333.33"))
      scene.must({ _tag: "ApplyBalanceOperation", kind: "correction", amount: scaled(equity) - scaled("10000"), reference: "C" })
      const stoppedOut = scene.account.trades.some((trade) => trade.cause === "stopOut")
      expect({ equity, watch: stoppedOut ? "stopOut" : scene.account.watch }).toEqual({ equity, watch: expected })
    }
  })

  it("brackets: 12 lots GBPUSD pay 5 at the plain rate, 5 at twice, 2 at 3.5 times", () => {
    const scene = new Scene({ deposit: "1000000" })
    scene.tick("GBPUSD", "1.25000")
    scene.change("GBPUSD", { slippage: { kind: "none", tiers: [] } })
    scene.market("buy", "12", "GBPUSD")
    expect(scene.figures().usedMargin).toBe(scaled("27500"))
  })
})

describe("stop-out", () => {
  const scene = (group: string): Scene => {
    const made = new Scene({ group })
    made.changeGroup("smart", { commissions: {} })
    made.tick("EURUSD", "1.10000")
    made.market("buy", "5", "EURUSD")
    made.tick("EURUSD", "1.11000")
    made.market("buy", "3", "EURUSD")
    expect(made.figures().usedMargin).toBe(scaled("8830"))
    made.tick("EURUSD", "1.09680")
    expect(made.account.trades).toHaveLength(2)
    made.tick("EURUSD", "1.09670")
    return made
  }

  it("largest-loss closes the 3 lots: balance 6,010, margin 5,500, equity 4,360", () => {
    const { account, figures } = { account: scene("professional").account, figures: scene("professional").figures() }
    expect(account.positions.map((position) => position.lots)).toEqual([scaled("5")])
    expect(figures).toMatchObject({ balance: scaled("6010"), usedMargin: scaled("5500"), equity: scaled("4360") })
  })

  it("smart closes 11,000 units of the 5 lots: realized −36.30, margin 8,709", () => {
    const made = scene("smart")
    expect(made.lastTrade()).toMatchObject({ cause: "stopOut", lots: scaled("0.11"), realizedProfit: scaled("-36.3") })
    expect(made.figures().usedMargin).toBe(scaled("8709"))
  })

  it("cTrader's example: 200,000 and 50,000 USDJPY, 1:500, balance 500: 2,000 units of the larger are closed", () => {
    const made = new Scene({ group: "lenient", leverage: 500, deposit: "500" })
    made.changeGroup("lenient", { stopOutLevelPercent: scaled("50") })
    made.tick("USDJPY", "101.432")
    made.market("buy", "2", "USDJPY")
    made.market("buy", "0.5", "USDJPY")
    made.tick("USDJPY", "101.330")
    expect(made.account.positions.map((position) => position.lots)).toEqual([scaled("1.98"), scaled("0.5")])
    expect(made.figures().usedMargin).toBe(scaled("496"))
  })

  it("a gap to a negative balance is compensated once", () => {
    const made = new Scene({ deposit: "2000" })
    made.tick("EURUSD", "1.10000")
    made.market("buy", "1", "EURUSD")
    made.tick("EURUSD", "1.05000")
    expect(made.account.ledger.map((entry) => [entry.kind, entry.amount])).toEqual([
      ["deposit", scaled("2000")],
      ["profit", scaled("-5000")],
      ["negativeBalanceProtection", scaled("3000")]
    ])
  })

  it("a position whose market is closed is skipped and taken when it opens", () => {
    const made = new Scene({ deposit: "2000" })
    made.tick("EURUSD", "1.10000")
    made.market("buy", "1", "EURUSD")
    made.world.now = Date.UTC(2026, 2, 7, 12)
    made.tick("EURUSD", "1.08000")
    expect(made.account.positions).toHaveLength(1)
    made.world.now = Date.UTC(2026, 2, 8, 22)
    made.tick("EURUSD", "1.08000")
    expect(made.account.positions).toHaveLength(0)
  })
})

describe("orders", () => {
  it("stop 1950, limit 1952: a buy fills from 1950 to 1952; at 1952.01 it rests", () => {
    for (const [ask, filled] of [
      ["1949.99", false],
      ["1950", true],
      ["1952", true],
      ["1952.01", false]
    ] as const) {
      const scene = new Scene({ deposit: "100000" })
      scene.tick("XAUUSD", "1940")
      const [limitPrice, stopPrice] = [scaled("1952"), scaled("1950")]
      const shape = {
        symbol: "XAUUSD",
        side: "buy",
        type: "stopLimit",
        lots: scaled("0.1"),
        limitPrice,
        stopPrice,
        timeInForce: "GTC"
      } as const
      scene.must({ _tag: "PlaceOrder", ...shape })
      scene.tick("XAUUSD", ask)
      expect(scene.account.positions).toHaveLength(filled ? 1 : 0)
      expect(scene.account.orders).toHaveLength(filled ? 0 : 1)
    }
  })

  it("a stop-loss over a gap is filled at the gap price, a take-profit too", () => {
    for (const [bid, cause] of [
      ["1.09000", "stopLoss"],
      ["1.12000", "takeProfit"]
    ] as const) {
      const scene = new Scene()
      scene.tick("EURUSD", "1.10000")
      const exits = { stopLoss: scaled("1.095"), takeProfit: scaled("1.11") }
      scene.must({ _tag: "PlaceOrder", symbol: "EURUSD", side: "buy", type: "market", lots: scaled("0.1"), timeInForce: "FOK", ...exits })
      scene.tick("EURUSD", bid)
      expect(scene.lastTrade()).toMatchObject({ cause, price: scaled(bid) })
    }
  })

  it("a trailing stop follows in steps and never moves back", () => {
    const scene = new Scene()
    scene.tick("EURUSD", "1.10000")
    const trailingStop = { distancePoints: 100, stepPoints: 20 }
    scene.must({ _tag: "PlaceOrder", symbol: "EURUSD", side: "buy", type: "market", lots: scaled("0.1"), timeInForce: "FOK", trailingStop })
    const stops = ["1.10000", "1.10019", "1.10020", "1.09990", "1.10100"].map((bid) => {
      scene.tick("EURUSD", bid)
      return scene.account.positions[0]?.stopLoss
    })
    expect(stops).toEqual(["1.099", "1.099", "1.0992", "1.0992", "1.1"].map(scaled))
  })

  it("one cancels the other", () => {
    const scene = new Scene()
    scene.tick("EURUSD", "1.10000")
    const common = { symbol: "EURUSD", lots: scaled("0.1"), timeInForce: "GTC", ocoGroup: "A" } as const
    scene.must({ _tag: "PlaceOrder", ...common, side: "buy", type: "stop", stopPrice: scaled("1.101") })
    scene.must({ _tag: "PlaceOrder", ...common, side: "sell", type: "stop", stopPrice: scaled("1.099") })
    scene.tick("EURUSD", "1.10150")
    expect(scene.account.orders).toHaveLength(0)
    expect(scene.account.positions.map((position) => position.side)).toEqual(["buy"])
  })
})

describe("positions", () => {
  it("netting averages the open price by volume, reduces, and turns round", () => {
    const scene = new Scene({ mode: "netting" })
    scene.tick("EURUSD", "1.10000")
    scene.market("buy", "1", "EURUSD")
    scene.tick("EURUSD", "1.10300")
    scene.market("buy", "2", "EURUSD")
    expect(scene.account.positions).toMatchObject([{ side: "buy", lots: scaled("3"), openPrice: scaled("1.102") }])
    scene.market("sell", "1", "EURUSD")
    expect(scene.account.positions).toMatchObject([{ side: "buy", lots: scaled("2"), openPrice: scaled("1.102") }])
    scene.market("sell", "2.5", "EURUSD")
    expect(scene.account.positions).toMatchObject([{ side: "sell", lots: scaled("0.5"), openPrice: scaled("1.103") }])
    expect(scene.account.balance).toBe(scaled("10300"))
  })

  it("close-by: the other's open price closes, the result sits in the first trade, the second has 0", () => {
    const scene = new Scene()
    scene.tick("EURUSD", "1.10000")
    scene.market("buy", "1", "EURUSD")
    scene.tick("EURUSD", "1.10200")
    scene.market("sell", "0.4", "EURUSD")
    scene.tick("EURUSD", "1.05000")
    scene.must({ _tag: "CloseBy", positionId: "P1", oppositePositionId: "P2" })
    expect(scene.account.trades.slice(-2).map((trade) => trade.realizedProfit)).toEqual([scaled("80"), 0n])
    expect(scene.account.positions.map((position) => position.lots)).toEqual([scaled("0.6")])
  })
})

describe("swap", () => {
  it.each([
    ["Monday", Date.UTC(2026, 2, 2, 22), "-10.94"],
    ["Wednesday, three nights", Date.UTC(2026, 2, 4, 22), "-32.82"]
  ])("2 lots AUDUSD at −5.47 points: %s", (_, rollover, expected) => {
    const scene = new Scene()
    scene.world.now = rollover - 3_600_000
    scene.must({ _tag: "ApplyRollover" })
    scene.tick("AUDUSD", "0.70000")
    scene.market("buy", "2", "AUDUSD")
    scene.world.now = rollover
    scene.must({ _tag: "ApplyRollover" })
    scene.must({ _tag: "ApplyRollover" })
    expect(scene.account.positions.map((position) => position.swap)).toEqual([scaled(expected)])
  })

  it("a week of downtime is caught up, once", () => {
    const scene = new Scene()
    scene.tick("AUDUSD", "0.70000")
    scene.market("buy", "2", "AUDUSD")
    scene.world.now += 7 * 86_400_000
    scene.must({ _tag: "ApplyRollover" })
    expect(scene.account.positions.map((position) => position.swap)).toEqual([-7n * scaled("10.94")])
  })
})

describe("calendar", () => {
  it("the trading day ends at 22:00 UTC in winter and 21:00 in summer time", () => {
    expect(endOfTradingDay("2026-03-06")).toBe(Date.UTC(2026, 2, 6, 22))
    expect(endOfTradingDay("2026-03-09")).toBe(Date.UTC(2026, 2, 9, 21))
    expect(endOfTradingDay("2026-10-30")).toBe(Date.UTC(2026, 9, 30, 21))
    expect(endOfTradingDay("2026-11-02")).toBe(Date.UTC(2026, 10, 2, 22))
    expect(tradingDayAt(Date.UTC(2026, 2, 6, 21, 59))).toBe("2026-03-06")
    expect(tradingDayAt(Date.UTC(2026, 2, 6, 22))).toBe("2026-03-07")
  })

  it("holidays shift their nights to the trading day before, over a weekend too", () => {
    const instrument = (date: string) => ({ ...instrumentOf("EURUSD"), holidays: [{ date }] })
    expect(["2026-03-03", "2026-03-04", "2026-03-05"].map((day) => nightsOf(instrument("2026-03-04"), day))).toEqual([4, 0, 1])
    expect(["2026-03-06", "2026-03-09", "2026-03-10"].map((day) => nightsOf(instrument("2026-03-09"), day))).toEqual([2, 0, 1])
  })

  it("sessions follow the instrument's own clock", () => {
    const EURUSD = instrumentOf("EURUSD")
    const GBPUSD = instrumentOf("GBPUSD")
    const UK100 = instrumentOf("UK100")
    expect(isOpenAt(EURUSD, Date.UTC(2026, 2, 6, 21, 59))).toBe(true)
    expect(isOpenAt(EURUSD, Date.UTC(2026, 2, 6, 22))).toBe(false)
    expect(isOpenAt(EURUSD, Date.UTC(2026, 2, 8, 20, 59))).toBe(false)
    expect(isOpenAt(EURUSD, Date.UTC(2026, 2, 8, 21))).toBe(true)
    expect(isOpenAt(UK100, Date.UTC(2026, 2, 27, 8))).toBe(true)
    expect(isOpenAt(UK100, Date.UTC(2026, 2, 30, 7))).toBe(true)
    expect(isOpenAt(UK100, Date.UTC(2026, 2, 30, 15, 30))).toBe(false)
    expect(isOpenAt(GBPUSD, Date.UTC(2026, 2, 10, 15))).toBe(false)
    expect(isOpenAt(GBPUSD, Date.UTC(2026, 2, 12, 16, 59))).toBe(true)
    expect(isOpenAt(GBPUSD, Date.UTC(2026, 2, 12, 17))).toBe(false)
  })
})

describe("money", () => {
  it("a withdrawal reserves: balance unchanged, free margin reduced, released or settled once", () => {
    const scene = new Scene()
    scene.must({ _tag: "ReserveWithdrawal", requestId: "W1", amount: scaled("9000") })
    expect(scene.figures()).toMatchObject({ balance: scaled("10000"), freeMargin: scaled("1000") })
    expect(scene.run({ _tag: "ReserveWithdrawal", requestId: "W2", amount: scaled("1000.01") })).toBe("INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    scene.must({ _tag: "ReleaseWithdrawal", requestId: "W1" })
    scene.must({ _tag: "ReserveWithdrawal", requestId: "W3", amount: scaled("10000") })
    scene.must({ _tag: "SettleWithdrawal", requestId: "W3" })
    expect(scene.run({ _tag: "SettleWithdrawal", requestId: "W3" })).toBe("REFERENCE_ALREADY_BOOKED")
    expect(scene.account.balance).toBe(0n)
  })
})

it("the model knows nothing of the engine but the names of its shapes", () => {
  const folder = path.join(import.meta.dirname, "model")
  const files = [path.join(import.meta.dirname, "ReferenceModel.ts"), ...readdirSync(folder).map((name) => path.join(folder, name))]
  const imports = files.flatMap((file) => readFileSync(file, "utf8").match(/^import [^"]*"[^"]+"/gmu) ?? [])
  expect(imports.length).toBeGreaterThan(30)
  expect(imports.filter((line) => !line.startsWith("import type ") && !/"\.{1,2}\//u.test(line))).toEqual([])
})

it("the model's order of precedence is the documented one", () => {
  expect(PRECEDENCE).toEqual(DocumentedReasons.literals)
})
