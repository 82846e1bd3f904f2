/** CloseAllMenu: closes many positions at once, by choice, with the count in the question. */
import { ChevronDownIcon } from "lucide-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { parseDecimal } from "#domain/Decimal.ts"
import { positionsCell, positionValueCell } from "../../state/account.ts"
import { symbolValue } from "../../state/selection.ts"
import { read, useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogClose, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../../ui/dropdown-menu.tsx"
import { closeMany } from "./positionCommands.ts"

type Choice = "all" | "winners" | "losers" | "symbol"
const CHOICES: ReadonlyArray<Choice> = ["all", "winners", "losers", "symbol"]

const countOf = (choice: Choice, symbol: string): number =>
  read(positionsCell).filter((position) => {
    if (choice === "all") return true
    if (choice === "symbol") return position.symbol === symbol
    const profit = parseDecimal(read(positionValueCell(position.positionId)).floatingProfit ?? "") ?? 0n
    return choice === "winners" ? profit > 0n : profit < 0n
  }).length

export function CloseAllMenu(props: { readonly className?: string }) {
  const { t } = useTranslation()
  const symbol = useValue(symbolValue)
  const [asked, setAsked] = useState<{ readonly choice: Choice; readonly count: number }>()
  const close = () => {
    if (asked === undefined) return
    void (asked.choice === "symbol" ? closeMany("all", symbol) : closeMany(asked.choice))
    setAsked(undefined)
  }
  return (
    <div className={props.className}>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="ghost" size="xs">
            {t("positions.closeAll")}
            <ChevronDownIcon className="size-3" aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {CHOICES.map((choice) => (
            <DropdownMenuItem key={choice} onSelect={() => setAsked({ choice, count: countOf(choice, symbol) })}>
              {t(`positions.closeChoice.${choice}`, { symbol })}
            </DropdownMenuItem>
          ))}
        </DropdownMenuContent>
      </DropdownMenu>
      <Dialog open={asked !== undefined} onOpenChange={() => setAsked(undefined)}>
        {asked !== undefined && (
          <DialogContent>
            <DialogHeader
              title={t("positions.closeManyTitle", { count: asked.count })}
              description={t(`positions.closeChoice.${asked.choice}`, { symbol })}
            />
            <DialogFooter>
              <DialogClose asChild>
                <Button>{t("action.cancel")}</Button>
              </DialogClose>
              <Button variant="danger" disabled={asked.count === 0} onClick={close}>
                {t("positions.closeManySubmit", { count: asked.count })}
              </Button>
            </DialogFooter>
          </DialogContent>
        )}
      </Dialog>
    </div>
  )
}
