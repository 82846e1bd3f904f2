/**
 * Turn: one decision in the making.
 *
 * It holds the account as the events decided so far leave it, so that each rule reads the state it acts on. Handlers check everything before
 * they emit anything: a refused command has changed nothing.
 */
import type { Origin } from "#actors/account/AccountCommand.ts"
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
import { holdingsOf } from "#domain/Holdings.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { usedMargin } from "#domain/Margin.ts"
import type { ClientPrices, Prices } from "#domain/Prices.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/** What is known of a command beside its body. */
export interface Asking {
  /** Kept where a record says whose doing it was. */
  readonly askedBy: Origin["kind"]
  /** The journal holds a booking under the command's reference, from longer ago than the account's state remembers. */
  readonly isReferenceBooked: boolean
}

const BY_PLATFORM: Asking = { askedBy: "platform", isReferenceBooked: false }

export class Turn implements Prices {
  readonly accountId: string
  readonly configuration: Configuration
  readonly now: Millis
  readonly asking: Asking
  readonly events: Array<AccountEvent> = []
  /** The account after each of the events. */
  readonly states: Array<AccountState> = []
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
  #marginOf: AccountState | undefined
  #margin: Decimal = 0n

  constructor(accountId: string, state: AccountState, market: Market, asking: Asking = BY_PLATFORM) {
    this.accountId = accountId
    this.state = state
    this.configuration = market.configuration
    this.now = market.now
    this.asking = asking
    this.instant = market.now
    this.#market = market
  }

  emit(event: AccountEvent): void {
    this.events.push(event)
    this.state = evolve(this.state, event)
    this.states.push(this.state)
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
      this.#floating = this.#values.total(holdingsOf(state.positions))
      this.#floatingOf = state.positions
    }
    if (this.#floating === undefined) return undefined
    if (this.#marginOf?.positions !== state.positions || this.#marginOf.orders !== state.orders) {
      this.#margin = usedMargin(state, prices)
      this.#marginOf = state
    }
    return { equity: state.balance + state.credit + this.#floating, usedMargin: this.#margin }
  }

  /** The same moment with nothing decided since: to try something out before it is decided. */
  trial(): Turn {
    const trial = new Turn(this.accountId, this.state, this.#market, this.asking)
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
