/** LedgerEntry: one booking. A balance is always the sum of its entries; credit likewise. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Millis } from "#domain/Quote.ts"

export const LedgerEntryKind = Schema.Literals([
  "deposit",
  "withdrawal",
  "creditIn",
  "creditOut",
  "correction",
  "profit",
  "swap",
  "commission",
  "negativeBalanceProtection"
])
export type LedgerEntryKind = typeof LedgerEntryKind.Type

/** Kinds of entries that come from outside, each under a reference that books once. */
export const EXTERNAL_KINDS = ["deposit", "withdrawal", "creditIn", "creditOut", "correction"] as const
const external: ReadonlySet<LedgerEntryKind> = new Set(EXTERNAL_KINDS)
export const isExternal = (kind: LedgerEntryKind): boolean => external.has(kind)

export const LedgerEntry = Schema.Struct({
  entryId: Schema.String,
  kind: LedgerEntryKind,
  /** Signed, account currency, in its digits. creditIn/creditOut move credit, all others balance. */
  amount: DecimalFromString,
  balanceAfter: DecimalFromString,
  creditAfter: DecimalFromString,
  /** What caused it: a trade id, a request id of the CRM, a trading day. */
  reference: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
  comment: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(256))),
  bookedAt: Millis
})
export interface LedgerEntry extends Schema.Schema.Type<typeof LedgerEntry> {}
