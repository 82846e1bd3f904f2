/** CloseManyDialog: asks, with the count in the question, before many positions are closed at once. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { parseDecimal } from "#domain/Decimal.ts"
import { positionsCell, positionValueCell } from "../../state/account.ts"
import { read } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { closeMany } from "./positionCommands.ts"

export type CloseChoice = "all" | "winners" | "losers" | "symbol"

const countOf = (choice: CloseChoice, symbol: string): number =>
  read(positionsCell).filter((position) => {
    if (choice === "all") return true
    if (choice === "symbol") return position.symbol === symbol
    const profit = parseDecimal(read(positionValueCell(position.positionId)).floatingProfit ?? "") ?? 0n
    return choice === "winners" ? profit > 0n : profit < 0n
  }).length

export function CloseManyDialog(props: { readonly choice: CloseChoice; readonly symbol: string; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { choice, symbol } = props
  // As it was when the question was asked: a count that changes while it is read is no answer.
  const [count] = useState(() => countOf(choice, symbol))
  const close = () => {
    void (choice === "symbol" ? closeMany("all", symbol) : closeMany(choice))
    props.onDone()
  }
  return (
    <Dialog open onOpenChange={props.onDone}>
      <DialogContent>
        <DialogHeader title={t("positions.closeManyTitle", { count })} description={t(`positions.closeChoice.${choice}`, { symbol })} />
        <DialogFooter>
          <Button variant="danger" disabled={count === 0} onClick={close}>
            {t("positions.closeManySubmit", { count })}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
