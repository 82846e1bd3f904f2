/** Trailing: stop-losses that follow the market. */
import type { ModelAccount, ModelPosition } from "./Account.ts"
import { type MarketView, pointOf } from "./MarketView.ts"

/** Follows the market at its distance, in steps, and never moves back. */
const trail = (view: MarketView, position: ModelPosition): void => {
  const trailing = position.trailingStop
  if (trailing === undefined) return
  const point = pointOf(view.known(position.symbol))
  const distance = BigInt(trailing.distancePoints) * point
  const step = BigInt(trailing.stepPoints) * point
  const market = view.closePrice(position.symbol, position.side)
  const candidate = position.side === "buy" ? market - distance : market + distance
  if (candidate <= 0n) return
  const gain =
    position.stopLoss === undefined ? undefined : position.side === "buy" ? candidate - position.stopLoss : position.stopLoss - candidate
  if (gain === undefined || (gain > 0n && gain >= step)) position.stopLoss = candidate
}

/** Every trailing stop in the symbol at the market as it stands; not on a closed or stale one. */
export const trailAll = (account: ModelAccount, view: MarketView, symbol: string): void => {
  if (!view.isTradable(symbol)) return
  for (const position of account.positions) if (position.symbol === symbol) trail(view, position)
}
