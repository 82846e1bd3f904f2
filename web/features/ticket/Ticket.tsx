/** Ticket: the panel where an order is written: side and price, volume, exits, what it will cost, and the button that sends it. */
import { TriangleAlertIcon, ZapIcon } from "lucide-react"
import { lazy, Suspense, type SyntheticEvent } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderType } from "#domain/Order.ts"
import { formatPercent } from "../../locales/formats.ts"
import { accountCell } from "../../state/account.ts"
import { orderModeCell } from "../../state/preferences.ts"
import { read, useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell } from "../../state/ticket.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Segmented } from "../../ui/segmented.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { Exits } from "./Exits.tsx"
import { MoreOptions } from "./MoreOptions.tsx"
import { VolumeField } from "./VolumeField.tsx"
import { PriceTiles } from "./PriceTiles.tsx"
import { forgetRepeated, repeatedCell, sendRepeated, sendTicket } from "./sendTicket.ts"
import { isBlockedValue, SubmitOrder } from "./SubmitOrder.tsx"
import { TicketPreviewList } from "./TicketPreviewList.tsx"
import { ticketInstrumentValue, useTicketFollowsSymbol } from "./useTicket.ts"

/** Behind the market order, which most are. */
const PendingFields = lazy(() => import("./PendingFields.tsx"))
const RiskPresets = lazy(() => import("./RiskPresets.tsx"))
const RolloverNotice = lazy(() => import("./RolloverNotice.tsx"))

export function TicketPanel() {
  const { t } = useTranslation()
  return (
    <PanelFrame aria-label={t("ticket.title")}>
      <div className="min-h-0 flex-1 overflow-y-auto p-3">
        <Ticket />
      </div>
    </PanelFrame>
  )
}

export function Ticket() {
  const instrument = useValue(ticketInstrumentValue)
  useTicketFollowsSymbol()
  return instrument === undefined ? <LoadingTicket /> : <TicketForm instrument={instrument} />
}

/** Enter in a field sends what the button would; a press on the button is a submission too. */
const submitByKey = (event: SyntheticEvent): void => {
  event.preventDefault()
  if (!read(isBlockedValue)) sendTicket(read(ticketCell).side)
}

function TicketForm(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { instrument } = props
  const draft = useValue(ticketCell)
  const mode = useValue(orderModeCell)
  return (
    <form className="grid gap-3" onSubmit={submitByKey} aria-label={t("ticket.title")}>
      <header className="flex items-baseline justify-between gap-2">
        <h2 className="text-base font-semibold tracking-tight">{instrument.symbol}</h2>
        <span className="truncate text-xs text-muted-foreground">{instrument.description}</span>
      </header>
      <PriceTiles instrument={instrument} />
      <Suspense>
        <RolloverNotice symbol={instrument.symbol} />
      </Suspense>
      {mode !== "confirm" && (
        <p className="flex items-center gap-1.5 text-xs text-warning">
          <ZapIcon className="size-3.5 fill-current" aria-hidden />
          {t(`ticket.modeOn.${mode}`)}
        </p>
      )}
      <Segmented
        label={t("ticket.type")}
        value={draft.type}
        onValueChange={(type) => write(editTicket, { type })}
        options={ORDER_TYPES.map((value) => ({ value, label: t(`ticket.types.${value}`) }))}
      />
      <VolumeField instrument={instrument} />
      {draft.type !== "market" && (
        <Suspense fallback={<Skeleton className="h-28" />}>
          <PendingFields type={draft.type} instrument={instrument} />
        </Suspense>
      )}
      <Exits instrument={instrument} />
      <Suspense>
        <RiskPresets />
      </Suspense>
      <MoreOptions />
      <TicketPreviewList />
      <RepeatQuestion />
      <SubmitOrder instrument={instrument} />
      <Levels />
    </form>
  )
}

const ORDER_TYPES: ReadonlyArray<OrderType> = ["market", "limit", "stop", "stopLimit"]
function RepeatQuestion() {
  const { t } = useTranslation()
  const repeated = useValue(repeatedCell)
  if (repeated === undefined) return null
  return (
    <Alert variant="warning">
      <p>{t("ticket.sendAgain")}</p>
      <div className="mt-2 flex gap-2">
        <Button size="sm" onClick={sendRepeated}>
          {t("ticket.sendAgainAction")}
        </Button>
        <Button size="sm" variant="ghost" onClick={forgetRepeated}>
          {t("action.cancel")}
        </Button>
      </div>
    </Alert>
  )
}

/** Thresholds differ between groups: the account's own stand where orders are written. */
function Levels() {
  const { t } = useTranslation()
  const account = useValue(accountCell)
  if (account === undefined) return null
  return (
    <p className="flex items-center justify-center gap-1 text-center text-2xs text-faint-foreground">
      <TriangleAlertIcon className="size-3" aria-hidden />
      {t("ticket.levels", {
        marginCall: formatPercent(account.marginCallLevelPercent, 0),
        stopOut: formatPercent(account.stopOutLevelPercent, 0)
      })}
    </p>
  )
}

function LoadingTicket() {
  const { t } = useTranslation()
  return (
    <section aria-busy aria-label={t("state.loading")} className="grid gap-3">
      <Skeleton className="h-5.5 w-24" />
      <Skeleton className="h-15" />
      <Skeleton className="h-7 pointer-coarse:h-11" />
      <Skeleton className="h-21 pointer-coarse:h-26" />
      <Skeleton className="h-14" />
      <Skeleton className="h-6 w-28 pointer-coarse:h-11" />
      <Skeleton className="h-28" />
      <Skeleton className="h-10 pointer-coarse:h-12" />
    </section>
  )
}
