import { describe, expect, it } from "vitest"
import type { KycDocumentState } from "#domain/KycDocumentState.ts"
import type { KycKind } from "#domain/KycKind.ts"
import { kycStatus, proofStatus, type JudgedDocument, type KycStatus } from "#domain/kycStatus.ts"

/** `passport:approved`, oldest first. */
const documents = (text: string): ReadonlyArray<JudgedDocument> =>
  text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [kind, state] = word.split(":")
      return { kind: kind as KycKind, state: state as KycDocumentState }
    })

describe("one proof", () => {
  it.each<[string, KycStatus]>([
    ["", "notStarted"],
    ["passport:pendingUpload", "notStarted"],
    ["passport:canceled", "notStarted"],
    ["proofOfAddress:approved", "notStarted"],
    ["passport:submitted", "pending"],
    ["passport:inReview", "pending"],
    ["passport:approved", "approved"],
    ["passport:rejected", "rejected"],
    ["passport:rejected identityCard:submitted", "pending"],
    ["passport:rejected identityCard:canceled", "rejected"],
    ["passport:approved identityCard:rejected", "approved"],
    ["passport:approved identityCard:submitted", "approved"],
    ["passport:expired", "expired"],
    ["passport:expired passport:rejected", "rejected"],
    ["passport:rejected passport:expired", "expired"],
    ["passport:expired passport:approved", "approved"]
  ])("%s: %s", (text, expected) => {
    expect(proofStatus("identity", documents(text))).toBe(expected)
  })
})

describe("a client who has to prove identity and address", () => {
  it.each<[string, KycStatus]>([
    ["", "notStarted"],
    ["passport:approved", "pending"],
    ["passport:submitted", "pending"],
    ["passport:submitted proofOfAddress:submitted", "pending"],
    ["passport:approved proofOfAddress:approved", "approved"],
    ["passport:approved proofOfAddress:rejected", "rejected"],
    ["passport:rejected proofOfAddress:submitted", "rejected"],
    ["passport:expired proofOfAddress:approved", "expired"],
    ["passport:expired proofOfAddress:rejected", "rejected"],
    ["passport:expired proofOfAddress:approved passport:submitted", "pending"]
  ])("%s: %s", (text, expected) => {
    expect(kycStatus(["identity", "address"], documents(text))).toBe(expected)
  })

  it("is approved where nothing has to be proved", () => {
    expect(kycStatus([], [])).toBe("approved")
  })
})
