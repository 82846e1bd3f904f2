/**
 * documentLifecycle: from its first side to the end of a document. A document that was turned down or has run out stays as it is; the client
 * sends another one.
 */
import { createMachine } from "xstate"
import { compileTransitions } from "#actors/account/machines/transitionTable.ts"
import { KycDocumentState } from "#domain/KycDocumentState.ts"

const EVENTS = ["submit", "startReview", "approve", "reject", "expire", "cancel"] as const
export type DocumentLifecycleEvent = (typeof EVENTS)[number]

export const documentLifecycle = createMachine({
  id: "kycDocument",
  initial: "pendingUpload",
  states: {
    pendingUpload: { on: { submit: "submitted", cancel: "canceled" } },
    submitted: { on: { startReview: "inReview", approve: "approved", reject: "rejected", cancel: "canceled" } },
    inReview: { on: { approve: "approved", reject: "rejected" } },
    approved: { on: { expire: "expired" } },
    rejected: { type: "final" },
    expired: { type: "final" },
    canceled: { type: "final" }
  }
})

export const documentTransitions = compileTransitions(documentLifecycle, KycDocumentState.literals, EVENTS)
