/**
 * AccountFeed: one watched account on this node, for all clients that watch it: its last known state, and its figures at this node's quotes.
 *
 * Figures are computed when a frame is made, not when a tick comes, and once for all watchers.
 */
import type { AccountView } from "#actors/account/AccountProtocol.ts"
import { AccountSummary, ChangeView, OrderView, PositionView } from "#contract/Views.ts"
import { clientPrices } from "#domain/Book.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import type { Prices } from "#domain/Prices.ts"
import { accountFigures, accountSummary, activeOrders, openPositions, positionAtMarket } from "#server/api/views.ts"
import { Schema } from "effect"

const encodeState = Schema.encodeSync(
  Schema.Struct({
    account: AccountSummary,
    positions: Schema.Array(PositionView),
    orders: Schema.Array(OrderView),
    changes: Schema.Array(ChangeView),
    moreChanges: Schema.Boolean
  })
)

/** The JSON of an object, without its braces. */
const membersOf = (value: object): string => JSON.stringify(value).slice(1, -1)

export class AccountFeed {
  readonly accountId: string
  readonly #prices: () => Prices
  #view: AccountView | undefined
  #figures: string | undefined
  /** Symbols whose quotes the figures were computed from, conversion pairs included. */
  #symbols: ReadonlySet<string> = new Set()

  constructor(accountId: string, prices: () => Prices) {
    this.accountId = accountId
    this.#prices = prices
  }

  get view(): AccountView | undefined {
    return this.#view
  }

  get symbols(): ReadonlySet<string> {
    return this.#symbols
  }

  /** A new state; also finds out which symbols matter now. */
  set(view: AccountView): void {
    this.#view = view
    this.#figures = undefined
    this.figuresMembers()
  }

  /** Call when a quote of one of `symbols` moved. */
  quoteMoved(): void {
    this.#figures = undefined
  }

  figuresMembers(): string {
    if (this.#figures !== undefined) return this.#figures
    if (this.#view === undefined) return ""
    const { state, version } = this.#view
    const prices = this.#watchedPrices()
    const seen = clientPrices(prices, state.group)
    const positions = [...state.positions.values()].map((position) => {
      const { currentPrice, floatingProfit } = positionAtMarket(position, state, seen)
      const digits = prices.configuration.instruments[position.symbol]?.digits ?? 0
      return {
        positionId: position.positionId,
        currentPrice: currentPrice === undefined ? null : formatDecimal(currentPrice, digits),
        floatingProfit: floatingProfit === undefined ? null : formatDecimal(floatingProfit, state.currencyDigits)
      }
    })
    const figures = accountFigures(state, prices)
    this.#figures = membersOf({ accountId: this.accountId, version, ...figures, marginWatch: state.marginWatch, positions })
    return this.#figures
  }

  stateMembers(changes: ReadonlyArray<ChangeView>, moreChanges: boolean): string {
    if (this.#view === undefined) return ""
    const prices = this.#prices()
    const state = encodeState({
      account: accountSummary(this.#view, prices),
      positions: openPositions(this.#view.state, prices),
      orders: activeOrders(this.#view.state, prices),
      changes,
      moreChanges
    })
    return membersOf({ accountId: this.accountId, version: this.#view.version, ...state })
  }

  /** Prices that note what is asked of them. */
  #watchedPrices(): Prices {
    const prices = this.#prices()
    const symbols = new Set<string>()
    this.#symbols = symbols
    return {
      configuration: prices.configuration,
      quote: (symbol) => {
        symbols.add(symbol)
        return prices.quote(symbol)
      }
    }
  }
}
