/** Ending: an order ends in exactly one way; whoever shares its OCO group ends with a fill or a cancel. */
import type { ModelAccount, ModelOrder } from "./Account.ts"

export type Ending = "filled" | "expired" | "canceled client" | "canceled oco" | "canceled stopOut" | `rejected ${string}`

export const end = (account: ModelAccount, orderId: string, ending: Ending): void => {
  account.orders = account.orders.filter((order) => order.orderId !== orderId)
  account.endings.push(`${orderId} ${ending}`)
}

export const endSiblings = (account: ModelAccount, ocoGroup: string | undefined): void => {
  if (ocoGroup === undefined) return
  for (const order of account.orders.filter((candidate) => candidate.ocoGroup === ocoGroup)) end(account, order.orderId, "canceled oco")
}

export const cancel = (account: ModelAccount, order: ModelOrder, by: "client" | "stopOut"): void => {
  end(account, order.orderId, `canceled ${by}`)
  endSiblings(account, order.ocoGroup)
}
