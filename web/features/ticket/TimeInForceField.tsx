/** TimeInForceField: how long a pending order waits. */
import { useTranslation } from "react-i18next"
import type { OrderType } from "#domain/Order.ts"
import { wallTime } from "../../locales/zonedTime.ts"
import { nowMillis } from "../../state/clock.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell, TIMES_IN_FORCE } from "../../state/ticket.ts"
import { Field } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"
import { NativeSelect } from "../../ui/native-select.tsx"
import { useProblemText } from "./useTicket.ts"

const DAY_MILLIS = 86_400_000

export function TimeInForceField(props: { readonly type: OrderType }) {
  const { t } = useTranslation()
  const { timeInForce, expiresAt } = useValue(ticketCell)
  const timeZone = useValue(timeZoneValue)
  const problem = useProblemText("expiresAt")
  const choose = (value: string) => {
    const chosen = TIMES_IN_FORCE[props.type].find((choice) => choice === value)
    if (chosen === undefined) return
    const first = chosen === "GTD" && expiresAt === "" ? { expiresAt: wallTime(nowMillis() + DAY_MILLIS, timeZone) } : {}
    write(editTicket, { timeInForce: chosen, ...first })
  }
  return (
    <div className="grid gap-2">
      <Field label={t("ticket.timeInForce")}>
        {(control) => (
          <NativeSelect {...control} value={timeInForce} onChange={(event) => choose(event.target.value)}>
            {TIMES_IN_FORCE[props.type].map((value) => (
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
