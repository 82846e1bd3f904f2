/** CloseByDialog: closes a position by an opposite one of the same symbol, without paying the spread twice. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { minDecimal } from "#domain/Decimal.ts"
import type { PositionView } from "#contract/Views.ts"
import { amountOf } from "../../lib/amountOf.ts"
import { formatAmount } from "../../locales/formats.ts"
import { positionsOfSymbol } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { closeBy } from "./positionCommands.ts"

export function CloseByDialog(props: { readonly position: PositionView; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { position, onDone } = props
  const isLive = useValue(isLiveValue)
  const opposites = useValue(positionsOfSymbol(position.symbol)).filter(({ side }) => side !== position.side)
  const [chosenId, setChosenId] = useState(opposites[0]?.positionId)
  const chosen = opposites.find(({ positionId }) => positionId === chosenId)
  const submit = () => {
    if (chosen !== undefined) void closeBy(position, chosen)
    onDone()
  }
  return (
    <Dialog open onOpenChange={onDone}>
      <DialogContent onClick={(event) => event.stopPropagation()}>
        <DialogHeader title={t("positions.closeByTitle", { position: nameOf(position) })} description={t("positions.closeByHint")} />
        <fieldset className="figures grid gap-1">
          <legend className="sr-only">{t("positions.closeByChoice")}</legend>
          {opposites.map((opposite) => (
            <label
              key={opposite.positionId}
              className="flex min-h-8 items-center gap-2.5 rounded-md border border-border px-2.5 text-sm has-checked:border-accent has-checked:bg-accent-soft pointer-coarse:min-h-11"
            >
              <input
                type="radio"
                name="opposite"
                checked={opposite.positionId === chosenId}
                onChange={() => setChosenId(opposite.positionId)}
                className="accent-accent"
              />
              {nameOf(opposite)}
              <span className="ml-auto text-xs text-muted-foreground">
                {opposite.positionId} · {opposite.openPrice}
              </span>
            </label>
          ))}
        </fieldset>
        <DialogFooter>
          <Button variant="danger" disabled={!isLive || chosen === undefined} onClick={submit}>
            {t("positions.closeSubmit", {
              lots: chosen === undefined ? "" : formatAmount(minDecimal(amountOf(position.lots), amountOf(chosen.lots)), 2)
            })}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
