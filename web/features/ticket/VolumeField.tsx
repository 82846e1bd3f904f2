/** VolumeField: how much, in lots, in units of what is traded, or in money; typed, stepped or chosen. The order itself is always in lots. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Decimal, formatDecimal, ONE, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import { formatAmount } from "../../locales/formats.ts"
import { accountCell } from "../../state/account.ts"
import { quoteValue } from "../../state/market.ts"
import { bookValue, clientPricesValue } from "../../state/prices.ts"
import { derived, read, useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell, type VolumeUnit, volumeUnitCell } from "../../state/ticket.ts"
import { Button } from "../../ui/button.tsx"
import { Field } from "../../ui/field.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { ticketInstrumentValue, useProblemText } from "./useTicket.ts"
import { lotsWorth, worthOf } from "./worth.ts"

/** Volumes offered for a click, in lots, where the instrument allows them. */
const PRESETS: ReadonlyArray<string> = ["0.01", "0.10", "0.50", "1.00", "5.00"]

/** What a click on the other measure leads to. */
const NEXT_UNIT: Readonly<Record<VolumeUnit, VolumeUnit>> = { lots: "units", units: "money", money: "lots" }

/** What the ticket's volume is worth at the last quote; undefined while it is given in lots, which need no price. */
const worthValue = derived((read): Decimal | undefined => {
  const { lots, side } = read(ticketCell)
  const parsed = parseDecimal(lots.trim())
  const [instrument, prices, book] = [read(ticketInstrumentValue), read(clientPricesValue), read(bookValue)]
  if (read(volumeUnitCell) === "lots" || parsed === undefined || instrument === undefined || prices === undefined || book === undefined)
    return undefined
  // The domain reads quotes through `prices`; this subscription is what makes it read again.
  read(quoteValue(instrument.symbol))
  return worthOf(prices, book, instrument, side, parsed)
})
/** At the moment's price: an amount that moves with every tick could not be typed over. */
const lotsWorthNow = (instrument: Instrument, side: Side, amount: Decimal): Decimal | undefined => {
  const [prices, book] = [read(clientPricesValue), read(bookValue)]
  return prices === undefined || book === undefined ? undefined : lotsWorth(prices, book, instrument, side, amount)
}

export function VolumeField(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { instrument } = props
  const { lots, side } = useValue(ticketCell)
  const unit = useValue(volumeUnitCell)
  const currency = useValue(accountCell)?.currency ?? ""
  const problem = useProblemText("lots")
  // What was typed in another measure stays as it was typed, for as long as it is what the order has.
  const [typed, setTyped] = useState({ text: "", lots: "" })
  const parsed = parseDecimal(lots.trim())
  const units = parsed === undefined ? undefined : (parsed * instrument.contractSize) / ONE
  const worth = useValue(worthValue)
  const measured = unit === "lots" ? undefined : unit === "units" ? units : worth
  const text = unit !== "lots" && typed.lots === lots ? typed.text : measured === undefined ? lots : formatDecimal(measured)
  const set = (next: string) => write(editTicket, { lots: next })
  const type = (next: string) => {
    const amount = parseDecimal(next.trim())
    const inLots =
      amount === undefined || unit === "lots"
        ? undefined
        : unit === "units"
          ? (amount * ONE) / instrument.contractSize
          : lotsWorthNow(instrument, side, amount)
    const asLots = inLots === undefined ? next : formatDecimal(inLots, 2)
    setTyped({ text: next, lots: asLots })
    set(asLots)
  }
  const change = () => {
    setTyped({ text: "", lots: "" })
    write(volumeUnitCell, NEXT_UNIT[unit])
  }
  const other = {
    lots: () => t("ticket.lotsHint", { units: formatAmount(units ?? 0n, 0), currency: instrument.baseCurrency }),
    units: () => t("ticket.moneyHint", { amount: worth === undefined ? "–" : formatAmount(worth, 2), currency }),
    money: () => t("ticket.unitsHint", { lots })
  }
  return (
    <Field
      label={t("ticket.lots")}
      error={problem}
      aside={
        units !== undefined && (
          <button
            type="button"
            onClick={change}
            className="figures -my-1 min-h-6 rounded-sm px-1 text-2xs text-muted-foreground underline decoration-dotted underline-offset-2 hover:text-foreground"
          >
            {other[unit]()}
            <span className="sr-only">. {t(`ticket.volumeIn.${NEXT_UNIT[unit]}`)}</span>
          </button>
        )
      }
    >
      {(control) => (
        <div data-ticket-lots className="grid gap-1.5">
          <Stepper
            {...control}
            value={text}
            onValueChange={type}
            onStep={(steps) => set(formatDecimal(fitting((parsed ?? 0n) + BigInt(steps) * instrument.lotsStep, instrument), 2))}
            lessLabel={t("ticket.fewerLots")}
            moreLabel={t("ticket.moreLots")}
            unit={unit === "lots" ? t("ticket.lotsUnit") : unit === "units" ? instrument.baseCurrency : currency}
          />
          <div className="flex gap-1">
            {PRESETS.filter((preset) => isOffered(instrument, preset)).map((preset) => (
              <Button
                key={preset}
                variant="subtle"
                size="xs"
                className="figures flex-1 px-0 font-normal text-muted-foreground aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
                aria-pressed={parseDecimal(preset) === parsed}
                onClick={() => set(preset)}
              >
                {preset}
              </Button>
            ))}
          </div>
        </div>
      )}
    </Field>
  )
}

const fitting = (lots: Decimal, { lotsMin, lotsMax }: Instrument): Decimal => (lots < lotsMin ? lotsMin : lots > lotsMax ? lotsMax : lots)

const isOffered = (instrument: Instrument, preset: string): boolean => {
  const lots = parseDecimal(preset) ?? 0n
  return fitting(lots, instrument) === lots && lots % instrument.lotsStep === 0n
}
