import { readFileSync } from "node:fs"
import path from "node:path"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { AccountEvent } from "#actors/account/AccountEvent.ts"
import { WebhookEvent } from "#contract/WebhookEvents.ts"
import { webhookType } from "#db/projections/outbox.ts"
import type { JournalDelivery } from "#db/WebhookQueue.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { eventBody } from "#server/webhooks/eventBody.ts"

const golden = (tag: string): string => readFileSync(path.join("actors/account/golden/v1", `${tag}.json`), "utf8")
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(AccountEvent))
const parsed = (tag: string): Record<string, unknown> => JSON.parse(golden(tag))

const order = { ...Object(parsed("OrderPlaced")["order"]), status: "rejected", updatedAt: 1_000 }
const position = { ...Object(parsed("PositionOpened")["position"]), closedAt: 2_000, closePrice: "1.2" }

const delivery = (tag: string): JournalDelivery => ({
  source: "journal",
  deliveryId: 1,
  stream: "account:100001",
  attempts: 0,
  type: String(webhookType(decode(golden(tag)))),
  accountId: "100001",
  sequence: 42,
  clientId: "client-1",
  currencyDigits: 2,
  event: golden(tag),
  order,
  position: { data: position, realizedProfit: "12.5" }
})

describe("every event of a journal that is told", () => {
  const told = [
    "OrderPlaced",
    "OrderRejected",
    "OrderActivationRejected",
    "PositionClosed",
    "LedgerEntryBooked",
    "MarginCallEntered",
    "StopOutStarted"
  ]
  it.each(told)("%s fits the contract, and is the same text each time", (tag) => {
    const { id, text } = eventBody(delivery(tag), defaultConfiguration)
    const event = Schema.decodeUnknownSync(Schema.fromJsonString(WebhookEvent))(text)
    expect(event).toMatchObject({ id, type: delivery(tag).type, data: { accountId: "100001", clientId: "client-1", sequence: 42 } })
    expect(id).toBe("evt_100001_42")
    expect(eventBody(delivery(tag), defaultConfiguration)).toEqual({ id, text })
  })
  it("and no other", () => {
    const tags = Object.keys(AccountEvent.cases)
    expect(tags.filter((tag) => webhookType(decode(golden(tag))) !== undefined).toSorted()).toEqual(told.toSorted())
  })
})

it("an event that was written with its data is told as it was written", () => {
  const data = '{"user":{"name":"Ada \\u2028"}}'
  const body = eventBody(
    { source: "own", deliveryId: 1, stream: "user:u1", attempts: 0, type: "user.created", eventId: "evt_1", occurredAt: 0, data },
    defaultConfiguration
  )
  expect(body.text).toBe(`{"id":"evt_1","type":"user.created","timestamp":"1970-01-01T00:00:00.000Z","data":${data}}`)
})

it("an event that cannot be read is an error, not an empty message", () => {
  expect(() => eventBody({ ...delivery("PositionClosed"), position: undefined }, defaultConfiguration)).toThrow("Expected object")
  expect(() => eventBody({ ...delivery("OrderPlaced"), event: "{}" }, defaultConfiguration)).toThrow(/_tag|Expected/u)
})
