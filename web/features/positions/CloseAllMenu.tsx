/** CloseAllMenu: closes many positions at once, by choice. */
import { ChevronDownIcon } from "lucide-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { symbolValue } from "../../state/selection.ts"
import { useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../../ui/dropdown-menu.tsx"
import { type CloseChoice, CloseManyDialog } from "./CloseManyDialog.tsx"

const CHOICES: ReadonlyArray<CloseChoice> = ["all", "winners", "losers", "symbol"]

export function CloseAllMenu() {
  const { t } = useTranslation()
  const symbol = useValue(symbolValue)
  const [choice, setChoice] = useState<CloseChoice>()
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="ghost" size="xs">
            {t("positions.closeAll")}
            <ChevronDownIcon className="size-3" aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {CHOICES.map((option) => (
            <DropdownMenuItem key={option} onSelect={() => setChoice(option)}>
              {t(`positions.closeChoice.${option}`, { symbol })}
            </DropdownMenuItem>
          ))}
        </DropdownMenuContent>
      </DropdownMenu>
      {choice !== undefined && <CloseManyDialog choice={choice} symbol={symbol} onDone={() => setChoice(undefined)} />}
    </>
  )
}
