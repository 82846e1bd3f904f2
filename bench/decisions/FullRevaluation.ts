/**
 * FullRevaluation: every account that a tick concerns is revalued on that tick, by doubles in typed arrays.
 *
 * It says which accounts a tick could do anything to: those whose equity comes within a rounding of a level, or past it, and those whose
 * exit the price reaches. The exact rules are asked about each of them. That nothing happens to any other is not taken for granted: the
 * comparison asks the exact rules about others too, picked at random.
 */
import type { AccountState } from "#actors/account/AccountState.ts"
import { marginCallLevel } from "#actors/account/decide/judgeMargin.ts"
import { accountIdOf } from "#bench/decisions/books.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { conversionRoutes, estimatedRates } from "#domain/Conversion.ts"
import { toNumber } from "#domain/Decimal.ts"
import { usedMargin } from "#domain/Margin.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { Quote } from "#domain/Quote.ts"

/** The positions of one symbol in accounts of one currency: they share prices and rate. */
interface Column {
  readonly symbol: string
  readonly profitCurrency: string
  readonly currency: string
  readonly accounts: Array<number>
  readonly open: Array<number>
  /** Lots × contract size; negative for a short, zero once closed. */
  readonly units: Array<number>
  readonly values: Array<number>
  /** NaN without one: no price reaches it. */
  readonly stopLoss: Array<number>
  readonly takeProfit: Array<number>
  bid: number
  ask: number
  gainRate: number
  lossRate: number
}

interface Slot {
  readonly positionId: string
  readonly column: Column
  readonly place: number
}

export class FullRevaluation {
  readonly #prices: ClientPrices
  readonly #states: ReadonlyArray<AccountState>
  readonly #columns = new Map<string, Column>()
  readonly #slots: Array<ReadonlyArray<Slot>> = []
  /** Columns whose conversion goes over a symbol. */
  readonly #converted = new Map<string, Array<Column>>()
  readonly #equity: Float64Array
  /** Equity at or below it, or at or above the other, is for the exact rules to judge. */
  readonly #low: Float64Array
  readonly #high: Float64Array

  constructor(states: ReadonlyArray<AccountState>, prices: ClientPrices) {
    this.#prices = prices
    this.#states = states
    this.#equity = new Float64Array(states.length)
    this.#low = new Float64Array(states.length)
    this.#high = new Float64Array(states.length)
    for (const [account, state] of states.entries()) {
      this.#slots.push(
        Array.from(state.positions.values(), ({ positionId, symbol }) => this.#slot(account, positionId, symbol, state.currency))
      )
    }
    for (const column of this.#columns.values()) {
      this.#setRates(column)
      for (const symbol of legsOf(prices.configuration, column)) {
        const converted = this.#converted.get(symbol)
        if (converted === undefined) this.#converted.set(symbol, [column])
        else converted.push(column)
      }
    }
    for (const account of states.keys()) this.refresh(account)
  }

  #slot(account: number, positionId: string, symbol: string, currency: string): Slot {
    const key = `${symbol} ${currency}`
    let column = this.#columns.get(key)
    if (column === undefined) {
      const profitCurrency = this.#prices.configuration.instruments[symbol]?.profitCurrency ?? currency
      const quote = this.#prices.quote(symbol)
      column = {
        symbol,
        profitCurrency,
        currency,
        accounts: [],
        open: [],
        units: [],
        values: [],
        stopLoss: [],
        takeProfit: [],
        bid: toNumber(quote?.bid ?? 0n),
        ask: toNumber(quote?.ask ?? 0n),
        gainRate: 1,
        lossRate: 1
      }
      this.#columns.set(key, column)
    }
    column.accounts.push(account)
    for (const values of [column.open, column.units, column.values]) values.push(0)
    for (const exits of [column.stopLoss, column.takeProfit]) exits.push(Number.NaN)
    return { positionId, column, place: column.accounts.length - 1 }
  }

  #setRates(column: Column): void {
    const rates = estimatedRates(this.#prices, column.profitCurrency, column.currency)
    column.gainRate = rates?.bid ?? Number.NaN
    column.lossRate = rates?.ask ?? Number.NaN
  }

  /** After something happened to the account: its positions, equity and levels as they are now. */
  refresh(account: number): void {
    const state = this.#states[account]
    if (state === undefined) return
    let equity = toNumber(state.balance + state.credit)
    for (const { column, place, positionId } of this.#slots[account] ?? []) {
      const position = state.positions.get(positionId)
      const contract = toNumber(this.#prices.configuration.instruments[column.symbol]?.contractSize ?? 0n)
      const units = position === undefined ? 0 : toNumber(position.lots) * contract * (position.side === "buy" ? 1 : -1)
      column.units[place] = units
      column.open[place] = toNumber(position?.openPrice ?? 0n)
      column.stopLoss[place] = position?.stopLoss === undefined ? Number.NaN : toNumber(position.stopLoss)
      column.takeProfit[place] = position?.takeProfit === undefined ? Number.NaN : toNumber(position.takeProfit)
      const value = valueOf(column, units, column.open[place] ?? 0)
      column.values[place] = value
      equity += value + toNumber(position?.swap ?? 0n)
    }
    this.#equity[account] = equity
    this.#setLevels(account, state)
  }

  #setLevels(account: number, state: AccountState): void {
    const margin = toNumber(usedMargin(state, this.#prices))
    const { group } = this.#prices
    const call = (margin * toNumber(marginCallLevel(group))) / 100
    const stopOut = (margin * toNumber(group.stopOutLevelPercent)) / 100
    const rounding = (state.positions.size + 2) * 10 ** -state.currencyDigits + Math.abs(call) * 1e-9
    const isHealthy = state.marginWatch === "healthy"
    const isLiquidated = state.marginWatch === "stopOut"
    const isFlat = state.positions.size === 0
    this.#low[account] = isFlat ? -Infinity : isLiquidated ? Infinity : (isHealthy ? call : stopOut) + rounding
    this.#high[account] = isFlat || isHealthy ? Infinity : call - rounding
  }

  /** The accounts that the quote could do something to. */
  tick({ ask, bid, symbol }: Quote, couldHappenTo: (account: number) => void): void {
    for (const currency of CURRENCIES) {
      const column = this.#columns.get(`${symbol} ${currency}`)
      if (column === undefined) continue
      column.bid = toNumber(bid)
      column.ask = toNumber(ask)
      this.#revalue(column, couldHappenTo)
      reachExits(column, couldHappenTo)
    }
    for (const column of this.#converted.get(symbol) ?? []) {
      this.#setRates(column)
      this.#revalue(column, couldHappenTo)
    }
  }

  #revalue(column: Column, couldHappenTo: (account: number) => void): void {
    const { accounts, open, units, values } = column
    const equities = this.#equity
    const [low, high] = [this.#low, this.#high]
    for (let place = 0; place < accounts.length; place++) {
      const account = accounts[place] ?? 0
      const value = valueOf(column, units[place] ?? 0, open[place] ?? 0)
      const equity = (equities[account] ?? 0) + value - (values[place] ?? 0)
      values[place] = value
      equities[account] = equity
      if (equity <= (low[account] ?? 0) || equity >= (high[account] ?? 0)) couldHappenTo(account)
    }
  }
}

const CURRENCIES = ["USD", "EUR", "JPY"]

const valueOf = (column: Column, units: number, open: number): number => {
  if (units === 0) return 0
  const profit = ((units > 0 ? column.bid : column.ask) - open) * units
  return profit * (profit >= 0 ? column.gainRate : column.lossRate)
}

const reachExits = ({ accounts, ask, bid, stopLoss, takeProfit, units }: Column, couldHappenTo: (account: number) => void): void => {
  for (let place = 0; place < accounts.length; place++) {
    const [loss = Number.NaN, profit = Number.NaN] = [stopLoss[place], takeProfit[place]]
    const isReached = (units[place] ?? 0) > 0 ? bid <= loss || bid >= profit : ask >= loss || ask <= profit
    if (isReached) couldHappenTo(accounts[place] ?? 0)
  }
}

/** The symbols whose quotes change the column's conversion rate. */
const legsOf = (configuration: Configuration, { currency, profitCurrency }: Column): ReadonlyArray<string> =>
  (conversionRoutes(configuration, profitCurrency, currency)[0] ?? []).map(({ instrument }) => instrument.symbol)

/** How an account is called in what a comparison prints. */
export const nameOf = (account: number): string => accountIdOf(account)
