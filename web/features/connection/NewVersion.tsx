/** NewVersion: a newer build is there; it takes over when the person says so, never in the middle of an order. */
import { useTranslation } from "react-i18next"
import { newVersionCell } from "../../state/connection.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"

/** A worker that has not taken over by then is waiting for the old one to end its work; the page itself comes from the network anyway. */
const TAKE_OVER_MILLIS_MAX = 5_000

/** When the worker takes over, the page loads itself anew: see appVersion.ts. */
const takeOver = (worker: ServiceWorker): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker takes no origin: it is the page's own
  worker.postMessage("activate")
  setTimeout(() => window.location.reload(), TAKE_OVER_MILLIS_MAX)
}

export function NewVersion() {
  const { t } = useTranslation()
  const worker = useValue(newVersionCell)
  if (worker === undefined) return null
  return (
    <Alert variant="info" className="mx-1.5 items-center text-sm">
      <p className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        {t("connection.newVersion")}
        <Button size="xs" onClick={() => takeOver(worker)}>
          {t("connection.reload")}
        </Button>
      </p>
    </Alert>
  )
}
