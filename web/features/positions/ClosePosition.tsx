/** ClosePosition: closes a position, whole or in part; in one-click mode the button closes the whole at once. */
import { type ReactElement, useState } from "react"
import { useTranslation } from "react-i18next"
import { Slot } from "radix-ui"
import { type Decimal, divideRounded, formatDecimal, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { clientQuote, closingPrice } from "#domain/Prices.ts"
import { profitOf } from "#domain/Profit.ts"
import type { PositionView } from "#contract/Views.ts"
import { formatPrice, formatSignedAmount } from "../../locales/formats.ts"
import { isLiveValue } from "../../state/connection.ts"
import { instrumentValue, quoteValue } from "../../state/market.ts"
import { orderModeCell } from "../../state/preferences.ts"
import { bookValue, clientPricesValue } from "../../state/prices.ts"
import { read, useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { Field } from "../../ui/field.tsx"
import { Segmented } from "../../ui/segmented.tsx"
import { Slider } from "../../ui/slider.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { lotsProblem } from "../ticket/readTicket.ts"
import { problemText } from "../ticket/problemText.ts"
import { close } from "./positionCommands.ts"

export function ClosePositionButton(props: { readonly position: PositionView; readonly children: ReactElement }) {
  const [isOpen, setOpen] = useState(false)
  const onClick = () => (read(orderModeCell) === "oneClick" ? void close(props.position) : setOpen(true))
  return (
    <>
      <Slot.Root
        onClick={(event) => {
          event.stopPropagation()
          onClick()
        }}
      >
        {props.children}
      </Slot.Root>
      <ClosePositionDialog position={props.position} isOpen={isOpen} onOpenChange={setOpen} />
    </>
  )
}

export function ClosePositionDialog(props: {
  readonly position: PositionView
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}) {
  const { t } = useTranslation()
  const { position } = props
  const instrument = useValue(instrumentValue(position.symbol))
  return (
    <Dialog open={props.isOpen} onOpenChange={props.onOpenChange}>
      {props.isOpen && instrument !== undefined && (
        <DialogContent onClick={(event) => event.stopPropagation()}>
          <DialogHeader
            title={t("positions.closeTitle", { position: nameOf(position) })}
            description={t("positions.closeDescription", { price: position.openPrice })}
          />
          <CloseForm position={position} instrument={instrument} onDone={() => props.onOpenChange(false)} />
        </DialogContent>
      )}
    </Dialog>
  )
}

const SHARES = ["25", "50", "75", "100"] as const

/** That share of the position, on the instrument's step and never below its minimum. */
const shareOf = (all: Decimal, percent: number, instrument: Instrument): Decimal => {
  if (percent === 100) return all
  const steps = divideRounded(all * BigInt(percent), 100n * instrument.lotsStep)
  const lots = steps * instrument.lotsStep
  return lots < instrument.lotsMin ? instrument.lotsMin : lots > all ? all : lots
}

function CloseForm(props: { readonly position: PositionView; readonly instrument: Instrument; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { position, instrument } = props
  const all = parseDecimal(position.lots) ?? 0n
  const [text, setText] = useState(formatDecimal(all, 2))
  const isLive = useValue(isLiveValue)
  const lots = parseDecimal(text.trim())
  const problem =
    lots === all
      ? undefined
      : (lotsProblem(instrument, lots) ??
        (lots !== undefined && lots > all ? { kind: "lotsMax" as const, lots: formatDecimal(all, 2) } : undefined))
  const percent = lots === undefined || all === 0n ? 0 : Number((lots * 100n) / all)
  const choose = (share: number) => setText(formatDecimal(shareOf(all, share, instrument), 2))
  const step = (steps: number) => {
    const next = (lots ?? 0n) + BigInt(steps) * instrument.lotsStep
    setText(formatDecimal(next > all ? all : next < instrument.lotsMin ? instrument.lotsMin : next, 2))
  }
  const submit = () => {
    if (lots === undefined || problem !== undefined) return
    void close(position, lots === all ? undefined : lots)
    props.onDone()
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field label={t("positions.closeLots")} error={problem === undefined ? undefined : problemText(problem)}>
        {(control) => (
          <Stepper
            {...control}
            value={text}
            onValueChange={setText}
            onStep={step}
            lessLabel={t("ticket.fewerLots")}
            moreLabel={t("ticket.moreLots")}
            unit={t("ticket.lotsUnit")}
          />
        )}
      </Field>
      <div className="grid gap-2">
        <Slider
          aria-label={t("positions.closeShare")}
          min={0}
          max={100}
          step={1}
          value={[percent]}
          onValueChange={([value]) => choose(value ?? 100)}
        />
        <Segmented
          label={t("positions.closeShare")}
          value={String(percent)}
          onValueChange={(value) => choose(Number(value))}
          options={SHARES.map((value) => ({ value, label: `${value}%` }))}
        />
      </div>
      <CloseEstimate position={position} lots={lots} />
      <DialogFooter>
        <Button type="submit" variant="danger" className="figures" disabled={problem !== undefined || !isLive}>
          {t("positions.closeSubmit", { lots: text })}
        </Button>
      </DialogFooter>
    </form>
  )
}

/** What closing so much would bring now, by the domain's own profit. */
function CloseEstimate(props: { readonly position: PositionView; readonly lots: Decimal | undefined }) {
  const { t } = useTranslation()
  const { position, lots } = props
  const instrument = useValue(instrumentValue(position.symbol))
  const prices = useValue(clientPricesValue)
  const book = useValue(bookValue)
  useValue(quoteValue(position.symbol))
  const openPrice = parseDecimal(position.openPrice)
  if (instrument === undefined || prices === undefined || book === undefined || lots === undefined || openPrice === undefined) return null
  const quote = clientQuote(prices, instrument)
  if (quote === undefined) return null
  const closePrice = closingPrice(position.side, quote)
  const profit = profitOf(prices, book, { instrument, side: position.side, lots, openPrice, closePrice })
  return (
    <dl className="figures grid grid-cols-2 gap-y-1 rounded-md bg-muted px-3 py-2 text-sm">
      <dt className="text-muted-foreground">{t("positions.closeAt")}</dt>
      <dd className="text-right font-medium">{formatPrice(closePrice, instrument.digits)}</dd>
      <dt className="text-muted-foreground">{t("positions.closeProfit")}</dt>
      <dd className={`text-right font-semibold ${profit === undefined || profit === 0n ? "" : profit < 0n ? "text-down" : "text-up"}`}>
        {profit === undefined ? "–" : `${formatSignedAmount(profit, book.currencyDigits)} ${book.currency}`}
      </dd>
    </dl>
  )
}
