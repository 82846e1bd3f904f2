/**
 * ReferenceModel: the trading rules once more, written from the document alone, slow and obvious: exact fractions, arrays, linear scans,
 * full revaluation at every step. It shares no code with the engine, only the names of its shapes; the simulation compares the two.
 */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Market } from "#actors/account/Market.ts"
import type { RejectionReason } from "#actors/account/Rejection.ts"
import type { Quote } from "#domain/Quote.ts"
import {
  book,
  figuresOf,
  floatingProfitOf,
  type ModelAccount,
  type ModelFigures,
  type ModelOrder,
  type ModelPosition,
  newAccount
} from "./model/Account.ts"
import { cancel } from "./model/Canceling.ts"
import { close, fill } from "./model/Fills.ts"
import { profitOf } from "./model/Formulas.ts"
import { MarketView, opposite } from "./model/MarketView.ts"
import {
  additionalMargin,
  checkExits,
  checkExitSides,
  checkMargin,
  checkPermission,
  placeOrder,
  refusalOf,
  reservedMarginOf
} from "./model/Orders.ts"
import { Refusals } from "./model/Refusals.ts"
import { expireOrders, rollOver } from "./model/Time.ts"
import { applyQuote } from "./model/Triggers.ts"
import { closingPrice, settle } from "./model/Watch.ts"

type Of<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>
type Answer = RejectionReason | undefined

/** Digits of the account currencies the simulation uses (ISO 4217). */
const CURRENCY_DIGITS: ReadonlyMap<string, number> = new Map([
  ["USD", 2],
  ["EUR", 2],
  ["JPY", 0],
  ["KWD", 3]
])
const LEVERAGE_MAX = 1000

export class ReferenceModel {
  readonly account: ModelAccount = newAccount()
  private opened = false

  /** Does the command, or answers why not and changes nothing. */
  execute(command: AccountCommand, market: Market): Answer {
    if (command._tag === "OpenAccount") return this.openAccount(command, market)
    if (!this.opened) return "ACCOUNT_NOT_OPEN"
    const view = this.view(market, market.quote)
    expireOrders(this.account, view)
    rollOver(this.account, view)
    const answer = command._tag === "ApplyQuotes" ? this.applyQuotes(command.quotes, market) : this.dispatch(command, view)
    settle(this.account, this.view(market, market.quote))
    return answer
  }

  figures(market: Market): ModelFigures {
    return figuresOf(this.account, this.view(market, market.quote))
  }

  private view(market: Market, quote: Market["quote"]): MarketView {
    const group = market.configuration.groups[this.account.group]
    if (group === undefined) throw new Error(`no group ${this.account.group}`)
    return new MarketView(market.now, market.configuration, group, this.account.currency, quote)
  }

  private openAccount(command: Of<"OpenAccount">, market: Market): Answer {
    const refusals = new Refusals()
    refusals.when(this.opened, "ACCOUNT_ALREADY_OPEN")
    refusals.when(!Object.hasOwn(market.configuration.groups, command.group), "UNKNOWN_GROUP")
    refusals.when(command.leverage < 1 || command.leverage > LEVERAGE_MAX, "INVALID_LEVERAGE")
    const digits = CURRENCY_DIGITS.get(command.currency)
    refusals.when(digits === undefined, "INVALID_CURRENCY")
    const refusal = refusals.first()
    if (refusal !== undefined || digits === undefined) return refusal
    this.opened = true
    Object.assign(this.account, {
      currency: command.currency,
      currencyDigits: digits,
      mode: command.mode,
      group: command.group,
      leverage: command.leverage,
      openedAt: market.now
    })
    return undefined
  }

  /** Oldest first; each is judged as the market stood when it came. */
  private applyQuotes(quotes: ReadonlyArray<Quote>, market: Market): Answer {
    quotes.forEach((quote, index) => {
      const seen = quotes.slice(0, index + 1)
      const view = this.view(market, (symbol) => seen.findLast((candidate) => candidate.symbol === symbol) ?? market.quote(symbol))
      applyQuote(this.account, view, quote.symbol)
    })
    return undefined
  }

  private dispatch(command: Exclude<AccountCommand, { readonly _tag: "OpenAccount" | "ApplyQuotes" }>, view: MarketView): Answer {
    switch (command._tag) {
      case "ApplyBalanceOperation":
        return this.applyBalanceOperation(command, view)
      case "ReserveWithdrawal":
        return this.reserveWithdrawal(command, view)
      case "ReleaseWithdrawal":
        return this.releaseWithdrawal(command)
      case "SettleWithdrawal":
        return this.settleWithdrawal(command, view)
      case "ChangeSettings":
        return this.changeSettings(command, view)
      case "PlaceOrder":
        return placeOrder(this.account, view, command)
      case "ModifyOrder":
        return this.modifyOrder(command, view)
      case "CancelOrder":
        return this.cancelOrder(command)
      case "CancelOrders":
        return this.cancelOrders(command)
      case "ModifyPosition":
        return this.modifyPosition(command, view)
      case "ClosePosition":
        return this.closePosition(command, view)
      case "ClosePositions":
        return this.closePositions(command, view)
      case "CloseBy":
        return this.closeBy(command, view)
      case "ReversePosition":
        return this.reversePosition(command, view)
      case "ApplyRollover":
        return undefined
    }
  }

  // ---- money

  /** What may leave the account: no more than the balance that is not reserved, nor than the free margin that is not credit. */
  private withdrawable(view: MarketView): bigint {
    const { balance, credit, freeMargin, reserved } = figuresOf(this.account, view)
    const free = freeMargin - credit
    const kept = balance - reserved
    const least = free < kept ? free : kept
    return least > 0n ? least : 0n
  }

  private isMoney(amount: bigint): boolean {
    return amount % 10n ** BigInt(8 - this.account.currencyDigits) === 0n
  }

  private applyBalanceOperation(command: Of<"ApplyBalanceOperation">, view: MarketView): Answer {
    const refusals = new Refusals()
    const { kind, amount } = command
    const { credit, freeMargin } = figuresOf(this.account, view)
    refusals.when(kind === "correction" ? amount === 0n : amount <= 0n, "INVALID_AMOUNT")
    refusals.when(!this.isMoney(amount), "INVALID_AMOUNT")
    refusals.when(this.account.references.includes(command.reference), "REFERENCE_ALREADY_BOOKED")
    refusals.when(kind === "withdrawal" && amount > this.withdrawable(view), "INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    refusals.when(kind === "creditOut" && (amount > credit || amount > freeMargin), "INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    const refusal = refusals.first()
    if (refusal !== undefined) return refusal
    this.account.references.push(command.reference)
    book(this.account, kind, kind === "withdrawal" || kind === "creditOut" ? -amount : amount)
    return undefined
  }

  private reserveWithdrawal(command: Of<"ReserveWithdrawal">, view: MarketView): Answer {
    const refusals = new Refusals()
    refusals.when(command.amount <= 0n || !this.isMoney(command.amount), "INVALID_AMOUNT")
    const known = this.account.references.includes(command.requestId) || this.reservation(command.requestId) !== undefined
    refusals.when(known, "REFERENCE_ALREADY_BOOKED")
    refusals.when(command.amount > this.withdrawable(view), "INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    const refusal = refusals.first()
    if (refusal === undefined) this.account.reservations.push({ requestId: command.requestId, amount: command.amount })
    return refusal
  }

  private reservation(requestId: string) {
    return this.account.reservations.find((candidate) => candidate.requestId === requestId)
  }

  private releaseWithdrawal(command: Of<"ReleaseWithdrawal">): Answer {
    if (this.reservation(command.requestId) === undefined) return "RESERVATION_NOT_FOUND"
    this.account.reservations = this.account.reservations.filter((candidate) => candidate.requestId !== command.requestId)
    return undefined
  }

  /** Checked again at approval: the reservation itself does not stand in its own way. */
  private settleWithdrawal(command: Of<"SettleWithdrawal">, view: MarketView): Answer {
    const reservation = this.reservation(command.requestId)
    if (reservation === undefined) return "RESERVATION_NOT_FOUND"
    const others = this.account.reservations.filter((candidate) => candidate !== reservation)
    const before = this.account.reservations
    this.account.reservations = others
    if (reservation.amount > this.withdrawable(view)) {
      this.account.reservations = before
      return "INSUFFICIENT_WITHDRAWABLE_AMOUNT"
    }
    this.account.references.push(command.requestId)
    book(this.account, "withdrawal", -reservation.amount)
    return undefined
  }

  private changeSettings(command: Of<"ChangeSettings">, view: MarketView): Answer {
    const refusals = new Refusals()
    refusals.when(command.group !== undefined && !Object.hasOwn(view.configuration.groups, command.group), "UNKNOWN_GROUP")
    refusals.when(command.leverage !== undefined && (command.leverage < 1 || command.leverage > LEVERAGE_MAX), "INVALID_LEVERAGE")
    const refusal = refusals.first()
    if (refusal !== undefined) return refusal
    if (command.leverage !== undefined) this.account.leverage = command.leverage
    if (command.group !== undefined) this.account.group = command.group
    if (command.lotsMax !== undefined) this.account.lotsMax = command.lotsMax ?? undefined
    if (command.openPositionsMax !== undefined) this.account.openPositionsMax = command.openPositionsMax ?? undefined
    if (command.tradingMode !== undefined) this.account.tradingMode = command.tradingMode
    return undefined
  }

  // ---- orders

  private missingOrder(orderId: string): RejectionReason {
    const number = /^O(\d+)$/u.exec(orderId)
    return number !== null && Number(number[1]) <= this.account.orderCount ? "ORDER_NOT_PENDING" : "ORDER_NOT_FOUND"
  }

  private modifyOrder(command: Of<"ModifyOrder">, view: MarketView): Answer {
    const order = this.account.orders.find((candidate) => candidate.orderId === command.orderId)
    if (order === undefined) return this.missingOrder(command.orderId)
    const changed = changedOrder(order, command)
    const others: ModelAccount = { ...this.account, orders: this.account.orders.filter((candidate) => candidate !== order) }
    const refusal = refusalOf(others, view, changed)
    if (refusal !== undefined) return refusal
    changed.reservedMargin = reservedMarginOf(this.account, view, changed)
    this.account.orders[this.account.orders.indexOf(order)] = changed
    return undefined
  }

  private cancelOrder(command: Of<"CancelOrder">): Answer {
    const order = this.account.orders.find((candidate) => candidate.orderId === command.orderId)
    if (order === undefined) return this.missingOrder(command.orderId)
    cancel(this.account, order)
    return undefined
  }

  private cancelOrders(command: Of<"CancelOrders">): Answer {
    const chosen = this.account.orders.filter(
      (order) => (command.symbol ?? order.symbol) === order.symbol && (command.side ?? order.side) === order.side
    )
    if (chosen.length === 0) return "NOTHING_TO_CHANGE"
    for (const order of chosen) cancel(this.account, order)
    return undefined
  }

  // ---- positions

  private position(positionId: string): ModelPosition | RejectionReason {
    const position = this.account.positions.find((candidate) => candidate.positionId === positionId)
    if (position !== undefined) return position
    const number = /^P(\d+)$/u.exec(positionId)
    return number !== null && Number(number[1]) <= this.account.positionCount ? "POSITION_CLOSED" : "POSITION_NOT_FOUND"
  }

  private modifyPosition(command: Of<"ModifyPosition">, view: MarketView): Answer {
    const position = this.position(command.positionId)
    if (typeof position === "string") return position
    const refusals = new Refusals()
    const instrument = view.known(position.symbol)
    const exits = {
      stopLoss: command.stopLoss === undefined ? position.stopLoss : (command.stopLoss ?? undefined),
      takeProfit: command.takeProfit === undefined ? position.takeProfit : (command.takeProfit ?? undefined),
      trailingStop: command.trailingStop === undefined ? position.trailingStop : (command.trailingStop ?? undefined)
    }
    const unchanged =
      exits.stopLoss === position.stopLoss &&
      exits.takeProfit === position.takeProfit &&
      exits.trailingStop?.distancePoints === position.trailingStop?.distancePoints &&
      exits.trailingStop?.stepPoints === position.trailingStop?.stepPoints
    refusals.when(this.account.tradingMode === "none", "TRADING_DISABLED")
    refusals.when(unchanged, "NOTHING_TO_CHANGE")
    checkExits(instrument, exits, refusals)
    const asked = { stopLoss: command.stopLoss ?? undefined, takeProfit: command.takeProfit ?? undefined }
    checkExitSides(instrument, position.side, view.closePrice(position.symbol, position.side), asked, refusals)
    const refusal = refusals.first()
    if (refusal === undefined) Object.assign(position, exits)
    return refusal
  }

  private checkClosable(position: ModelPosition, view: MarketView, refusals: Refusals): void {
    refusals.when(this.account.tradingMode === "none", "TRADING_DISABLED")
    refusals.when(!view.isOpen(position.symbol), "MARKET_CLOSED")
    refusals.when(!view.isFresh(position.symbol), "STALE_QUOTE")
  }

  private closePosition(command: Of<"ClosePosition">, view: MarketView): Answer {
    const position = this.position(command.positionId)
    if (typeof position === "string") return position
    const refusals = new Refusals()
    const instrument = view.known(position.symbol)
    const lots = command.lots ?? position.lots
    this.checkClosable(position, view, refusals)
    refusals.when(lots < instrument.lotsMin, "LOTS_BELOW_MINIMUM")
    refusals.when(lots % instrument.lotsStep !== 0n, "LOTS_OFF_STEP")
    refusals.when(lots > position.lots, "LOTS_ABOVE_POSITION")
    const points = command.maxSlippagePoints
    refusals.when(points !== undefined && points < 0, "INVALID_SLIPPAGE")
    const price = closingPrice(view, position, lots)
    const against = price - view.closePrice(position.symbol, position.side)
    const distance = against < 0n ? -against : against
    refusals.when(points !== undefined && distance > BigInt(points) * 10n ** BigInt(8 - instrument.digits), "SLIPPAGE_EXCEEDED")
    const refusal = refusals.first()
    if (refusal === undefined) close(this.account, view, position, lots, price, "close")
    return refusal
  }

  private closePositions(command: Of<"ClosePositions">, view: MarketView): Answer {
    if (this.account.tradingMode === "none") return "TRADING_DISABLED"
    const chosen = this.account.positions.filter((position) => {
      const result = floatingProfitOf(this.account, view, position)
      const matches = command.result === "all" || (command.result === "winners" ? result > 0n : result < 0n)
      return matches && (command.symbol ?? position.symbol) === position.symbol && (command.side ?? position.side) === position.side
    })
    if (chosen.length === 0) return "NOTHING_TO_CHANGE"
    const closable = chosen.filter((position) => view.isTradable(position.symbol))
    if (closable.length === 0) return chosen.some((position) => !view.isOpen(position.symbol)) ? "MARKET_CLOSED" : "STALE_QUOTE"
    for (const position of closable)
      close(this.account, view, position, position.lots, closingPrice(view, position, position.lots), "close")
    return undefined
  }

  /** The other position's open price is the closing price; the total result sits in the first trade, the second has 0. */
  private closeBy(command: Of<"CloseBy">, view: MarketView): Answer {
    const position = this.position(command.positionId)
    if (typeof position === "string") return position
    const other = this.position(command.oppositePositionId)
    if (typeof other === "string") return other
    const refusals = new Refusals()
    this.checkClosable(position, view, refusals)
    refusals.when(this.account.mode !== "hedging", "NOT_HEDGING")
    refusals.when(position.symbol !== other.symbol || position.side === other.side, "POSITIONS_NOT_OPPOSITE")
    const refusal = refusals.first()
    if (refusal !== undefined) return refusal
    const lots = position.lots < other.lots ? position.lots : other.lots
    const { openPrice } = position
    close(this.account, view, position, lots, other.openPrice, "closeBy", { free: true })
    close(this.account, view, other, lots, openPrice, "closeBy", { free: true, profit: 0n })
    return undefined
  }

  /** Closes the whole position and opens the opposite of the same volume. */
  private reversePosition(command: Of<"ReversePosition">, view: MarketView): Answer {
    const position = this.position(command.positionId)
    if (typeof position === "string") return position
    const refusals = new Refusals()
    const side = opposite(position.side)
    const price = closingPrice(view, position, position.lots)
    this.checkClosable(position, view, refusals)
    const after: ModelAccount = {
      ...this.account,
      positions: this.account.positions.filter((candidate) => candidate !== position),
      ledger: []
    }
    checkPermission(after, view, position.symbol, side, position.lots, refusals)
    const execution = {
      symbol: position.symbol,
      side,
      lots: position.lots,
      price,
      cause: "reverse" as const,
      stopLoss: undefined,
      takeProfit: undefined,
      trailingStop: undefined
    }
    book(
      after,
      "profit",
      profitOf(view, after.currencyDigits, position.symbol, position.side, position.lots, position.openPrice, price) + position.swap
    )
    checkMargin(after, view, additionalMargin(after, view, execution), true, refusals)
    const refusal = refusals.first()
    if (refusal !== undefined) return refusal
    const { lots } = position
    close(this.account, view, position, lots, price, "reverse")
    fill(this.account, view, { ...execution, lots })
    return undefined
  }
}

const changedOrder = (order: ModelOrder, command: Of<"ModifyOrder">): ModelOrder => {
  const changed: ModelOrder = { ...order }
  if (command.limitPrice !== undefined) changed.limitPrice = command.limitPrice
  if (command.stopPrice !== undefined) changed.stopPrice = command.stopPrice
  if (command.lots !== undefined) changed.lots = command.lots
  if (command.expiresAt !== undefined) changed.expiresAt = command.expiresAt
  if (command.stopLoss !== undefined) replace(changed, "stopLoss", command.stopLoss)
  if (command.takeProfit !== undefined) replace(changed, "takeProfit", command.takeProfit)
  if (command.trailingStop !== undefined) replace(changed, "trailingStop", command.trailingStop)
  return changed
}

/** null removes. */
const replace = <K extends "stopLoss" | "takeProfit" | "trailingStop">(order: ModelOrder, key: K, value: ModelOrder[K] | null): void => {
  if (value === null || value === undefined) delete order[key]
  else order[key] = value
}
