/** CancelAllOrders: cancels every waiting order, after a question that counts them. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ordersCell } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { read, useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { cancelAll } from "./orderCommands.ts"

export function CancelAllOrders() {
  const { t } = useTranslation()
  // As it was when the question was asked: a count that changes while it is read is no answer.
  const [count, setCount] = useState<number>()
  const isLive = useValue(isLiveValue)
  const cancel = () => {
    void cancelAll()
    setCount(undefined)
  }
  return (
    <>
      <Button variant="ghost" size="xs" onClick={() => setCount(read(ordersCell).length)}>
        {t("orders.cancelAll")}
      </Button>
      <Dialog open={count !== undefined} onOpenChange={() => setCount(undefined)}>
        <DialogContent>
          <DialogHeader title={t("orders.cancelAllTitle", { count: count ?? 0 })} description={t("orders.cancelAllHint")} />
          <DialogFooter keep={t("orders.keep")}>
            <Button variant="danger" disabled={!isLive || count === 0} onClick={cancel}>
              {t("orders.cancelAllSubmit", { count: count ?? 0 })}
            </Button>
          </DialogFooter>
        </DialogContent>
      </Dialog>
    </>
  )
}
