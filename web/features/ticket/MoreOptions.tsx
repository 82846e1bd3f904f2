/** MoreOptions: what fewer orders carry: a trailing stop, and a limit on slippage. Folded away until wanted. */
import { ChevronRightIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { read, useValue, write } from "../../state/store.ts"
import { editTicket, ticketCell } from "../../state/ticket.ts"
import { Stepper } from "../../ui/stepper.tsx"
import { Switch } from "../../ui/switch.tsx"
import { useProblemText } from "./useTicket.ts"

type OptionName = "trailingStop" | "maxSlippage"
const FIRST_POINTS: Readonly<Record<OptionName, string>> = { trailingStop: "200", maxSlippage: "20" }
const POINTS_PER_STEP = 10

export function MoreOptions() {
  const { t } = useTranslation()
  const { type } = useValue(ticketCell)
  return (
    <details className="group/more">
      <summary className="flex min-h-6 list-none items-center gap-1 text-xs text-muted-foreground hover:text-foreground pointer-coarse:min-h-11">
        <ChevronRightIcon className="size-3.5 transition-transform group-open/more:rotate-90" aria-hidden />
        {t("ticket.moreOptions")}
      </summary>
      <div className="mt-2 grid gap-2">
        <PointsOption name="trailingStop" />
        {type === "market" && <PointsOption name="maxSlippage" />}
      </div>
    </details>
  )
}

function PointsOption(props: { readonly name: OptionName }) {
  const { t } = useTranslation()
  const { name } = props
  const option = useValue(ticketCell)[name]
  const problem = useProblemText(name)
  const set = (change: Partial<typeof option>) => write(editTicket, { [name]: { ...read(ticketCell)[name], ...change } })
  const step = (steps: number) => set({ text: String(Math.max(1, Math.round(Number(option.text) || 0) + steps * POINTS_PER_STEP)) })
  return (
    <div className="grid gap-1.5">
      <label className="flex min-h-6 items-center gap-2 text-xs font-medium text-muted-foreground">
        <Switch
          checked={option.enabled}
          onCheckedChange={(enabled) => set({ enabled, text: option.text === "" ? FIRST_POINTS[name] : option.text })}
          aria-label={t(`ticket.${name}`)}
        />
        {t(`ticket.${name}`)}
      </label>
      {option.enabled && (
        <Stepper
          label={t(`ticket.${name}`)}
          value={option.text}
          onValueChange={(text) => set({ text })}
          onStep={step}
          lessLabel={t("ticket.lower")}
          moreLabel={t("ticket.higher")}
          unit={t("ticket.pointsUnit")}
        />
      )}
      {option.enabled && problem !== undefined && (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      )}
    </div>
  )
}
