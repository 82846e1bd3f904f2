/** PriceField: the limit or stop price of a pending order; empty it shows the market's. */
import { useTranslation } from "react-i18next"
import { parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { openingPrice, pointOf } from "#domain/Prices.ts"
import { formatPrice } from "../../locales/formats.ts"
import { quoteValue } from "../../state/market.ts"
import { read, useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell } from "../../state/ticket.ts"
import { Field } from "../../ui/field.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { useProblemText } from "./useTicket.ts"

export function PriceField(props: { readonly field: "limitPrice" | "stopPrice"; readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { field, instrument } = props
  const text = useValue(ticketCell)[field]
  const problem = useProblemText(field)
  const set = (value: string) => write(editTicket, { [field]: value })
  const step = (steps: number) => {
    const quote = read(quoteValue(instrument.symbol))
    const from = parseDecimal(text.trim()) ?? (quote && openingPrice(read(ticketCell).side, quote))
    if (from !== undefined) set(formatPrice(from + BigInt(steps) * pointOf(instrument), instrument.digits))
  }
  return (
    <Field label={t(`ticket.${field}`)} error={text === "" ? undefined : problem}>
      {(control) => (
        <Stepper
          {...control}
          value={text}
          onValueChange={set}
          onStep={step}
          lessLabel={t("ticket.lowerPrice")}
          moreLabel={t("ticket.higherPrice")}
          placeholder={t("ticket.price")}
        />
      )}
    </Field>
  )
}
