import { describe, expect, it } from "vitest"
import { judgeDecision, type DecidedDocument, type KycVerdict } from "#actors/kyc/judgeDecision.ts"
import type { KycDocumentState } from "#domain/KycDocumentState.ts"

const NOW = Date.parse("2026-11-23T22:00:00Z")
const DAY = 86_400_000

const document = (change: Partial<DecidedDocument> = {}): DecidedDocument => ({
  kind: "passport",
  state: "submitted",
  submittedAt: NOW - 2 * DAY,
  rejection: undefined,
  comment: undefined,
  issuedOn: undefined,
  expiresOn: undefined,
  ...change
})
const approve = (dates: { expiresOn?: string; issuedOn?: string } = {}): KycVerdict => ({ decision: "approve", ...dates })
const reject = (comment?: string): KycVerdict => ({ decision: "reject", reason: "unreadable", comment })
const approved = document({ state: "approved", expiresOn: "2031-05-17" })
const rejected = document({ state: "rejected", rejection: "unreadable", comment: "Too dark" })

describe("a decision", () => {
  it.each<[string, DecidedDocument, KycVerdict, string]>([
    ["on what waits", document(), approve({ expiresOn: "2031-05-17" }), "Taken"],
    ["on what is being looked at", document({ state: "inReview" }), reject(), "Taken"],
    ["on half a document", document({ state: "pendingUpload" }), reject(), "NotSubmitted"],
    ["on what was taken back", document({ state: "canceled" }), reject(), "NotSubmitted"],
    ["approved again with the same date", approved, approve({ expiresOn: "2031-05-17" }), "Repeated"],
    ["approved again with another date", approved, approve({ expiresOn: "2032-05-17" }), "Contradicted"],
    ["approved again after it has run out", { ...approved, state: "expired" }, approve({ expiresOn: "2031-05-17" }), "Repeated"],
    ["turned down after it was approved", approved, reject(), "Contradicted"],
    ["turned down again", rejected, reject("Too dark"), "Repeated"],
    ["turned down again in other words", rejected, reject("Blurred"), "Contradicted"],
    ["approved after it was turned down", rejected, approve({ expiresOn: "2031-05-17" }), "Contradicted"]
  ])("%s", (_, given, verdict, expected) => {
    expect(judgeDecision(given, verdict, NOW)._tag).toBe(expected)
  })
})

describe("the dates of an approval", () => {
  const bill = document({ kind: "proofOfAddress" })
  it.each<[string, DecidedDocument, KycVerdict, string | undefined]>([
    ["a passport without one", document(), approve(), "expiresOn"],
    ["a passport that ended yesterday", document(), approve({ expiresOn: "2026-11-22" }), "expiresOn"],
    ["a passport that ends today", document(), approve({ expiresOn: "2026-11-23" }), undefined],
    ["a bill with an expiry date", bill, approve({ expiresOn: "2031-05-17", issuedOn: "2026-11-01" }), "expiresOn"],
    ["a bill without its date of issue", bill, approve(), "issuedOn"],
    ["a bill of the day after tomorrow", bill, approve({ issuedOn: "2026-11-25" }), "issuedOn"],
    ["a bill of tomorrow, where it is tomorrow already", bill, approve({ issuedOn: "2026-11-24" }), undefined],
    ["a bill of 92 days before it was sent", bill, approve({ issuedOn: "2026-08-21" }), undefined],
    ["a bill of 93 days before it was sent", bill, approve({ issuedOn: "2026-08-20" }), "issuedOn"],
    [
      "a bill that was new when it was sent, long ago",
      document({ kind: "proofOfAddress", submittedAt: NOW - 60 * DAY }),
      approve({ issuedOn: "2026-07-01" }),
      undefined
    ]
  ])("%s", (_, given, verdict, field) => {
    const judgment = judgeDecision(given, verdict, NOW)
    expect(judgment._tag === "Unfit" ? judgment.field : undefined).toBe(field)
    expect(judgment._tag).toBe(field === undefined ? "Taken" : "Unfit")
  })

  it("hold to the end of the document's last day, or for a year", () => {
    const until = (given: DecidedDocument, verdict: KycVerdict): number | undefined => {
      const judgment = judgeDecision(given, verdict, NOW)
      return judgment._tag === "Taken" ? judgment.outcome.validUntil : undefined
    }
    expect(until(document(), approve({ expiresOn: "2026-11-23" }))).toBe(Date.parse("2026-11-24T00:00:00Z"))
    expect(until(bill, approve({ issuedOn: "2026-11-01" }))).toBe(NOW + 366 * DAY)
    expect(until(document(), reject())).toBeUndefined()
  })
})

it.each<KycDocumentState>(["pendingUpload", "submitted", "inReview", "approved", "rejected", "expired", "canceled"])(
  "every verdict on a document that is %s is judged",
  (state) => {
    for (const verdict of [approve({ expiresOn: "2031-05-17" }), reject()])
      expect(judgeDecision(document({ state }), verdict, NOW)._tag).toMatch(/Taken|Repeated|Contradicted|NotSubmitted/u)
  }
)
