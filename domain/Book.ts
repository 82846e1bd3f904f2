/** Book: the part of an account that its figures are computed from. An AccountState is one, and so is what the browser holds. */
import type { AccountMode } from "#domain/AccountMode.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices, Prices } from "#domain/Prices.ts"
import type { Money } from "#domain/Profit.ts"

export interface Book extends Money {
  readonly mode: AccountMode
  readonly group: string
  readonly leverage: number
  readonly balance: Decimal
  readonly credit: Decimal
  /** Open positions by id, in order of opening. */
  readonly positions: ReadonlyMap<string, Position>
  /** Pending and triggered orders by id, in order of placement. */
  readonly orders: ReadonlyMap<string, Order>
  /** Withdrawal requests whose amount is held back, by request id. */
  readonly reservations: ReadonlyMap<string, Decimal>
}

/** The prices as the account's group sees them; undefined when the configuration has no such group. */
export const clientPrices = (prices: Prices, groupName: string): ClientPrices | undefined => {
  const group = prices.configuration.groups[groupName]
  return group === undefined ? undefined : { configuration: prices.configuration, quote: prices.quote, group }
}
