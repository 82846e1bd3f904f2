/**
 * eventBody: the text that is sent for an event. The same event gives the same id and, with the same program, the same text, however often.
 *
 * An account's event is told as the API shows what it is about, so that the CRM learns one shape for each thing.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { decodeAccountEvent } from "#actors/account/AccountEventCodec.ts"
import { WebhookEvent } from "#contract/WebhookEvents.ts"
import { decodeOrderRecord, decodePositionRecord } from "#db/projections/records.ts"
import type { JournalDelivery, QueuedDelivery } from "#db/WebhookQueue.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { digitsOf, figuresView, ledgerEntryView, orderView, positionView, tradeView, type Digits } from "#server/api/views.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { Schema } from "effect"

export interface EventBody {
  readonly id: string
  readonly text: string
}

const encode = Schema.encodeSync(WebhookEvent)

export const journalEventId = (accountId: string, sequence: number): string => `evt_${accountId}_${sequence}`

export const eventBody = (delivery: QueuedDelivery, configuration: Configuration): EventBody => {
  if (delivery.source === "own") {
    const { data, eventId: id, occurredAt, type } = delivery
    const head = JSON.stringify({ id, type, timestamp: new Date(occurredAt).toISOString() })
    return { id, text: `${head.slice(0, -1)},"data":${data}}` }
  }
  const id = journalEventId(delivery.accountId, delivery.sequence)
  const event = decodeAccountEvent(delivery.event)
  const told = toldOf(event, delivery, digitsOf(delivery.currencyDigits, configuration))
  if (told === undefined) throw new Error(`${event._tag} of ${id} is not told to anybody`)
  return { id, text: JSON.stringify(encode({ id, timestamp: event.at, ...told })) }
}

/** Type and data of an account's event. */
type Told = WebhookEvent extends infer Event ? (Event extends WebhookEvent ? Pick<Event, "type" | "data"> : never) : never

const percent = (value: bigint): string => formatDecimal(value, 2)

const toldOf = (event: AccountEvent, delivery: JournalDelivery, digits: Digits): Told | undefined => {
  const ofAccount = { accountId: delivery.accountId, clientId: delivery.clientId, sequence: delivery.sequence }
  switch (event._tag) {
    case "OrderPlaced":
      return { type: "order.placed", data: { ...ofAccount, order: orderView(event.order, digits) } }
    case "OrderRejected":
    case "OrderActivationRejected":
      return { type: "order.rejected", data: { ...ofAccount, order: orderView(decodeOrderRecord(delivery.order), digits) } }
    case "PositionClosed": {
      const { data, realizedProfit } = delivery.position ?? { data: undefined, realizedProfit: "0" }
      const record = decodePositionRecord(data, "closed", decimal(realizedProfit))
      return {
        type: "position.closed",
        data: { ...ofAccount, position: positionView(record, record, digits), trade: tradeView(event.trade, digits) }
      }
    }
    case "LedgerEntryBooked":
      return { type: "balance.updated", data: { ...ofAccount, entry: ledgerEntryView(event.entry, digits.money) } }
    case "MarginCallEntered":
    case "StopOutStarted": {
      const { figures } = event
      const data = {
        ...ofAccount,
        // accrued swap is inside: the event keeps what the rules look at
        figures: figuresView(figures, figures.equity - figures.balance - figures.credit, 0n, digits.money),
        marginCallLevelPercent: percent(event.marginCallLevelPercent),
        stopOutLevelPercent: percent(event.stopOutLevelPercent)
      }
      return event._tag === "StopOutStarted"
        ? { type: "stop.out", data: { ...data, strategy: event.strategy } }
        : { type: "margin.call", data }
    }
    default:
      return undefined
  }
}
