/** VolumeField: how much, in lots or in units of what is traded; typed, stepped or chosen. The order itself is always in lots. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Decimal, formatDecimal, ONE, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { formatAmount } from "../../locales/formats.ts"
import { useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell, volumeUnitCell } from "../../state/ticket.ts"
import { Button } from "../../ui/button.tsx"
import { Field } from "../../ui/field.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { problemText } from "./problemText.ts"
import { readTicketValue } from "./useTicket.ts"

/** Volumes offered for a click, in lots, where the instrument allows them. */
const PRESETS: ReadonlyArray<string> = ["0.01", "0.10", "0.50", "1.00", "5.00"]

export function VolumeField(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { instrument } = props
  const { lots } = useValue(ticketCell)
  const unit = useValue(volumeUnitCell)
  const problem = useValue(readTicketValue)?.problems.lots
  // What was typed in units stays as it was typed, for as long as it is what the order has.
  const [typed, setTyped] = useState({ text: "", lots: "" })
  const parsed = parseDecimal(lots.trim())
  const units = parsed === undefined ? undefined : (parsed * instrument.contractSize) / ONE
  const text = unit === "lots" ? lots : typed.lots === lots ? typed.text : units === undefined ? lots : formatDecimal(units)
  const set = (next: string) => write(editTicket, { lots: next })
  const type = (next: string) => {
    const amount = parseDecimal(next.trim())
    const inLots = unit === "lots" || amount === undefined ? next : formatDecimal((amount * ONE) / instrument.contractSize, 2)
    setTyped({ text: next, lots: inLots })
    set(inLots)
  }
  return (
    <Field
      label={t("ticket.lots")}
      error={problem === undefined ? undefined : problemText(problem)}
      aside={
        units !== undefined && (
          <button
            type="button"
            onClick={() => write(volumeUnitCell, unit === "lots" ? "units" : "lots")}
            className="figures -my-1 min-h-6 rounded-sm px-1 text-2xs text-muted-foreground underline decoration-dotted underline-offset-2 hover:text-foreground"
          >
            {unit === "lots"
              ? t("ticket.lotsHint", { units: formatAmount(units, 0), currency: instrument.baseCurrency })
              : t("ticket.unitsHint", { lots })}
            <span className="sr-only">. {t(`ticket.volumeIn.${unit === "lots" ? "units" : "lots"}`)}</span>
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
            unit={unit === "lots" ? t("ticket.lotsUnit") : instrument.baseCurrency}
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
