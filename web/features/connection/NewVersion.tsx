/** NewVersion: a newer build is there; it takes over when the person says so, never in the middle of an order. */
import { useTranslation } from "react-i18next"
import { newVersionCell } from "../../state/connection.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"

export function NewVersion() {
  const { t } = useTranslation()
  const worker = useValue(newVersionCell)
  if (worker === undefined) return null
  return (
    <Alert variant="info" className="mx-1.5 items-center text-sm">
      <p className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        {t("connection.newVersion")}
        {/* oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker takes no origin: it is the page's own */}
        <Button size="xs" onClick={() => worker.postMessage("activate")}>
          {t("connection.reload")}
        </Button>
      </p>
    </Alert>
  )
}
