/** RequestTimeline: the way of a request: what happened when, and what is still to come. */
import { CheckIcon, XIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { FundingView } from "#contract/FundingViews.ts"
import type { FundingStatus } from "#domain/FundingRequest.ts"
import { cn } from "../../lib/cn.ts"
import { formatDateTime } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"

interface Stage {
  readonly status: FundingStatus
  /** Undefined: still to come. */
  readonly at: number | undefined
}

const UNHAPPY: ReadonlySet<FundingStatus> = new Set(["declined", "canceled", "failed"])

/** What happened, and as long as it is not over, what comes next. */
export const stagesOf = ({ history, status }: Pick<FundingView, "history" | "status">): ReadonlyArray<Stage> => {
  const done = history.map((entry): Stage => ({ status: entry.status, at: entry.at }))
  const ahead: ReadonlyArray<FundingStatus> =
    status === "requested" ? ["processing", "approved"] : status === "processing" ? ["approved"] : []
  return [...done, ...ahead.map((next): Stage => ({ status: next, at: undefined }))]
}

export function RequestTimeline(props: { readonly request: FundingView }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  return (
    <ol
      className="ml-7 grid auto-cols-fr gap-1 max-sm:gap-y-1.5 sm:grid-flow-col"
      aria-label={t("funding.timeline", { id: props.request.requestId })}
    >
      {stagesOf(props.request).map(({ at, status }) => (
        <li key={status} className="grid grid-cols-[auto_1fr] items-start gap-x-2">
          <span
            className={cn(
              "mt-0.5 grid size-3.5 place-items-center rounded-full border",
              at === undefined
                ? "border-dashed border-input"
                : UNHAPPY.has(status)
                  ? "border-danger bg-danger-soft text-danger"
                  : "border-accent bg-accent-soft text-accent-text"
            )}
            aria-hidden
          >
            {at !== undefined && (UNHAPPY.has(status) ? <XIcon className="size-2.5" /> : <CheckIcon className="size-2.5" />)}
          </span>
          <span className={cn("grid text-2xs leading-4", at === undefined && "text-faint-foreground")}>
            <span className="font-medium">{t(at === undefined ? `funding.ahead.${status}` : `funding.statuses.${status}`)}</span>
            {at !== undefined && <span className="figures text-muted-foreground">{formatDateTime(at, timeZone)}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}
