/** PositionCards: open positions for a narrow screen, each with its live profit and 44-pixel targets. */
import { LayersIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { PositionView } from "#contract/Views.ts"
import { formatLots } from "../../locales/formats.ts"
import { positionsCell } from "../../state/account.ts"
import { useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Empty } from "../../ui/empty.tsx"
import { SideBadge } from "../../ui/side-badge.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { ClosePositionButton } from "./ClosePosition.tsx"
import { EditExitsButton } from "./EditExits.tsx"
import { CurrentPrice, FloatingProfit } from "./PositionFigures.tsx"
import { PositionMenu } from "./PositionMenu.tsx"

export function PositionCards() {
  const { t } = useTranslation()
  const positions = useValue(positionsCell)
  if (positions.length === 0) return <Empty icon={<LayersIcon />} title={t("positions.empty")} description={t("positions.emptyHint")} />
  return (
    <ul aria-label={t("positions.title")} className="h-full overflow-y-auto">
      {positions.map((position) => (
        <PositionCard key={position.positionId} position={position} />
      ))}
    </ul>
  )
}

function PositionCard(props: { readonly position: PositionView }) {
  const { t } = useTranslation()
  const { position } = props
  return (
    <li className="grid gap-2 border-b border-border p-3">
      <div className="flex items-center gap-2">
        <span className="text-base font-semibold tracking-tight">{position.symbol}</span>
        <SideBadge side={position.side} />
        <span className="figures text-xs text-muted-foreground">{formatLots(position.lots)}</span>
        <FloatingProfit positionId={position.positionId} className="ml-auto text-base" />
      </div>
      <div className="figures flex items-center gap-1.5 text-xs text-muted-foreground">
        {position.openPrice} → <CurrentPrice positionId={position.positionId} />
        <span className="ml-auto">
          {t("chart.stopLoss")} {position.stopLoss ?? "–"} · {t("chart.takeProfit")} {position.takeProfit ?? "–"}
        </span>
      </div>
      <div className="grid grid-cols-[1fr_1fr_auto] gap-2">
        <EditExitsButton position={position}>
          <Button size="sm" aria-label={t("positions.editExits", { position: nameOf(position) })}>
            {t("action.edit")}
          </Button>
        </EditExitsButton>
        <ClosePositionButton position={position}>
          <Button size="sm" aria-label={t("positions.close", { position: nameOf(position) })}>
            {t("action.close")}
          </Button>
        </ClosePositionButton>
        <PositionMenu position={position} size="icon" />
      </div>
    </li>
  )
}
