/**
 * ReferenceModel: the trading rules once more, written from the document alone, slow and obvious: exact fractions, arrays, linear scans,
 * full revaluation at every step. It shares no code with the engine, only the names of its shapes; the simulation compares the two.
 */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Market } from "#actors/account/Market.ts"
import type { RejectionReason } from "#domain/RejectionReason.ts"
import type { Quote } from "#domain/Quote.ts"
import { figuresOf, type ModelAccount, type ModelFigures, newAccount } from "./model/Account.ts"
import { cancelOrder, cancelOrders, modifyOrder, modifyPosition } from "./model/Changing.ts"
import { closeBy, closePosition, closePositions, reversePosition } from "./model/Closing.ts"
import type { CommandOf } from "./model/CommandOf.ts"
import { type Fill, openingMargin } from "./model/Fills.ts"
import { MarketView } from "./model/MarketView.ts"
import {
  applyBalanceOperation,
  changeSettings,
  LEVERAGE_MAX,
  releaseWithdrawal,
  reserveWithdrawal,
  settleWithdrawal
} from "./model/Money.ts"
import { placeOrder } from "./model/Orders.ts"
import { Refusals } from "./model/Refusals.ts"
import { expireOrders, rollOver } from "./model/Time.ts"
import { judgeAt } from "./model/Triggers.ts"
import { settle } from "./model/Watch.ts"

type Answer = RejectionReason | undefined

/** Digits of the account currencies that the simulation uses. */
const CURRENCY_DIGITS: ReadonlyMap<string, number> = new Map([
  ["USD", 2],
  ["EUR", 2],
  ["JPY", 0],
  ["BTC", 8]
])

export class ReferenceModel {
  readonly account: ModelAccount = newAccount()
  private opened = false

  /** Does the command, or answers why not and changes nothing. */
  execute(command: AccountCommand, market: Market): Answer {
    if (command._tag === "OpenAccount") return this.openAccount(command, market)
    if (!this.opened) return "ACCOUNT_NOT_OPEN"
    this.account.tradesBefore = this.account.trades.length
    if (command._tag === "ApplyQuotes") return this.applyQuotes(command.quotes, market)
    const before = weights(this.account)
    passTime(this.account, this.view(market))
    const answer = this.dispatch(command, market)
    if (needsJudgement(before, weights(this.account), this.account.watch)) settle(this.account, this.view(market))
    return answer
  }

  figures(market: Market): ModelFigures {
    return figuresOf(this.account, this.view(market))
  }

  /** Margin that opening that volume now would take; undefined without a rate. */
  marginOf(market: Market, deal: Pick<Fill, "symbol" | "side" | "lots" | "price">): bigint | undefined {
    return openingMargin(this.account, this.view(market), deal)?.margin
  }

  private view(market: Market, quote = market.quote, now = market.now): MarketView {
    const group = market.configuration.groups[this.account.group]
    if (group === undefined) throw new Error(`no group ${this.account.group}`)
    return new MarketView(now, market.configuration, group, this.account.currency, quote)
  }

  private openAccount(command: CommandOf<"OpenAccount">, market: Market): Answer {
    const refusals = new Refusals()
    refusals.when(this.opened, "ACCOUNT_ALREADY_OPEN")
    refusals.when(!Object.hasOwn(market.configuration.groups, command.group), "UNKNOWN_GROUP")
    refusals.when(command.leverage < 1 || command.leverage > LEVERAGE_MAX, "INVALID_LEVERAGE")
    const currencyDigits = CURRENCY_DIGITS.get(command.currency)
    refusals.when(currencyDigits === undefined, "INVALID_CURRENCY")
    const refusal = refusals.first()
    if (refusal !== undefined || currencyDigits === undefined) return refusal
    this.opened = true
    const { currency, mode, group, leverage } = command
    Object.assign(this.account, { currency, currencyDigits, mode, group, leverage, openedAt: market.now })
    return undefined
  }

  /** Oldest first; each is judged by the market and the time as they were when it came. Without any: by the market as it stands. */
  private applyQuotes(quotes: ReadonlyArray<Quote>, market: Market): Answer {
    quotes.forEach((quote, index) => {
      const instant = Math.min(quote.receivedAt, market.now)
      const seenAt = (count: number) =>
        this.view(market, (symbol) => quotes.slice(0, count).findLast((seen) => seen.symbol === symbol) ?? market.quote(symbol), instant)
      passTime(this.account, seenAt(index))
      judgeAt(this.account, seenAt(index + 1))
    })
    const before = weights(this.account)
    const view = this.view(market)
    passTime(this.account, view)
    if (quotes.length === 0 || needsJudgement(before, weights(this.account), this.account.watch)) judgeAt(this.account, view)
    return undefined
  }

  private dispatch(command: Exclude<AccountCommand, { readonly _tag: "OpenAccount" | "ApplyQuotes" }>, market: Market): Answer {
    const { account } = this
    const view = this.view(market)
    switch (command._tag) {
      case "ApplyBalanceOperation":
        return applyBalanceOperation(account, view, command)
      case "ReserveWithdrawal":
        return reserveWithdrawal(account, view, command)
      case "ReleaseWithdrawal":
        return releaseWithdrawal(account, command)
      case "SettleWithdrawal":
        return settleWithdrawal(account, view, command)
      case "ChangeSettings":
        return changeSettings(account, () => this.view(market), market.configuration.groups, command)
      case "PlaceOrder":
        return placeOrder(account, view, command)
      case "ModifyOrder":
        return modifyOrder(account, view, command)
      case "CancelOrder":
        return cancelOrder(account, command)
      case "CancelOrders":
        return cancelOrders(account, view, command)
      case "ModifyPosition":
        return modifyPosition(account, view, command)
      case "ClosePosition":
        return closePosition(account, view, command)
      case "ClosePositions":
        return closePositions(account, view, command)
      case "CloseBy":
        return closeBy(account, view, command)
      case "ReversePosition":
        return reversePosition(account, view, command)
      case "ApplyRollover":
        return undefined
    }
  }
}

const passTime = (account: ModelAccount, view: MarketView): void => {
  expireOrders(account, view)
  rollOver(account, view)
}

/** What equity and margin follow from, apart from quotes: money and terms by value, positions by what they weigh, orders by identity. */
const weights = ({ orders, positions, ...account }: ModelAccount) => ({
  orders: [...orders],
  others: [
    account.balance,
    account.credit,
    account.leverage,
    account.group,
    account.tradingMode,
    account.lotsMax,
    account.openPositionsMax,
    ...positions.flatMap((position) => [position.positionId, position.lots, position.margin, position.swap])
  ]
})

type Weights = ReturnType<typeof weights>

/** Without a change nothing is judged, whatever the market did meanwhile; and an order less cannot bring a healthy account into trouble. */
const needsJudgement = (before: Weights, after: Weights, watch: ModelAccount["watch"]): boolean => {
  const isChanged = before.others.length !== after.others.length || before.others.some((weight, index) => weight !== after.others[index])
  const isAdded = after.orders.some((order) => !before.orders.includes(order))
  return isChanged || isAdded || (after.orders.length < before.orders.length && watch !== "healthy")
}
