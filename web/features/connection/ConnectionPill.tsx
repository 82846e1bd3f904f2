/** ConnectionPill: whether the page is live, and how far away the server is. */
import { SignalIcon, SignalLowIcon, SignalMediumIcon, WifiOffIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { cn } from "../../lib/cn.ts"
import { formatTime } from "../../locales/formats.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { connectionCell, type Connection, latencyMillisCell } from "../../state/connection.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { Popover, PopoverContent, PopoverTrigger } from "../../ui/popover.tsx"

/** Round trips above these are slow, and very slow. */
const SLOW_MILLIS = 250
const VERY_SLOW_MILLIS = 1_000

export function ConnectionPill() {
  const { t } = useTranslation()
  const { status } = useValue(connectionCell)
  const latency = useValue(latencyMillisCell)
  const isLive = status === "live"
  const { Icon, background, text } = LOOKS[grade(status, latency)]
  const words = isLive && latency !== undefined ? t("connection.latency", { millis: latency }) : t(`connection.${status}`)
  return (
    <Popover>
      <PopoverTrigger asChild>
        <button
          type="button"
          data-testid="connection"
          data-status={status}
          className="figures inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs text-muted-foreground hover:bg-hover max-sm:px-1.5 pointer-coarse:h-11"
        >
          <span className={cn("size-1.5 rounded-full max-sm:hidden", background)} aria-hidden />
          <Icon className={cn("size-4 sm:hidden", text)} aria-hidden />
          {isLive && latency !== undefined && <span className="sr-only">{t("connection.live")} </span>}
          <span className="whitespace-nowrap max-sm:sr-only">{words}</span>
        </button>
      </PopoverTrigger>
      <PopoverContent align="end" className="figures grid w-56 gap-1 text-xs">
        <p className="flex justify-between gap-3 font-semibold">
          {t(`connection.${status}`)}
          {isLive && latency !== undefined && <span>{words}</span>}
        </p>
        <ServerTime />
      </PopoverContent>
    </Popover>
  )
}

type Grade = "good" | "slow" | "bad" | "lost"

const grade = (status: Connection["status"], latency: number | undefined): Grade => {
  if (status !== "live") return status === "lost" ? "lost" : "slow"
  if (latency === undefined || latency <= SLOW_MILLIS) return "good"
  return latency > VERY_SLOW_MILLIS ? "bad" : "slow"
}

/** Where there is no room for words the bars say what the color says. */
const LOOKS = {
  good: { Icon: SignalIcon, background: "bg-up", text: "text-up" },
  slow: { Icon: SignalMediumIcon, background: "bg-warning", text: "text-warning" },
  bad: { Icon: SignalLowIcon, background: "bg-danger", text: "text-danger" },
  lost: { Icon: WifiOffIcon, background: "bg-danger", text: "text-danger" }
} as const satisfies Readonly<Record<Grade, unknown>>

function ServerTime() {
  const { t } = useTranslation()
  const time = useValue(serverTimeValue)
  const timeZone = useValue(timeZoneValue)
  return (
    <p className="flex flex-wrap justify-between gap-x-3 text-muted-foreground">
      {t("connection.serverTime")}
      <span>
        {formatTime(time, timeZone)} ({timeZone})
      </span>
    </p>
  )
}
