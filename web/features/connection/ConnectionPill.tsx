/** ConnectionPill: whether the page is live, and how far away the server is. */
import { useTranslation } from "react-i18next"
import { cn } from "../../lib/cn.ts"
import { formatTime } from "../../locales/formats.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { connectionCell, latencyMillisCell } from "../../state/connection.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { Tooltip } from "../../ui/tooltip.tsx"

/** Round trips above these are slow, and very slow. */
const SLOW_MILLIS = 250
const VERY_SLOW_MILLIS = 1_000

export function ConnectionPill() {
  const { t } = useTranslation()
  const { status } = useValue(connectionCell)
  const latency = useValue(latencyMillisCell)
  const isLive = status === "live"
  const tone = !isLive
    ? status === "lost"
      ? "bg-danger"
      : "bg-warning"
    : latency !== undefined && latency > VERY_SLOW_MILLIS
      ? "bg-danger"
      : latency !== undefined && latency > SLOW_MILLIS
        ? "bg-warning"
        : "bg-up"
  const words = isLive && latency !== undefined ? t("connection.latency", { millis: latency }) : t(`connection.${status}`)
  return (
    <Tooltip content={<ServerTime />}>
      <button
        type="button"
        data-testid="connection"
        data-status={status}
        className="figures inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs text-muted-foreground hover:bg-hover"
      >
        <span className={cn("size-1.5 rounded-full", tone)} aria-hidden />
        {isLive && latency !== undefined && <span className="sr-only">{t("connection.live")} </span>}
        <span className="max-sm:sr-only">{words}</span>
      </button>
    </Tooltip>
  )
}

function ServerTime() {
  const { t } = useTranslation()
  const time = useValue(serverTimeValue)
  const timeZone = useValue(timeZoneValue)
  return (
    <span className="figures">
      {t("connection.serverTime")} {formatTime(time, timeZone)} ({timeZone})
    </span>
  )
}
