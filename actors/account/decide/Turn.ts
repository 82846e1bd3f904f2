/**
 * Turn: one decision in the making.
 *
 * It holds the account as the events decided so far leave it, so that each rule reads the state it acts on. Handlers check everything before
 * they emit anything: a refused command has changed nothing.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { Market } from "#actors/account/Market.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import type { RejectionReason } from "#domain/RejectionReason.ts"
import { clientPrices } from "#domain/Book.ts"
import type { Configuration } from "#domain/Configuration.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Standing } from "#domain/Figures.ts"
import { FloatingValues } from "#domain/floatingTotal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { positionLegs, usedMargin, type LegsBySymbol } from "#domain/Margin.ts"
import type { ClientPrices, Prices } from "#domain/Prices.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

export class Turn implements Prices {
  readonly accountId: string
  readonly configuration: Configuration
  readonly now: Millis
  readonly events: Array<AccountEvent> = []
  state: AccountState
  /** The time that is judged: now, or when the quote under judgement was received. */
  instant: Millis
  readonly #market: Market
  #overrides: Map<SymbolName, Quote> | undefined
  #prices: ClientPrices | undefined
  #pricesGroup = ""
  #values: FloatingValues | undefined
  #floatingOf: AccountState["positions"] | undefined
  #floating: Decimal | undefined
  #legsOf: AccountState["positions"] | undefined
  #legs: LegsBySymbol = new Map()
  #marginOf: AccountState | undefined
  #margin: Decimal = 0n

  constructor(accountId: string, state: AccountState, market: Market) {
    this.accountId = accountId
    this.state = state
    this.configuration = market.configuration
    this.now = market.now
    this.instant = market.now
    this.#market = market
  }

  emit(event: AccountEvent): void {
    const { positions } = this.state
    this.events.push(event)
    this.state = evolve(this.state, event)
    if (this.#floatingOf === positions) this.#carryFloating(event, positions)
  }

  /** What opens is added to the floating total and what closes taken off it; anything else is valued anew when it is asked for. */
  #carryFloating(event: AccountEvent, before: AccountState["positions"]): void {
    const opened = event._tag === "PositionOpened" ? event.position : undefined
    const closed = event._tag === "PositionClosed" ? before.get(event.positionId) : undefined
    const moved = opened ?? closed
    const value = moved === undefined ? undefined : this.#values?.total([moved])
    if (value === undefined || this.#floating === undefined) return
    this.#floating += moved === opened ? value : -value
    this.#floatingOf = this.state.positions
  }

  /** Judges by this quote from now on, whatever the market has moved to since. */
  judgeAt(quote: Quote): void {
    this.#overrides ??= new Map()
    this.#overrides.set(quote.symbol, quote)
    this.#values = undefined
    this.#floatingOf = undefined
  }

  readonly quote = (symbol: SymbolName): Quote | undefined => this.#overrides?.get(symbol) ?? this.#market.quote(symbol)

  instrument(symbol: SymbolName): Instrument | undefined {
    return this.configuration.instruments[symbol]
  }

  /** Prices as the account's group sees them; undefined when its group is not configured. */
  get prices(): ClientPrices | undefined {
    if (this.#prices === undefined || this.#pricesGroup !== this.state.group) {
      this.#prices = clientPrices(this, this.state.group)
      this.#pricesGroup = this.state.group
      this.#values = undefined
      this.#floatingOf = undefined
      this.#marginOf = undefined
    }
    return this.#prices
  }

  /** Equity and used margin as they stand; undefined when the account cannot be valued. Valued again only after something changed. */
  get standing(): Standing | undefined {
    const { prices, state } = this
    if (prices === undefined) return undefined
    if (this.#floatingOf !== state.positions) {
      this.#values ??= new FloatingValues(prices, state)
      this.#floating = this.#values.total(state.positions.values())
      this.#floatingOf = state.positions
    }
    if (this.#floating === undefined) return undefined
    if (this.#marginOf?.positions !== state.positions || this.#marginOf.orders !== state.orders) {
      if (this.#legsOf !== state.positions) {
        this.#legs = positionLegs(state.positions, prices.group)
        this.#legsOf = state.positions
      }
      this.#margin = usedMargin(state, prices, this.#legs)
      this.#marginOf = state
    }
    return { equity: state.balance + state.credit + this.#floating, usedMargin: this.#margin }
  }

  /** The same moment with nothing decided since: to try something out before it is decided. */
  trial(): Turn {
    const trial = new Turn(this.accountId, this.state, this.#market)
    trial.instant = this.instant
    for (const quote of this.#overrides?.values() ?? []) trial.judgeAt(quote)
    return trial
  }

  get nextOrderId(): string {
    return `O${this.state.orderCount + 1}`
  }
  get nextPositionId(): string {
    return `P${this.state.positionCount + 1}`
  }
  get nextTradeId(): string {
    return `T${this.state.tradeCount + 1}`
  }
  get nextEntryId(): string {
    return `L${this.state.entryCount + 1}`
  }
}

/** A refusal with the figures that show why. */
export const reject = (reason: RejectionReason, context: Readonly<Record<string, string>> = {}): Rejection => ({ reason, context })
