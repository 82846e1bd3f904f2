/**
 * decide: what a command would make happen to an account, or why it is refused. Pure, synchronous, total.
 *
 * The rules are in decide/, one file per concern. Every decision first lets time pass (expiries, rollovers), then does what is asked, then
 * judges the account's margin. A refused command has changed nothing; what time brought stands all the same.
 */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { applyQuotes } from "#actors/account/decide/applyQuotes.ts"
import { applyBalanceOperation, releaseWithdrawal, reserveWithdrawal, settleWithdrawal } from "#actors/account/decide/balance.ts"
import { protectBalance } from "#actors/account/decide/booking.ts"
import { cancelOrder, cancelOrders } from "#actors/account/decide/cancelOrder.ts"
import { closeBy, closePosition, closePositions, reversePosition } from "#actors/account/decide/closePosition.ts"
import { judgeMargin } from "#actors/account/decide/judgeMargin.ts"
import { modifyOrder, modifyPosition } from "#actors/account/decide/modify.ts"
import { openAccount } from "#actors/account/decide/openAccount.ts"
import { passTime } from "#actors/account/decide/passTime.ts"
import { placeOrder } from "#actors/account/decide/placeOrder.ts"
import { changeSettings } from "#actors/account/decide/settings.ts"
import { reject, Turn, type Asking } from "#actors/account/decide/Turn.ts"
import type { Market } from "#actors/account/Market.ts"
import type { Rejection } from "#actors/account/Rejection.ts"

/** A refused order is journaled too, so a decision may hold both. Without events and rejection nothing is to be done. */
export interface Decision {
  readonly events: ReadonlyArray<AccountEvent>
  readonly rejection: Rejection | undefined
  /** The account after each of the events, so that nobody has to evolve it again. */
  readonly states: ReadonlyArray<AccountState>
}

export const decide = (
  accountId: string,
  state: AccountState,
  command: AccountCommand,
  market: Market,
  asking: Asking = BY_CLIENT
): Decision => {
  const turn = new Turn(accountId, state, market, asking)
  if (command._tag === "OpenAccount") return decided(turn, openAccount(turn, command))
  if (state.accountId === "") return decided(turn, reject("ACCOUNT_NOT_OPEN", { accountId }))
  if (command._tag === "ApplyQuotes") {
    applyQuotes(turn, command.quotes)
    return decided(turn, undefined)
  }
  passTime(turn)
  const rejection = perform(turn, command)
  if (needsJudgement(turn)) {
    protectBalance(turn)
    judgeMargin(turn)
  }
  return decided(turn, rejection)
}

const decided = ({ events, states }: Turn, rejection: Rejection | undefined): Decision => ({ events, rejection, states })

const BY_CLIENT: Asking = { askedBy: "client", isReferenceBooked: false }

type OrdinaryCommand = Exclude<AccountCommand, { readonly _tag: "OpenAccount" | "ApplyQuotes" }>

const perform = (turn: Turn, command: OrdinaryCommand): Rejection | undefined => {
  switch (command._tag) {
    case "ApplyBalanceOperation":
      return applyBalanceOperation(turn, command)
    case "ReserveWithdrawal":
      return reserveWithdrawal(turn, command)
    case "ReleaseWithdrawal":
      return releaseWithdrawal(turn, command)
    case "SettleWithdrawal":
      return settleWithdrawal(turn, command)
    case "ChangeSettings":
      return changeSettings(turn, command)
    case "PlaceOrder":
      return placeOrder(turn, command)
    case "ModifyOrder":
      return modifyOrder(turn, command)
    case "CancelOrder":
      return cancelOrder(turn, command)
    case "CancelOrders":
      return cancelOrders(turn, command)
    case "ModifyPosition":
      return modifyPosition(turn, command)
    case "ClosePosition":
      return closePosition(turn, command)
    case "ClosePositions":
      return closePositions(turn, command)
    case "CloseBy":
      return closeBy(turn, command)
    case "ReversePosition":
      return reversePosition(turn, command)
    // Time has passed already.
    case "ApplyRollover":
      return undefined
  }
}

const needsJudgement = ({ events, state }: Turn): boolean => {
  for (const { _tag } of events) if (canMoveWatch(_tag, state.marginWatch === "healthy")) return true
  return false
}

/** Whether the state of the margin watch may change after such an event. */
const canMoveWatch = (tag: AccountEvent["_tag"], isHealthy: boolean): boolean => {
  switch (tag) {
    // equity and margin stay as they were
    case "OrderRejected":
    case "OrderTriggered":
    case "PositionModified":
    case "TrailingStopMoved":
    case "RolloverCompleted":
    case "WithdrawalReserved":
    case "WithdrawalReleased":
      return false
    // the level can only be higher: a healthy account stays so
    case "OrderCanceled":
    case "OrderExpired":
      return !isHealthy
    default:
      return true
  }
}
