/** Twin: one account kept twice, by the engine and by the reference model, through the same commands and quotes, compared after every step. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { type AccountState, initialAccountState } from "#actors/account/AccountState.ts"
import type { Decision } from "#actors/account/decide.ts"
import type { Market } from "#actors/account/Market.ts"
import { type Figures, figuresOf } from "#domain/Figures.ts"
import type { Quote } from "#domain/Quote.ts"
import { initialQuality, judge, type QuoteQuality } from "#domain/QuoteQuality.ts"
import { over, ofScaled, integer, roundScaled, times } from "./model/Fraction.ts"
import { Gate } from "./model/Gate.ts"
import { ReferenceModel } from "./ReferenceModel.ts"
import { World } from "./World.ts"

/** The engine under test; mutations replace parts of it. */
export interface Engine {
  readonly decide: (
    accountId: string,
    state: AccountState,
    command: AccountCommand,
    market: Market
  ) => Pick<Decision, "events" | "rejection">
  readonly evolve: (state: AccountState, event: AccountEvent) => AccountState
}

export const ACCOUNT_ID = "100001"

/** Thrown at the first difference; the message shows both sides. */
export class Disagreement extends Error {}

type Comparable = ReadonlyArray<string>

export class Twin {
  readonly world = new World()
  readonly model = new ReferenceModel()
  readonly events: Array<AccountEvent> = []
  state: AccountState = initialAccountState
  commands = 0
  refusals = 0
  private readonly engine: Engine
  private readonly gate = new Gate()
  private readonly qualities = new Map<string, QuoteQuality>()

  constructor(engine: Engine) {
    this.engine = engine
  }

  /** Gives the command to both and compares everything that can be seen afterwards. */
  execute(command: AccountCommand): void {
    const market = this.world.market()
    const tradesBefore = this.model.account.trades.length
    const entriesBefore = this.model.account.ledger.length
    const endingsBefore = this.model.account.endings.length
    const stepsBefore = this.model.account.steps.length
    const decision = this.engine.decide(ACCOUNT_ID, this.state, command, market)
    for (const event of decision.events) this.state = this.engine.evolve(this.state, event)
    this.events.push(...decision.events)
    const refusal = this.model.execute(command, market)
    this.commands += 1
    if (refusal !== undefined) this.refusals += 1
    const differ = (what: string, engine: Comparable, model: Comparable): void => {
      if (engine.length === model.length && engine.every((line, index) => line === model[index])) return
      throw new Disagreement(
        [
          `after ${show(command)}`,
          `at ${new Date(this.world.now).toISOString()}, ${what}`,
          ` engine ${engine.join("\n        ")}`,
          ` model  ${model.join("\n        ")}`
        ].join("\n")
      )
    }
    differ("refusal", [decision.rejection?.reason ?? "done"], [refusal ?? "done"])
    differ("trades", engineTrades(decision.events), modelTrades(this.model, tradesBefore))
    differ("ledger entries", engineEntries(decision.events), modelEntries(this.model, entriesBefore))
    differ("endings of orders", engineEndings(decision.events), this.model.account.endings.slice(endingsBefore))
    differ("steps of a stop-out", engineSteps(decision.events), this.model.account.steps.slice(stepsBefore))
    differ("positions", enginePositions(this.state), modelPositions(this.model))
    differ("orders", engineOrders(this.state), modelOrders(this.model))
    if (this.state.accountId === "") return
    differ("figures", engineFigures(figuresOf(this.state, market)), modelFigures(this.model, market))
    differ("margin watch", [this.state.marginWatch], [this.model.account.watch])
    differ(
      "reservations",
      [...this.state.reservations].map(([id, amount]) => `${id} ${amount}`),
      modelReservations(this.model)
    )
  }

  /** A quote of the feed: both gates judge it; when it passes, it is the last one. */
  feed(quote: Quote): boolean {
    const instrument = this.world.configuration.instruments[quote.symbol]
    if (instrument === undefined) throw new Error(`no instrument ${quote.symbol}`)
    const verdict = judge(this.qualities.get(quote.symbol) ?? initialQuality, quote, { spikePercentMax: instrument.spikePercentMax })
    this.qualities.set(quote.symbol, verdict.state)
    const engine = verdict.rejected?.reason ?? "accepted"
    const model = this.gate.judge(quote, instrument)
    if (engine !== model) throw new Disagreement(`quote ${show(quote)}: engine ${engine}, model ${model}`)
    if (model === "accepted") this.world.accept(quote)
    return model === "accepted"
  }

  /** A quote that the account is woken with when it is accepted. */
  tick(quote: Quote): void {
    if (this.feed(quote)) this.execute({ _tag: "ApplyQuotes", quotes: [quote] })
  }
}

/** Plain notation for messages. */
export const show = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? plain(inner) : inner))

const plain = (value: bigint): string => (Number(value) / 1e8).toString()
const optional = (value: bigint | undefined): string => (value === undefined ? "-" : plain(value))

type Traded = ReferenceModel["account"]["trades"][number]
const tradeLine = (trade: Traded): string =>
  `${trade.entry} ${trade.side} ${plain(trade.lots)} ${trade.symbol} at ${plain(trade.price)} by ${trade.cause}: ` +
  `profit ${plain(trade.realizedProfit)} swap ${plain(trade.swap)} commission ${plain(trade.commission)}`

const engineTrades = (events: ReadonlyArray<AccountEvent>): Comparable =>
  events.flatMap((event) => ("trade" in event ? [tradeLine(event.trade)] : []))
const modelTrades = (model: ReferenceModel, from: number): Comparable => model.account.trades.slice(from).map(tradeLine)

type Booked = ReferenceModel["account"]["ledger"][number]
const entryLine = (entry: Booked): string =>
  `${entry.kind} ${plain(entry.amount)} balance ${plain(entry.balanceAfter)} credit ${plain(entry.creditAfter)}`
const engineEntries = (events: ReadonlyArray<AccountEvent>): Comparable =>
  events.flatMap((event) => (event._tag === "LedgerEntryBooked" ? [entryLine(event.entry)] : []))
const modelEntries = (model: ReferenceModel, from: number): Comparable => model.account.ledger.slice(from).map(entryLine)

const engineEndings = (events: ReadonlyArray<AccountEvent>): Comparable =>
  events.flatMap((event) => {
    if (event._tag === "OrderFilled") return [`${event.orderId} filled`]
    if (event._tag === "OrderExpired") return [`${event.orderId} expired`]
    if (event._tag === "OrderCanceled") return [`${event.orderId} canceled ${event.cause}`]
    return event._tag === "OrderActivationRejected" ? [`${event.orderId} rejected ${event.rejection.reason}`] : []
  })

const engineSteps = (events: ReadonlyArray<AccountEvent>): Comparable =>
  events.flatMap((event) =>
    event._tag === "LiquidationStepTaken"
      ? [event.orderId === undefined ? `${event.rule} ${event.positionId} ${event.lots}` : `${event.rule} ${event.orderId}`]
      : []
  )

interface Held {
  readonly positionId: string
  readonly symbol: string
  readonly side: string
  readonly lots: bigint
  readonly openPrice: bigint
  readonly stopLoss?: bigint | undefined
  readonly takeProfit?: bigint | undefined
  readonly trailingStop?: { readonly distancePoints: number; readonly stepPoints: number } | undefined
  readonly margin: bigint
  readonly swap: bigint
}
const positionLine = (position: Held): string => {
  const trailing = position.trailingStop === undefined ? "-" : `${position.trailingStop.distancePoints}/${position.trailingStop.stepPoints}`
  return (
    `${position.positionId} ${position.side} ${plain(position.lots)} ${position.symbol} at ${plain(position.openPrice)} ` +
    `sl ${optional(position.stopLoss)} tp ${optional(position.takeProfit)} trailing ${trailing} margin ${plain(position.margin)} swap ${plain(position.swap)}`
  )
}
const enginePositions = (state: AccountState): Comparable => [...state.positions.values()].map(positionLine)
const modelPositions = (model: ReferenceModel): Comparable => model.account.positions.map(positionLine)

type Resting = ReferenceModel["account"]["orders"][number]
type Listed = Omit<Resting, "status"> & { readonly status: string }
const orderLine = (order: Listed): string =>
  `${order.orderId} ${order.status} ${order.side} ${plain(order.lots)} ${order.symbol} ${order.type} limit ${optional(order.limitPrice)} stop ${optional(order.stopPrice)} ` +
  `${order.timeInForce} ${order.expiresAt ?? "-"} sl ${optional(order.stopLoss)} tp ${optional(order.takeProfit)} oco ${order.ocoGroup ?? "-"} reserves ${plain(order.reservedMargin)}`
const engineOrders = (state: AccountState): Comparable => [...state.orders.values()].map(orderLine)
const modelOrders = (model: ReferenceModel): Comparable => model.account.orders.map(orderLine)

const engineFigures = (figures: Figures | undefined): Comparable => {
  if (figures === undefined) return ["none"]
  const { balance, credit, equity, usedMargin, freeMargin, marginLevelPercent } = figures
  return figureLines([balance, credit, equity, usedMargin, freeMargin, marginLevelPercent])
}
const modelFigures = (model: ReferenceModel, market: Market): Comparable => {
  const { balance, credit, equity, usedMargin, freeMargin } = model.figures(market)
  const level = usedMargin === 0n ? null : roundScaled(over(times(ofScaled(equity), integer(100)), ofScaled(usedMargin)), 8)
  return figureLines([balance, credit, equity, usedMargin, freeMargin, level])
}
const FIGURES = ["balance", "credit", "equity", "used margin", "free margin", "margin level"]
const figureLines = (values: ReadonlyArray<bigint | null>): Comparable =>
  values.map((value, index) => `${FIGURES[index]} ${value === null ? "null" : plain(value)}`)

const modelReservations = (model: ReferenceModel): Comparable =>
  model.account.reservations.map(({ requestId, amount }) => `${requestId} ${amount}`)
