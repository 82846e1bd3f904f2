/** PositionFigures: the figures of a position that every tick moves. */
import { cn } from "../../lib/cn.ts"
import { formatSignedMoney, UNKNOWN } from "../../locales/formats.ts"
import { type PositionValue, positionValueCell } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { useSelected, useValue } from "../../state/store.ts"
import { LiveText } from "../../ui/live-text.tsx"

export const toneOf = (amount: string | null | undefined): string | undefined =>
  amount === null || amount === undefined || /^-?[0.]+$/.test(amount) ? undefined : amount.startsWith("-") ? "text-down" : "text-up"

const priceText = ({ currentPrice }: PositionValue): string => currentPrice ?? UNKNOWN
const profitText = ({ floatingProfit }: PositionValue): string => formatSignedMoney(floatingProfit)
const profitTone = ({ floatingProfit }: PositionValue): string | undefined => toneOf(floatingProfit)

export function CurrentPrice(props: { readonly positionId: string }) {
  const isLive = useValue(isLiveValue)
  return <LiveText value={positionValueCell(props.positionId)} text={priceText} className={cn("figures", !isLive && "stale")} />
}

export function FloatingProfit(props: { readonly positionId: string; readonly className?: string }) {
  const value = positionValueCell(props.positionId)
  const tone = useSelected(value, profitTone)
  const isLive = useValue(isLiveValue)
  return (
    <LiveText
      value={value}
      text={profitText}
      data-testid={`profit-${props.positionId}`}
      className={cn("figures font-semibold", tone, !isLive && "stale", props.className)}
    />
  )
}
