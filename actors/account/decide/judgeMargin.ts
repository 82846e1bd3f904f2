/** judgeMargin: the margin watch: enters and leaves the margin call, and runs the stop-out. */
import { protectBalance } from "#actors/account/decide/booking.ts"
import { evidenceOf } from "#actors/account/decide/evidence.ts"
import { liquidate } from "#actors/account/decide/liquidate.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import { marginWatchTransitions, type MarginWatchEvent } from "#actors/account/machines/marginWatch.ts"
import type { AccountGroup } from "#domain/AccountGroup.ts"
import { maxDecimal, type Decimal } from "#domain/Decimal.ts"
import { figuresAt, isLevelAtOrBelow, type Figures, type Standing } from "#domain/Figures.ts"
import type { ClientPrices } from "#domain/Prices.ts"

/** A stop-out lies within a margin call, so the margin call's level is never below the stop-out's. */
export const marginCallLevel = (group: AccountGroup): Decimal => maxDecimal(group.marginCallLevelPercent, group.stopOutLevelPercent)

/** Judges until the state of the watch agrees with the figures. An account that cannot be valued is not judged. */
export const judgeMargin = (turn: Turn): void => {
  const { prices } = turn
  if (prices === undefined || isAtEase(turn)) return
  // Ends: a fall is followed by a rise only after a liquidation, and that ends above its level, or suspended.
  for (;;) {
    const { standing } = turn
    if (standing === undefined) return
    if (turn.state.marginWatch === "stopOut" && isLevelAtOrBelow(standing, prices.group.stopOutLevelPercent)) {
      const isDone = liquidate(turn, prices)
      protectBalance(turn)
      if (!isDone) return
      continue
    }
    const change = watchChange(turn, prices.group, standing)
    if (change === undefined) return
    emitChange(turn, prices, figuresAt(turn.state, standing.equity, standing.usedMargin), change)
  }
}

/** Nothing that could use margin, and no margin call to leave. */
const isAtEase = ({ state }: Turn): boolean => state.positions.size === 0 && state.orders.size === 0 && state.marginWatch === "healthy"

/** The transition of the watch that the figures ask for and its machine has. */
const watchChange = ({ state }: Turn, group: AccountGroup, standing: Standing): MarginWatchEvent | undefined => {
  const call = isLevelAtOrBelow(standing, marginCallLevel(group)) ? "fallToMarginCall" : "riseAboveMarginCall"
  if (marginWatchTransitions.next(state.marginWatch, call) !== undefined) return call
  if (state.marginWatch === "healthy") return undefined
  const stopOut = isLevelAtOrBelow(standing, group.stopOutLevelPercent) ? "fallToStopOut" : "riseAboveStopOut"
  return marginWatchTransitions.next(state.marginWatch, stopOut) === undefined ? undefined : stopOut
}

const emitChange = (turn: Turn, prices: ClientPrices, figures: Figures, change: MarginWatchEvent): void => {
  const at = turn.now
  const evidence = evidenceOf(turn, prices, figures)
  switch (change) {
    case "fallToMarginCall":
      return turn.emit({ _tag: "MarginCallEntered", at, ...evidence })
    case "riseAboveMarginCall":
      return turn.emit({ _tag: "MarginCallLeft", at, ...evidence })
    case "fallToStopOut":
      return turn.emit({ _tag: "StopOutStarted", at, ...evidence, strategy: prices.group.stopOutStrategy })
    case "riseAboveStopOut":
      return turn.emit({ _tag: "StopOutEnded", at, ...evidence })
  }
}
