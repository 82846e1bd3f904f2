/** ReverseDialog: asks before a position is closed and the same is opened the other way round. */
import { useTranslation } from "react-i18next"
import type { PositionView } from "#contract/Views.ts"
import { isLiveValue } from "../../state/connection.ts"
import { useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { reverse } from "./positionCommands.ts"

export function ReverseDialog(props: { readonly position: PositionView; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const isLive = useValue(isLiveValue)
  const { position, onDone } = props
  const opposite = nameOf({ ...position, side: position.side === "buy" ? "sell" : "buy" })
  const submit = () => {
    void reverse(position)
    onDone()
  }
  return (
    <Dialog open onOpenChange={onDone}>
      <DialogContent onClick={(event) => event.stopPropagation()}>
        <DialogHeader
          title={t("positions.reverseTitle", { position: nameOf(position) })}
          description={t("positions.reverseHint", { opposite })}
        />
        <DialogFooter>
          <Button variant={position.side === "buy" ? "sell" : "buy"} disabled={!isLive} onClick={submit}>
            {t("positions.reverse")}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
