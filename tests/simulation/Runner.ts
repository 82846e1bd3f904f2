/** Runner: turns steps into commands and quotes for a twin. What a step means depends only on the model's account and the world. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderRequest } from "#domain/Order.ts"
import { isOpenAt, endOfTradingDay, tradingDayAt } from "./model/Calendar.ts"
import { pointOf } from "./model/MarketView.ts"
import type { Exits, Move, Setup, Step } from "./Steps.ts"
import { type Engine, Twin } from "./Twin.ts"
import { INSTRUMENTS, scaled } from "./World.ts"

type Of<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>
type Command<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>

/** Mid prices at the start. */
const FIRST_PRICES: Readonly<Record<string, string>> = {
  EURUSD: "1.10000",
  GBPUSD: "1.25000",
  USDJPY: "150.000",
  USDCHF: "0.90000",
  AUDUSD: "0.65000",
  EURGBP: "0.88000",
  AUDCAD: "0.88400",
  USDCAD: "1.36000",
  XAUUSD: "1950.00",
  UK100: "8000.0",
  BTCUSD: "30000.00"
}

const HOUR = 3_600_000
const HUNDREDTH = 1_000_000n
/** Keeps the model's step by step search of a smart stop-out short. */
const MOST_LOTS = scaled("15")

export class Runner {
  readonly twin: Twin
  private readonly setup: Setup
  private references = 0

  constructor(engine: Engine, setup: Setup) {
    this.twin = new Twin(engine)
    this.setup = setup
    this.twin.world.now = setup.startsAt
    INSTRUMENTS.forEach((instrument, index) => {
      const price = scaled(FIRST_PRICES[instrument.symbol] ?? "1")
      if (index !== setup.silentSymbol) this.twin.feed(this.twin.world.quoteOf(instrument.symbol, price, price + 10n * pointOf(instrument)))
    })
    const { currency, mode, group, leverage } = setup
    this.twin.execute({ _tag: "OpenAccount", clientId: "C1", currency, mode, group, leverage })
    this.book("deposit", setup.deposit)
  }

  run(step: Step): void {
    const { twin } = this
    switch (step.kind) {
      case "tick":
        twin.world.now += step.laterMillis
        return this.move(step.move)
      case "poll":
        return this.poll(step)
      case "burst":
        return this.burst(step.moves)
      case "badQuote":
        return this.badQuote(step)
      case "wait":
        return this.wait(step)
      case "place":
        return this.place(step)
      case "modifyOrder":
        return this.modifyOrder(step)
      case "cancelOrder":
        return twin.execute({ _tag: "CancelOrder", orderId: this.orderId(step.index) })
      case "cancelOrders":
        return twin.execute({ _tag: "CancelOrders", ...this.filter(step) })
      case "modifyPosition":
        return this.modifyPosition(step)
      case "close":
        return this.close(step)
      case "closeMany":
        return twin.execute({ _tag: "ClosePositions", ...this.filter(step), result: step.result })
      case "closeBy":
        return this.closeBy(step)
      case "reverse":
        this.refresh(this.position(step.index)?.symbol, step.fresh)
        return twin.execute({ _tag: "ReversePosition", positionId: this.positionId(step.index) })
      case "money":
        return this.money(step)
      case "brink":
        return this.brink(step)
      case "withdrawal":
        return this.withdrawal(step)
      case "settings":
        return this.settings(step)
      case "halt":
        return this.halt(step)
    }
  }

  // ---- quotes

  private instrument(pick: number): Instrument {
    const chosen = this.setup.symbols[pick % this.setup.symbols.length] ?? 0
    const instrument = INSTRUMENTS[chosen % INSTRUMENTS.length]
    if (instrument === undefined) throw new Error("no instruments")
    return this.twin.world.configuration.instruments[instrument.symbol] ?? instrument
  }

  private moved(move: Move) {
    const instrument = this.instrument(move.symbol)
    const { world } = this.twin
    const point = pointOf(instrument)
    const last = world.quotes.get(instrument.symbol)?.bid ?? scaled(FIRST_PRICES[instrument.symbol] ?? "1")
    const bid = ((last + (last * BigInt(move.change * this.setup.volatility)) / 100_000n) / point) * point
    return world.quoteOf(instrument.symbol, bid, bid + BigInt(move.spreadPoints) * point)
  }

  private move(move: Move): void {
    this.twin.tick(this.moved(move))
  }

  private poll(step: Of<"poll">): void {
    const quote = { ...this.moved(step.move), source: "rest" as const }
    if (this.twin.feed(quote) && step.woken) this.twin.execute({ _tag: "ApplyQuotes", quotes: [quote] })
  }

  /** Several quotes in one wake-up, as after a moment of being busy. */
  private burst(moves: ReadonlyArray<Move>): void {
    const quotes = moves.map((move) => this.moved(move)).filter((quote) => this.twin.feed(quote))
    this.twin.execute({ _tag: "ApplyQuotes", quotes })
  }

  private badQuote(step: Of<"badQuote">): void {
    const { symbol } = this.instrument(step.symbol)
    const { world } = this.twin
    const last = world.quotes.get(symbol)
    if (last === undefined) return
    const faulty = {
      crossed: () => world.quoteOf(symbol, last.ask + 1000n, last.bid),
      zero: () => world.quoteOf(symbol, 0n, last.ask),
      negative: () => world.quoteOf(symbol, -last.bid, last.ask),
      old: () => world.quoteOf(symbol, last.bid, last.ask, { time: last.time - 1 }),
      beforePoll: () => {
        this.twin.feed(world.quoteOf(symbol, last.bid, last.ask, { time: world.now + 500, source: "rest" }))
        return world.quoteOf(symbol, last.bid, last.ask)
      },
      spike: () => world.quoteOf(symbol, (last.bid * 12n) / 10n, (last.ask * 12n) / 10n),
      confirmedSpike: () => world.quoteOf(symbol, (last.bid * 12n) / 10n, (last.ask * 12n) / 10n)
    }[step.fault]()
    this.twin.tick(faulty)
    if (step.fault === "confirmedSpike") this.twin.tick(world.quoteOf(symbol, faulty.bid + 100_000_000n, faulty.ask + 100_000_000n))
  }

  /** A tick that hardly moves, so that the market is not stale. */
  private refresh(symbol: string | undefined, fresh: boolean): void {
    const last = symbol === undefined ? undefined : this.twin.world.quotes.get(symbol)
    if (!fresh || last === undefined || symbol === undefined) return
    this.twin.tick(this.twin.world.quoteOf(symbol, last.bid, last.ask))
  }

  // ---- time

  private wait(step: Of<"wait">): void {
    const { world } = this.twin
    const boundary = endOfTradingDay(tradingDayAt(world.now))
    const weekdays = [HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR].find((later) => {
      const instrument = INSTRUMENTS[0]
      return instrument !== undefined && isOpenAt(instrument, world.now + later)
    })
    world.now = {
      seconds: () => world.now + 15_000,
      stale: () => world.now + 60_001,
      minutes: () => world.now + 20 * 60_000,
      hours: () => world.now + 5 * HOUR,
      day: () => world.now + 24 * HOUR,
      weekend: () => world.now + (weekdays ?? 24 * HOUR),
      beforeRollover: () => boundary - 1,
      rollover: () => boundary
    }[step.how]()
    if (step.woken) this.twin.execute({ _tag: "ApplyRollover" })
  }

  // ---- orders

  private place(step: Of<"place">): void {
    const instrument = this.instrument(step.symbol)
    this.refresh(instrument.symbol, step.fresh)
    this.twin.execute({ _tag: "PlaceOrder", ...this.flawed(this.request(step, instrument), step) })
  }

  private request(step: Of<"place">, instrument: Instrument): OrderRequest {
    const point = pointOf(instrument)
    const quote = this.twin.world.quotes.get(instrument.symbol)
    const market = (step.side === "buy" ? quote?.ask : quote?.bid) ?? scaled(FIRST_PRICES[instrument.symbol] ?? "1")
    const worse = step.side === "buy" ? point : -point
    const stopPrice = market + BigInt(step.distance) * worse
    const limitPrice = step.type === "limit" ? market - BigInt(step.distance) * worse : stopPrice + BigInt(step.limitDistance) * point
    const needsLimit = step.type === "limit" || step.type === "stopLimit"
    const needsStop = step.type === "stop" || step.type === "stopLimit"
    const reference = needsLimit ? limitPrice : needsStop ? stopPrice : market
    const coarse = this.volume(step, instrument, market)
    return {
      symbol: instrument.symbol,
      side: step.side,
      type: step.type,
      lots: coarse - (coarse % instrument.lotsStep) || instrument.lotsStep,
      ...(needsLimit ? { limitPrice } : {}),
      ...(needsStop ? { stopPrice } : {}),
      timeInForce: step.timeInForce,
      ...(step.timeInForce === "GTD" ? { expiresAt: this.twin.world.now + step.expiresInMillis } : {}),
      ...exitPrices(step.exits, step.side, reference, point),
      ...(step.maxSlippagePoints === undefined ? {} : { maxSlippagePoints: step.maxSlippagePoints }),
      ...(step.requestedPoints === undefined || step.type !== "market"
        ? {}
        : { requestedPrice: market + BigInt(step.requestedPoints) * point }),
      ...(step.oco === undefined ? {} : { ocoGroup: `G${step.oco}` })
    }
  }

  /** So many lots, or as many as that share of the free margin carries. */
  private volume(step: Of<"place">, instrument: Instrument, price: bigint): bigint {
    const plain = BigInt(step.lots) * HUNDREDTH
    if (step.share === undefined || this.twin.world.quotes.get(instrument.symbol) === undefined) return plain
    const { freeMargin } = this.twin.model.figures(this.twin.world.market())
    const perLot = this.twin.model.marginOf(this.twin.world.market(), {
      symbol: instrument.symbol,
      side: step.side,
      lots: scaled("1"),
      price
    })
    if (perLot === undefined || perLot <= 0n || freeMargin <= 0n) return plain
    const most = (freeMargin * scaled("1") * BigInt(step.share)) / (perLot * 100n)
    return most < MOST_LOTS ? most : MOST_LOTS
  }

  private flawed(request: OrderRequest, step: Of<"place">): OrderRequest {
    const { limitPrice: _limit, stopPrice: _stop, ...unpriced } = request
    switch (step.flaw) {
      case "none":
        return request
      case "noPrice":
        return unpriced
      case "extraPrice":
        return { ...request, limitPrice: request.limitPrice ?? scaled("1"), stopPrice: request.stopPrice ?? scaled("1") }
      case "offPoint":
        return request.limitPrice === undefined
          ? { ...request, stopLoss: scaled("1.00000001") }
          : { ...request, limitPrice: request.limitPrice + 1n }
      case "offStep":
        return { ...request, lots: request.lots + 1n }
      case "tooSmall":
        return { ...request, lots: scaled("0.001") }
      case "tooLarge":
        return { ...request, lots: scaled("50.01") }
      case "negative":
        return { ...request, lots: -request.lots }
      case "unknownSymbol":
        return { ...request, symbol: "NOSUCH" }
      case "badExpiry":
        return { ...request, expiresAt: this.twin.world.now - 1 }
    }
  }

  private modifyOrder(step: Of<"modifyOrder">): void {
    const order = this.twin.model.account.orders[step.index % Math.max(1, this.twin.model.account.orders.length)]
    const orderId = this.orderId(step.index)
    if (order === undefined) return this.twin.execute({ _tag: "ModifyOrder", orderId })
    const instrument = this.twin.world.configuration.instruments[order.symbol]
    const quote = this.twin.world.quotes.get(order.symbol)
    if (instrument === undefined || quote === undefined) return
    const point = pointOf(instrument)
    const market = order.side === "buy" ? quote.ask : quote.bid
    const worse = order.side === "buy" ? point : -point
    const price = market + BigInt(step.distance) * (order.type === "limit" ? -worse : worse)
    const change: Command<"ModifyOrder"> = {
      _tag: "ModifyOrder",
      orderId,
      ...(step.lots === undefined ? {} : { lots: BigInt(step.lots) * HUNDREDTH }),
      ...(order.type === "limit" ? { limitPrice: price } : { stopPrice: price }),
      ...changedExits(step.exits, order.side, price, point)
    }
    this.twin.execute(change)
  }

  private orderId(index: number): string {
    const { orders, orderCount } = this.twin.model.account
    return orders[index % Math.max(1, orders.length)]?.orderId ?? `O${1 + (index % (orderCount + 2))}`
  }

  private filter(step: { readonly symbol: number | undefined; readonly side: "buy" | "sell" | undefined }) {
    return {
      ...(step.symbol === undefined ? {} : { symbol: this.instrument(step.symbol).symbol }),
      ...(step.side === undefined ? {} : { side: step.side })
    }
  }

  // ---- positions

  private position(index: number) {
    const { positions } = this.twin.model.account
    return positions[index % Math.max(1, positions.length)]
  }

  private positionId(index: number): string {
    return this.position(index)?.positionId ?? `P${1 + (index % (this.twin.model.account.positionCount + 2))}`
  }

  private modifyPosition(step: Of<"modifyPosition">): void {
    const position = this.position(step.index)
    this.refresh(position?.symbol, step.fresh)
    const positionId = this.positionId(step.index)
    const quote = position === undefined ? undefined : this.twin.world.quotes.get(position.symbol)
    const instrument = position === undefined ? undefined : this.twin.world.configuration.instruments[position.symbol]
    if (position === undefined || quote === undefined || instrument === undefined) {
      return this.twin.execute({ _tag: "ModifyPosition", positionId, stopLoss: scaled("1") })
    }
    const market = position.side === "buy" ? quote.bid : quote.ask
    this.twin.execute({ _tag: "ModifyPosition", positionId, ...changedExits(step.exits, position.side, market, pointOf(instrument)) })
  }

  private close(step: Of<"close">): void {
    const position = this.position(step.index)
    this.refresh(position?.symbol, step.fresh)
    const share = step.percent === undefined || position === undefined ? undefined : (position.lots * BigInt(step.percent)) / 100n
    this.twin.execute({
      _tag: "ClosePosition",
      positionId: this.positionId(step.index),
      ...(share === undefined ? {} : { lots: share - (share % HUNDREDTH) }),
      ...(step.maxSlippagePoints === undefined ? {} : { maxSlippagePoints: step.maxSlippagePoints })
    })
  }

  private closeBy(step: Of<"closeBy">): void {
    const position = this.position(step.index)
    this.refresh(position?.symbol, step.fresh)
    const { positions } = this.twin.model.account
    const opposite = positions.find((candidate) => candidate.symbol === position?.symbol && candidate.side !== position.side)
    this.twin.execute({
      _tag: "CloseBy",
      positionId: this.positionId(step.index),
      oppositePositionId: opposite?.positionId ?? this.positionId(step.index + 1)
    })
  }

  // ---- money and settings

  /** About a dollar each, in the account's currency, with odd digits. */
  private amount(units: number): bigint {
    const unit = { USD: "1.01", EUR: "0.97", JPY: "151", BTC: "0.00003333" }[this.setup.currency]
    return BigInt(units) * scaled(unit)
  }

  private book(kind: Command<"ApplyBalanceOperation">["kind"], units: number, again = false): void {
    if (!again) this.references += 1
    this.twin.execute({ _tag: "ApplyBalanceOperation", kind, amount: this.amount(units), reference: `R${this.references}` })
  }

  private money(step: Of<"money">): void {
    this.book(step.operation, step.operation === "correction" && step.amount % 3 === 0 ? -step.amount : step.amount, step.again)
  }

  private brink(step: Of<"brink">): void {
    const { twin } = this
    const { equity, usedMargin } = twin.model.figures(twin.world.market())
    const group = twin.world.configuration.groups[twin.model.account.group]
    if (group === undefined || usedMargin === 0n) return
    const percent = step.level === "marginCall" ? group.marginCallLevelPercent : group.stopOutLevelPercent
    const unit = 10n ** BigInt(8 - twin.model.account.currencyDigits)
    const level = (usedMargin * percent) / (100n * scaled("1"))
    const amount = level - (level % unit) + BigInt(step.offset) * unit - equity
    this.references += 1
    twin.execute({ _tag: "ApplyBalanceOperation", kind: "correction", amount, reference: `R${this.references}` })
  }

  private withdrawal(step: Of<"withdrawal">): void {
    const { reservations } = this.twin.model.account
    const requestId = reservations[step.index % Math.max(1, reservations.length)]?.requestId ?? `W${this.references}`
    if (step.act === "release") return this.twin.execute({ _tag: "ReleaseWithdrawal", requestId })
    if (step.act === "settle") return this.twin.execute({ _tag: "SettleWithdrawal", requestId })
    this.references += 1
    this.twin.execute({ _tag: "ReserveWithdrawal", requestId: `W${this.references}`, amount: this.amount(step.amount) })
  }

  private settings(step: Of<"settings">): void {
    const { leverage, group, lotsMax, openPositionsMax, tradingMode } = step
    this.twin.execute({
      _tag: "ChangeSettings",
      ...(leverage === undefined ? {} : { leverage }),
      ...(group === undefined ? {} : { group }),
      ...(lotsMax === undefined ? {} : { lotsMax: lotsMax === null ? null : BigInt(lotsMax) * HUNDREDTH }),
      ...(openPositionsMax === undefined ? {} : { openPositionsMax }),
      ...(tradingMode === undefined ? {} : { tradingMode })
    })
  }

  private halt(step: Of<"halt">): void {
    const { world } = this.twin
    if (step.symbol === undefined) {
      world.configuration = { ...world.configuration, halted: step.halted }
      return
    }
    const instrument = { ...this.instrument(step.symbol), halted: step.halted }
    world.configuration = { ...world.configuration, instruments: { ...world.configuration.instruments, [instrument.symbol]: instrument } }
  }
}

const exitPrices = (exits: Exits, side: "buy" | "sell", reference: bigint, point: bigint) => {
  const away = side === "buy" ? point : -point
  return {
    ...(exits.stopLoss === undefined ? {} : { stopLoss: reference - BigInt(exits.stopLoss) * away }),
    ...(exits.takeProfit === undefined ? {} : { takeProfit: reference + BigInt(exits.takeProfit) * away }),
    ...(exits.trailing === undefined ? {} : { trailingStop: exits.trailing })
  }
}

const changedExits = (exits: Exits | "remove", side: "buy" | "sell", reference: bigint, point: bigint) =>
  exits === "remove" ? { stopLoss: null, takeProfit: null, trailingStop: null } : exitPrices(exits, side, reference, point)
