/** EditOrder: prices, volume and exits of a waiting order, edited beside it. */
import { type ReactElement, useState } from "react"
import { useTranslation } from "react-i18next"
import { type Decimal, formatDecimal, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderView } from "#contract/Views.ts"
import { instrumentValue } from "../../state/market.ts"
import { useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Field } from "../../ui/field.tsx"
import { Popover, PopoverContent, PopoverTrigger } from "../../ui/popover.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { steppedPrice } from "../instrument/steppedPrice.ts"
import { nameOf } from "../notifications/outcomes.ts"
import { problemText } from "../ticket/problemText.ts"
import { lotsProblem, parsePrice } from "../ticket/readTicket.ts"
import { changeOrder } from "./orderCommands.ts"

const FIELDS = ["stopPrice", "limitPrice", "takeProfit", "stopLoss"] as const
type PriceField = (typeof FIELDS)[number]

export function EditOrderButton(props: { readonly order: OrderView; readonly children: ReactElement }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover open={isOpen} onOpenChange={setOpen}>
      <PopoverTrigger asChild onClick={(event) => event.stopPropagation()}>
        {props.children}
      </PopoverTrigger>
      {isOpen && (
        <PopoverContent
          align="end"
          onClick={(event) => event.stopPropagation()}
          aria-label={t("orders.editTitle", { order: nameOf(props.order) })}
        >
          <OrderForm order={props.order} onDone={() => setOpen(false)} />
        </PopoverContent>
      )}
    </Popover>
  )
}

function OrderForm(props: { readonly order: OrderView; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { order } = props
  const instrument = useValue(instrumentValue(order.symbol))
  const [texts, setTexts] = useState(() => textsOf(order))
  if (instrument === undefined) return null
  const lots = parseDecimal(texts.lots.trim())
  const wrongLots = lotsProblem(instrument, lots)
  // A limit or stop order cannot lose its price; exits can.
  const shown = FIELDS.filter((field) => field === "takeProfit" || field === "stopLoss" || order[field] !== null)
  const isWrong = wrongLots !== undefined || shown.some((field) => priceOf(instrument, field, texts[field]) === undefined)
  const submit = () => {
    if (isWrong || lots === undefined) return
    const before = textsOf(order)
    const changed = shown
      .filter((field) => texts[field] !== before[field])
      .map((field) => [field, priceOf(instrument, field, texts[field])] as const)
    const change = { ...Object.fromEntries(changed), ...(texts.lots === before.lots ? {} : { lots }) }
    if (Object.keys(change).length > 0) void changeOrder(order, change)
    props.onDone()
  }
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <p className="text-sm font-semibold">{t("orders.editTitle", { order: nameOf(order) })}</p>
      <Field label={t("ticket.lots")} error={wrongLots === undefined ? undefined : problemText(wrongLots)}>
        {(control) => (
          <Stepper
            {...control}
            value={texts.lots}
            onValueChange={(text) => setTexts({ ...texts, lots: text })}
            onStep={(steps) => setTexts({ ...texts, lots: formatDecimal((lots ?? 0n) + BigInt(steps) * instrument.lotsStep, 2) })}
            lessLabel={t("ticket.fewerLots")}
            moreLabel={t("ticket.moreLots")}
            unit={t("ticket.lotsUnit")}
          />
        )}
      </Field>
      {shown.map((field) => (
        <Field
          key={field}
          label={t(`ticket.${field}`)}
          error={priceOf(instrument, field, texts[field]) === undefined ? t("ticket.problem.price") : undefined}
        >
          {(control) => (
            <Stepper
              {...control}
              value={texts[field]}
              onValueChange={(text) => setTexts({ ...texts, [field]: text })}
              onStep={(steps) =>
                setTexts({
                  ...texts,
                  [field]: steppedPrice(instrument, texts[field] || (order.limitPrice ?? order.stopPrice ?? ""), steps)
                })
              }
              lessLabel={t("ticket.lowerPrice")}
              moreLabel={t("ticket.higherPrice")}
              placeholder={t("state.none")}
            />
          )}
        </Field>
      ))}
      <Button type="submit" variant="primary" size="sm" disabled={isWrong}>
        {t("action.save")}
      </Button>
    </form>
  )
}

const textsOf = (order: OrderView): Readonly<Record<PriceField | "lots", string>> => ({
  lots: order.lots,
  stopPrice: order.stopPrice ?? "",
  limitPrice: order.limitPrice ?? "",
  takeProfit: order.takeProfit ?? "",
  stopLoss: order.stopLoss ?? ""
})

/** null for an exit that is removed, undefined for what is no price. */
const priceOf = (instrument: Instrument, field: PriceField, text: string): Decimal | null | undefined =>
  text.trim() === "" && (field === "takeProfit" || field === "stopLoss") ? null : parsePrice(instrument, text)
