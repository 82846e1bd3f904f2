/** TimeInForceField: how long a pending order waits. */
import { useTranslation } from "react-i18next"
import type { OrderType, TimeInForce } from "#domain/Order.ts"
import { wallTime } from "../../locales/zonedTime.ts"
import { nowMillis } from "../../state/clock.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell } from "../../state/ticket.ts"
import { Field } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"
import { NativeSelect } from "../../ui/native-select.tsx"
import { useProblemText } from "./useTicket.ts"

const WAITING: ReadonlyArray<TimeInForce> = ["GTC", "DAY", "GTD"]
/** Orders with a limit may also be done at once or not at all. */
const CHOICES: Readonly<Record<OrderType, ReadonlyArray<TimeInForce>>> = {
  market: [],
  limit: [...WAITING, "IOC", "FOK"],
  stop: WAITING,
  stopLimit: WAITING
}
const DAY_MILLIS = 86_400_000

export function TimeInForceField(props: { readonly type: OrderType }) {
  const { t } = useTranslation()
  const { timeInForce, expiresAt } = useValue(ticketCell)
  const timeZone = useValue(timeZoneValue)
  const problem = useProblemText("expiresAt")
  const choose = (value: string) => {
    const chosen = CHOICES[props.type].find((choice) => choice === value)
    if (chosen === undefined) return
    const first = chosen === "GTD" && expiresAt === "" ? { expiresAt: wallTime(nowMillis() + DAY_MILLIS, timeZone) } : {}
    write(editTicket, { timeInForce: chosen, ...first })
  }
  return (
    <div className="grid gap-2">
      <Field label={t("ticket.timeInForce")}>
        {(control) => (
          <NativeSelect {...control} value={timeInForce} onChange={(event) => choose(event.target.value)}>
            {CHOICES[props.type].map((value) => (
              <option key={value} value={value}>
                {t(`ticket.timesInForce.${value}`)}
              </option>
            ))}
          </NativeSelect>
        )}
      </Field>
      {timeInForce === "GTD" && (
        <Field label={`${t("ticket.expiresAt")} (${timeZone})`} error={problem}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={expiresAt}
              onChange={(event) => write(editTicket, { expiresAt: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}
