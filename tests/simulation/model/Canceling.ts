/** Canceling: one order ends; whoever shares its OCO group ends with it. */
import type { ModelAccount, ModelOrder } from "./Account.ts"

export const remove = (account: ModelAccount, order: ModelOrder): void => {
  account.orders = account.orders.filter((candidate) => candidate !== order)
}

/** The fill or cancel of one cancels the others. */
export const cancelSiblings = (account: ModelAccount, order: { readonly ocoGroup?: string }): void => {
  if (order.ocoGroup === undefined) return
  account.orders = account.orders.filter((candidate) => candidate.ocoGroup !== order.ocoGroup)
}

export const cancel = (account: ModelAccount, order: ModelOrder): void => {
  remove(account, order)
  cancelSiblings(account, order)
}
