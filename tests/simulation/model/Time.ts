/** Time: what falls due by itself: rollovers of trading days that ended, and orders that expire. */
import type { ModelAccount } from "./Account.ts"
import { dayAfter, endOfTradingDay, nightsOf, tradingDayAt } from "./Calendar.ts"
import { swapOf } from "./Formulas.ts"
import type { MarketView } from "./MarketView.ts"
import { end } from "./Ending.ts"

export const expireOrders = (account: ModelAccount, view: MarketView): void => {
  for (const order of account.orders) {
    if (order.expiresAt !== undefined && order.expiresAt <= view.now) end(account, order.orderId, "expired")
  }
}

/** Once per trading day, and caught up for every day that was missed; whoever was open at that day's end is charged. */
export const rollOver = (account: ModelAccount, view: MarketView): void => {
  const firstDay = account.rolledOverDay === "" ? tradingDayAt(account.openedAt) : dayAfter(account.rolledOverDay)
  for (let day = firstDay; endOfTradingDay(day) <= view.now; day = dayAfter(day)) {
    for (const position of account.positions) {
      if (position.openedAt >= endOfTradingDay(day)) continue
      const nights = nightsOf(view.known(position.symbol), day)
      position.swap += swapOf(view, account.currencyDigits, position.symbol, position.side, position.lots, nights)
    }
    account.rolledOverDay = day
  }
}
