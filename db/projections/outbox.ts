/** outbox: which events the CRM is told of, and under which name. */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"

export type WebhookType = "order.placed" | "order.rejected" | "position.closed" | "balance.updated" | "margin.call" | "stop.out"

const types: { readonly [Tag in AccountEvent["_tag"]]?: WebhookType } = {
  OrderPlaced: "order.placed",
  OrderRejected: "order.rejected",
  OrderActivationRejected: "order.rejected",
  PositionClosed: "position.closed",
  LedgerEntryBooked: "balance.updated",
  MarginCallEntered: "margin.call",
  StopOutStarted: "stop.out"
}

export const webhookType = (event: AccountEvent): WebhookType | undefined => types[event._tag]
