/** EditExits: stop-loss and take-profit of a position, edited beside it. */
import { type ReactElement, useState } from "react"
import { useTranslation } from "react-i18next"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { closingPrice } from "#domain/Prices.ts"
import { profitOf } from "#domain/Profit.ts"
import type { PositionView } from "#contract/Views.ts"
import { amountOf } from "../../lib/amountOf.ts"
import { cn } from "../../lib/cn.ts"
import { formatSignedAmount } from "../../locales/formats.ts"
import { instrumentValue, quoteValue } from "../../state/market.ts"
import { bookValue, clientPricesValue } from "../../state/prices.ts"
import { read, useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Field } from "../../ui/field.tsx"
import { Popover, PopoverContent, PopoverTrigger } from "../../ui/popover.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { steppedPrice } from "../instrument/steppedPrice.ts"
import { nameOf } from "../notifications/outcomes.ts"
import { parsePrice } from "../ticket/readTicket.ts"
import { changeExits } from "./positionCommands.ts"

type ExitField = "stopLoss" | "takeProfit"
/** A trailing stop follows every point. */
const TRAILING_STEP_POINTS = 1
const TRAILING_POINTS_PER_STEP = 10

/** Without children it is the exit's own price, to be clicked on. */
export function EditExitsButton(props: { readonly position: PositionView; readonly field?: ExitField; readonly children?: ReactElement }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const { position, field } = props
  const price = field === undefined ? null : position[field]
  return (
    <Popover open={isOpen} onOpenChange={setOpen}>
      <PopoverTrigger asChild onClick={(event) => event.stopPropagation()}>
        {props.children ?? (
          <button
            type="button"
            aria-label={`${price ?? t("positions.set")}, ${t(`positions.${field ?? "stopLoss"}`)}: ${t("positions.editExits", { position: nameOf(position) })}`}
            className={cn(
              "figures -mx-1 min-h-6 rounded-sm px-1 hover:bg-accent-soft hover:text-accent-text",
              price === null && "text-faint-foreground"
            )}
          >
            {price ?? t("positions.set")}
          </button>
        )}
      </PopoverTrigger>
      {isOpen && (
        <PopoverContent
          align="end"
          onClick={(event) => event.stopPropagation()}
          aria-label={t("positions.exitsTitle", { position: nameOf(position) })}
        >
          <ExitsForm position={position} focus={field} onDone={() => setOpen(false)} />
        </PopoverContent>
      )}
    </Popover>
  )
}

function ExitsForm(props: { readonly position: PositionView; readonly focus: ExitField | undefined; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { position } = props
  const instrument = useValue(instrumentValue(position.symbol))
  const trailing = position.trailingStop === null ? "" : String(position.trailingStop.distancePoints)
  const [texts, setTexts] = useState({ stopLoss: position.stopLoss ?? "", takeProfit: position.takeProfit ?? "", trailing })
  if (instrument === undefined) return null
  const prices = { stopLoss: exitOf(instrument, texts.stopLoss), takeProfit: exitOf(instrument, texts.takeProfit) }
  const isPoints = texts.trailing === "" || /^[1-9]\d{0,5}$/.test(texts.trailing)
  const isWrong = prices.stopLoss === undefined || prices.takeProfit === undefined || !isPoints
  const submit = () => {
    if (prices.stopLoss === undefined || prices.takeProfit === undefined || !isPoints) return
    const changed = {
      ...(texts.stopLoss === (position.stopLoss ?? "") ? {} : { stopLoss: prices.stopLoss }),
      ...(texts.takeProfit === (position.takeProfit ?? "") ? {} : { takeProfit: prices.takeProfit }),
      ...(texts.trailing === trailing
        ? {}
        : { trailingStop: texts.trailing === "" ? null : { distancePoints: Number(texts.trailing), stepPoints: TRAILING_STEP_POINTS } })
    }
    if (Object.keys(changed).length > 0) void changeExits(position, changed)
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
      <p className="text-sm font-semibold">{t("positions.exitsTitle", { position: nameOf(position) })}</p>
      {(["takeProfit", "stopLoss"] as const).map((field) => (
        <Field
          key={field}
          label={t(`positions.${field}`)}
          error={prices[field] === undefined ? t("ticket.problem.price") : undefined}
          aside={<ExitEstimate position={position} price={prices[field] ?? null} />}
        >
          {(control) => (
            <Stepper
              {...control}
              value={texts[field]}
              onValueChange={(text) => setTexts({ ...texts, [field]: text })}
              onStep={(steps) => setTexts({ ...texts, [field]: steppedPrice(instrument, texts[field], steps, marketOf(position)) })}
              lessLabel={t("ticket.lower")}
              moreLabel={t("ticket.higher")}
              placeholder={t("state.none")}
            />
          )}
        </Field>
      ))}
      <Field label={t("ticket.trailingStop")} error={isPoints ? undefined : t("ticket.problem.points")}>
        {(control) => (
          <Stepper
            {...control}
            value={texts.trailing}
            onValueChange={(text) => setTexts({ ...texts, trailing: text })}
            onStep={(steps) =>
              setTexts({ ...texts, trailing: String(Math.max(1, (Number(texts.trailing) || 0) + steps * TRAILING_POINTS_PER_STEP)) })
            }
            lessLabel={t("ticket.lower")}
            moreLabel={t("ticket.higher")}
            unit={t("ticket.pointsUnit")}
            placeholder={t("state.none")}
          />
        )}
      </Field>
      <p className="text-2xs text-faint-foreground">{t("positions.exitsHint")}</p>
      <Button type="submit" variant="primary" size="sm" disabled={isWrong}>
        {t("positions.exitsSubmit")}
      </Button>
    </form>
  )
}

/** null for none, undefined for what is no price. */
const exitOf = (instrument: Instrument, text: string): Decimal | null | undefined =>
  text.trim() === "" ? null : parsePrice(instrument, text)

/** What it would be closed at now. */
const marketOf = ({ side, symbol }: PositionView): Decimal | undefined => {
  const quote = read(quoteValue(symbol))
  return quote && closingPrice(side, quote)
}

/** What the position would bring if it were closed at that price. */
export function ExitEstimate(props: { readonly position: PositionView; readonly price: Decimal | null }) {
  const prices = useValue(clientPricesValue)
  const book = useValue(bookValue)
  const instrument = useValue(instrumentValue(props.position.symbol))
  const { position, price } = props
  if (prices === undefined || book === undefined || instrument === undefined || price === null) return null
  const profit = profitOf(prices, book, {
    instrument,
    side: position.side,
    lots: amountOf(position.lots),
    openPrice: amountOf(position.openPrice),
    closePrice: price
  })
  if (profit === undefined) return null
  return (
    <span className={cn("figures text-xs", profit < 0n ? "text-down" : "text-up")}>
      ≈ {formatSignedAmount(profit, book.currencyDigits)}
    </span>
  )
}
