/** AlertsPopover: the symbol's price alerts, and a new one by its price. */
import { AlarmClockIcon, TrendingDownIcon, TrendingUpIcon, XIcon } from "lucide-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { formatPrice } from "../../locales/formats.ts"
import { addAlert, alertsOfSymbol, ALERTS_MAX, removeAlert } from "../../state/alerts.ts"
import { quoteValue } from "../../state/market.ts"
import { read, useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Field } from "../../ui/field.tsx"
import { Popover, PopoverContent, PopoverTrigger } from "../../ui/popover.tsx"
import { Stepper } from "../../ui/stepper.tsx"
import { steppedPrice } from "../instrument/steppedPrice.ts"
import { parsePrice } from "../ticket/readTicket.ts"

export function AlertsPopover(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const alerts = useValue(alertsOfSymbol(props.instrument.symbol))
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t("alerts.title", { symbol: props.instrument.symbol })}>
          <AlarmClockIcon className="size-4" aria-hidden />
        </Button>
      </PopoverTrigger>
      <PopoverContent aria-label={t("alerts.title", { symbol: props.instrument.symbol })}>
        <AlertForm instrument={props.instrument} />
        {alerts.length > 0 && (
          <ul className="mt-3 grid gap-0.5 border-t border-border pt-2">
            {alerts.map((alert) => {
              const price = formatPrice(alert.price, props.instrument.digits)
              return (
                <li key={alert.alertId} className="flex items-center gap-2 text-sm">
                  {alert.direction === "up" ? (
                    <TrendingUpIcon className="size-3.5 text-up" aria-hidden />
                  ) : (
                    <TrendingDownIcon className="size-3.5 text-down" aria-hidden />
                  )}
                  <span className="figures flex-1">{t(`alerts.${alert.direction}`, { price })}</span>
                  <Button
                    variant="ghost"
                    size="icon-xs"
                    aria-label={t("alerts.remove", { price })}
                    onClick={() => write(removeAlert, alert.alertId)}
                  >
                    <XIcon className="size-3.5" aria-hidden />
                  </Button>
                </li>
              )
            })}
          </ul>
        )}
      </PopoverContent>
    </Popover>
  )
}

function AlertForm(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { instrument } = props
  const [text, setText] = useState(() => formatPrice(read(quoteValue(instrument.symbol))?.bid ?? 0n, instrument.digits))
  const price = parsePrice(instrument, text)
  const step = (steps: number) => setText(steppedPrice(instrument, text, steps))
  const submit = () => {
    const quote = read(quoteValue(instrument.symbol))
    if (price !== undefined && quote !== undefined) write(addAlert, instrument.symbol, price, quote.bid)
  }
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field
        label={t("alerts.price")}
        hint={t("alerts.hint", { count: ALERTS_MAX })}
        error={price === undefined ? t("ticket.problem.price") : undefined}
      >
        {(control) => (
          <Stepper
            {...control}
            value={text}
            onValueChange={setText}
            onStep={step}
            lessLabel={t("ticket.lowerPrice")}
            moreLabel={t("ticket.higherPrice")}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" size="sm" disabled={price === undefined}>
        {t("alerts.add")}
      </Button>
    </form>
  )
}
