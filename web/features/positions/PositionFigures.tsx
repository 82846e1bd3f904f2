/** PositionFigures: the figures of a position that every tick moves. */
import { cn } from "../../lib/cn.ts"
import { formatSignedMoney, UNKNOWN } from "../../locales/formats.ts"
import { positionValueCell } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { useValue } from "../../state/store.ts"

export const toneOf = (amount: string | null | undefined): string | undefined =>
  amount === null || amount === undefined || /^-?[0.]+$/.test(amount) ? undefined : amount.startsWith("-") ? "text-down" : "text-up"

export function CurrentPrice(props: { readonly positionId: string }) {
  const { currentPrice } = useValue(positionValueCell(props.positionId))
  const isLive = useValue(isLiveValue)
  return <span className={cn("figures", !isLive && "stale")}>{currentPrice ?? UNKNOWN}</span>
}

export function FloatingProfit(props: { readonly positionId: string; readonly className?: string }) {
  const { floatingProfit } = useValue(positionValueCell(props.positionId))
  const isLive = useValue(isLiveValue)
  return (
    <span
      data-testid={`profit-${props.positionId}`}
      className={cn("figures font-semibold", toneOf(floatingProfit), !isLive && "stale", props.className)}
    >
      {formatSignedMoney(floatingProfit)}
    </span>
  )
}
