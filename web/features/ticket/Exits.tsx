/** Exits: stop-loss and take-profit of the order, as a price, a distance in points, an amount of money, or a share of the equity. */
import { useTranslation } from "react-i18next"
import { type Decimal, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { closingPrice, pointOf } from "#domain/Prices.ts"
import { cn } from "../../lib/cn.ts"
import { formatPrice, formatSignedAmount } from "../../locales/formats.ts"
import { accountCell } from "../../state/account.ts"
import { quoteValue } from "../../state/market.ts"
import { read, useSelected, useValue, write } from "../../state/store.ts"
import { editTicket, exitUnitCell, ticketCell, type ExitUnit, type TicketDraft } from "../../state/ticket.ts"
import { Segmented } from "../../ui/segmented.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { Switch } from "../../ui/switch.tsx"
import { parsePrice } from "./readTicket.ts"
import { readTicketValue, ticketPreviewValue, useProblemText } from "./useTicket.ts"

type ExitName = "stopLoss" | "takeProfit"
const UNITS: ReadonlyArray<ExitUnit> = ["price", "points", "money", "percent"]
/** How far from the market a price begins when an exit is switched on, and by how much its buttons move it. */
const POINTS_AT_FIRST = 200n
const POINTS_PER_STEP = 10n

export function Exits(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const unit = useValue(exitUnitCell)
  const draft = useValue(ticketCell)
  return (
    <div className="grid gap-2">
      <Exit name="takeProfit" instrument={props.instrument} />
      <Exit name="stopLoss" instrument={props.instrument} />
      {(draft.stopLoss.enabled || draft.takeProfit.enabled) && (
        <Segmented
          label={t("ticket.exitUnit")}
          value={unit}
          onValueChange={(value) => {
            write(exitUnitCell, value)
            write(editTicket, { stopLoss: { ...draft.stopLoss, text: "" }, takeProfit: { ...draft.takeProfit, text: "" } })
          }}
          options={UNITS.map((value) => ({ value, label: t(`ticket.exitUnits.${value}`) }))}
        />
      )}
    </div>
  )
}

function Exit(props: { readonly name: ExitName; readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { name, instrument } = props
  const draft = useValue(ticketCell)
  const exit = draft[name]
  const unit = useValue(exitUnitCell)
  const set = (change: Partial<typeof exit>) => write(editTicket, { [name]: { ...read(ticketCell)[name], ...change } })
  const first = () => firstText(name, instrument, unit)
  const step = (steps: number) => set({ text: stepped(exit.text === "" ? first() : exit.text, steps, unit, instrument) })
  return (
    <div className="grid gap-1.5">
      <div className="flex min-h-6 items-center gap-2">
        <label className="flex items-center gap-2 text-xs font-medium text-muted-foreground">
          <Switch
            checked={exit.enabled}
            onCheckedChange={(enabled) => set({ enabled, text: enabled && exit.text === "" ? first() : exit.text })}
            aria-label={t(`ticket.${name}`)}
          />
          {t(`ticket.${name}`)}
        </label>
        <ExitResult name={name} instrument={instrument} />
      </div>
      {exit.enabled && (
        <>
          <Stepper
            label={t(`ticket.${name}`)}
            value={exit.text}
            onValueChange={(text) => set({ text })}
            onStep={step}
            lessLabel={t("ticket.lower")}
            moreLabel={t("ticket.higher")}
            unit={<Unit unit={unit} />}
          />
          <ExitProblem name={name} />
        </>
      )}
    </div>
  )
}

function Unit(props: { readonly unit: ExitUnit }) {
  const { t } = useTranslation()
  const currency = useValue(accountCell)?.currency
  switch (props.unit) {
    case "price":
      return null
    case "points":
      return t("ticket.pointsUnit")
    case "money":
      return currency
    case "percent":
      return "%"
  }
}

function ExitProblem(props: { readonly name: ExitName }) {
  const problem = useProblemText(props.name)
  const text = useValue(ticketCell)[props.name].text
  return problem === undefined || text === "" ? null : (
    <p role="alert" className="text-xs text-danger">
      {problem}
    </p>
  )
}

/** What the exit would bring, and at which price when it was not given as one. */
function ExitResult(props: { readonly name: ExitName; readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { name } = props
  const unit = useValue(exitUnitCell)
  const digits = useValue(accountCell)?.currencyDigits ?? 2
  const result = useSelected(ticketPreviewValue, (preview) => preview?.[`${name}Profit`])
  const price = useSelected(readTicketValue, (ticket) => ticket?.order?.[name])
  if (result === undefined || price === undefined) return null
  return (
    <span className={cn("figures ml-auto text-xs", result < 0n ? "text-down" : "text-up")}>
      {unit === "price"
        ? t("ticket.exitAmount", { amount: formatSignedAmount(result, digits) })
        : t("ticket.exitResult", { amount: formatSignedAmount(result, digits), price: formatPrice(price, props.instrument.digits) })}
    </span>
  )
}

const firstText = (name: ExitName, instrument: Instrument, unit: ExitUnit): string => {
  if (unit !== "price") return unit === "points" ? POINTS_AT_FIRST.toString() : ""
  const quote = read(quoteValue(instrument.symbol))
  const draft = read(ticketCell)
  if (quote === undefined) return ""
  const away = POINTS_AT_FIRST * pointOf(instrument)
  const isAbove = (name === "takeProfit") === (draft.side === "buy")
  const from = waitsFor(draft, instrument) ?? closingPrice(draft.side, quote)
  const price = isAbove ? from + away : from - away
  return price > 0n ? formatPrice(price - (price % pointOf(instrument)), instrument.digits) : ""
}

/** Where a pending order would open; undefined at the market, and while its price is not written. */
const waitsFor = ({ type, limitPrice, stopPrice }: TicketDraft, instrument: Instrument): Decimal | undefined =>
  type === "market" ? undefined : parsePrice(instrument, type === "stop" ? stopPrice : limitPrice)

const stepped = (text: string, steps: number, unit: ExitUnit, instrument: Instrument): string => {
  const value = parseDecimal(text.trim())
  if (value === undefined) return text
  const scale = unit === "price" ? pointOf(instrument) : 100_000_000n
  const next = value + BigInt(steps) * POINTS_PER_STEP * scale
  return next > 0n ? formatPrice(next, unit === "price" ? instrument.digits : 0) : text
}
