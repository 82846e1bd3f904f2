/** bookedEntry: what a balance operation booked. */
import type { Outcome } from "#actors/account/AccountProtocol.ts"
import type { LedgerEntry } from "#domain/LedgerEntry.ts"
import { Effect } from "effect"

export const bookedEntry = (outcome: Outcome): Effect.Effect<LedgerEntry> => {
  for (const event of outcome.events) if (event._tag === "LedgerEntryBooked") return Effect.succeed(event.entry)
  return Effect.die(new Error("A balance operation was accepted and booked nothing"))
}

/** One command for each reference, whoever sends it: sent again it is answered again. */
export const balanceCommandId = (reference: string): string => `balance-operation ${reference}`
