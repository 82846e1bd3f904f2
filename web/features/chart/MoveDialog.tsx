/** MoveDialog: asks before a line that was moved on the chart is sent, where orders are confirmed. */
import { useTranslation } from "react-i18next"
import { isLiveValue } from "../../state/connection.ts"
import { orderModeCell } from "../../state/preferences.ts"
import { cell, read, useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"

interface LineMove {
  /** Whose line it is. */
  readonly line: string
  readonly from: string
  readonly to: string
  /** What the position would bring at that price; absent where there is none. */
  readonly result?: string
  readonly send: () => void
}

const askedMoveCell = cell<LineMove | undefined>(undefined)

/** Sends at once, or after a question: as orders are sent. */
export const moveLine = (move: LineMove): void => {
  if (read(orderModeCell) === "confirm") write(askedMoveCell, move)
  else move.send()
}

export function MoveDialog() {
  const { t } = useTranslation()
  const move = useValue(askedMoveCell)
  const isLive = useValue(isLiveValue)
  const done = () => write(askedMoveCell, undefined)
  if (move === undefined) return null
  const { from, line, result, to } = move
  return (
    <Dialog open onOpenChange={done}>
      <DialogContent>
        <DialogHeader
          title={t("chart.moveTitle", { line })}
          description={[
            t("chart.moveFrom", { from, to }),
            ...(result === undefined ? [] : [t("chart.moveResult", { amount: result })])
          ].join(" ")}
        />
        <DialogFooter>
          <Button
            variant="primary"
            disabled={!isLive}
            onClick={() => {
              move.send()
              done()
            }}
          >
            {t("chart.moveSubmit", { price: to })}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
