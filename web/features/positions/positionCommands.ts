/** positionCommands: what can be done with open positions, each with its toast. */
import { type Decimal, formatDecimal } from "#domain/Decimal.ts"
import type { TrailingStop } from "#domain/Order.ts"
import type { PositionView } from "#contract/Views.ts"
import { closePosition, closePositionBy, closePositions, modifyPosition, reversePosition } from "../../api/trading.ts"
import { i18n } from "../../locales/i18n.ts"
import { withCommandToast } from "../notifications/commandToast.ts"
import { closedManyOutcome, closedOutcome, nameOf, reversedOutcome } from "../notifications/outcomes.ts"

/** Absent lots: the whole position. */
export const close = (position: PositionView, lots?: Decimal): Promise<boolean> => {
  const part = { ...position, lots: lots === undefined ? position.lots : formatDecimal(lots) }
  return withCommandToast(
    i18n.t("notification.commands.close", { position: nameOf(part) }),
    closePosition(position.positionId, lots === undefined ? {} : { lots }),
    closedOutcome(part)
  )
}

/** null removes the exit. */
export const changeExits = (
  position: PositionView,
  exits: { readonly stopLoss?: Decimal | null; readonly takeProfit?: Decimal | null; readonly trailingStop?: TrailingStop | null }
): Promise<boolean> =>
  withCommandToast(
    i18n.t("notification.commands.modify", { position: nameOf(position) }),
    modifyPosition(position.positionId, exits),
    () => ({
      title: i18n.t("notification.modified", { position: nameOf(position) })
    })
  )

export const reverse = (position: PositionView): Promise<boolean> =>
  withCommandToast(
    i18n.t("notification.commands.reverse", { position: nameOf(position) }),
    reversePosition(position.positionId),
    reversedOutcome
  )

/** Each closes the other, as far as the smaller one reaches. */
export const closeBy = (position: PositionView, opposite: PositionView): Promise<boolean> =>
  withCommandToast(
    i18n.t("notification.commands.close", { position: nameOf(position) }),
    closePositionBy(position.positionId, opposite.positionId),
    closedManyOutcome
  )

export const closeMany = (result: "all" | "winners" | "losers", symbol?: string): Promise<boolean> =>
  withCommandToast(
    i18n.t("notification.commands.closeAll"),
    closePositions({ result, ...(symbol === undefined ? {} : { symbol }) }),
    closedManyOutcome
  )
