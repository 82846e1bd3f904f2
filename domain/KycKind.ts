/**
 * KycKind: the kinds of documents by which clients prove who they are, as data. A new kind is a new entry here and its words in
 * web/locales/en.json; nothing else knows them one by one.
 */
import { Schema } from "effect"

/** What a document can prove. Which of them a client must prove is configuration (KYC_REQUIRED). */
export const KycProof = Schema.Literals(["identity", "address", "funds"]).annotate({
  identifier: "KycProof",
  description: "What a document proves"
})
export type KycProof = typeof KycProof.Type

/** The pictures or files that a document consists of. */
export const KycSide = Schema.Literals(["front", "back", "page"]).annotate({
  identifier: "KycSide",
  description: "`front` and `back` of a card; `page` of anything else"
})
export type KycSide = typeof KycSide.Type

export interface KycKindRules {
  readonly proves: KycProof
  /** All of them are needed before the document goes to review. */
  readonly sides: ReadonlyArray<KycSide>
  /** It carries a date until which it is valid; whoever approves it reads that date off, and the approval ends with it. */
  readonly hasExpiryDate: boolean
  /** Days since its date of issue when it is approved; null where age does not matter. Whoever approves it reads the date off. */
  readonly ageDaysMax: number | null
  /** Days for which an approval holds where the document itself carries no date; null for ever. */
  readonly approvalDays: number | null
}

const identity = { proves: "identity", hasExpiryDate: true, ageDaysMax: null, approvalDays: null } as const
/** As brokers commonly ask: not older than three months, to be renewed every year. */
const recent = { sides: ["page"], hasExpiryDate: false, ageDaysMax: 92, approvalDays: 366 } as const

const kinds = {
  passport: { ...identity, sides: ["page"] },
  identityCard: { ...identity, sides: ["front", "back"] },
  drivingLicense: { ...identity, sides: ["front", "back"] },
  residencePermit: { ...identity, sides: ["front", "back"] },
  proofOfAddress: { ...recent, proves: "address" },
  bankStatement: { ...recent, proves: "address" },
  sourceOfFunds: { ...recent, proves: "funds" }
} as const satisfies Readonly<Record<string, KycKindRules>>

export type KycKind = keyof typeof kinds
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object that is written out above
const names = Object.keys(kinds) as ReadonlyArray<KycKind>

export const KycKind = Schema.Literals(names).annotate({ identifier: "KycKind", description: "The kind of a document" })

export const KYC_KINDS: Readonly<Record<KycKind, KycKindRules>> = kinds
