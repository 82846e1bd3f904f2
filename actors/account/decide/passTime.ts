/**
 * passTime: what time alone brings: orders expire, and swap is charged at each rollover.
 *
 * Every decision begins with it, so that a rollover that was missed is caught up with before anything else, and an expired order never fills.
 */
import { rollOver } from "#actors/account/decide/rollOver.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"

export const passTime = (turn: Turn): void => {
  if (turn.state.orders.size > 0) expireOrders(turn)
  if (turn.state.positions.size > 0) rollOver(turn)
}

const expireOrders = (turn: Turn): void => {
  for (const { orderId, expiresAt } of turn.state.orders.values()) {
    if (expiresAt !== undefined && expiresAt <= turn.instant) turn.emit({ _tag: "OrderExpired", at: turn.now, orderId })
  }
}
