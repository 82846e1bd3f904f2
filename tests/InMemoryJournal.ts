/** InMemoryJournal: the journal's contract without a database, with faults on demand. For tests of what stands on it. */
import { chainHash, encodeAccountEvent } from "#actors/account/AccountEventCodec.ts"
import { Journal, JournalUnavailable, type Append, type AppendResult, type JournaledEvent, type Receipt } from "#actors/Journal.ts"
import { Snapshots, type Snapshot } from "#actors/Snapshots.ts"
import { isExternal } from "#domain/LedgerEntry.ts"
import { Deferred, Effect, Layer } from "effect"

/**
 * What the next append meets: `beforeWrite` fails it unwritten, `lostAnswer` writes it and fails, `stale` lets another owner in first, `late`
 * fails it and tries to write it when the next append comes.
 */
export type Fault = "beforeWrite" | "lostAnswer" | "stale" | "late"

/** A journal that is broken on purpose, to see whether anybody notices. */
export type Flaw = "noDedupe" | "noEpochCheck" | "answersBeforeCommit"

/** What happened to an account's journal, in order: by it an observer tells who wrote when. */
export type JournalDeed =
  | { readonly deed: "opened"; readonly epoch: number }
  | { readonly deed: "committed"; readonly epoch: number; readonly commandId: string | undefined }

interface Account {
  epoch: number
  readonly events: Array<JournaledEvent>
  readonly receipts: Map<string, Receipt>
  readonly deeds: Array<JournalDeed>
}

export class InMemoryJournal {
  readonly accounts = new Map<string, Account>()
  readonly faults: Array<Fault> = []
  /** While set, appends wait for it: a slow disk. */
  hold: Deferred.Deferred<void> | undefined
  flaw: Flaw | undefined
  /** Appends that were told to have failed, or to be committed, and are not written yet. */
  readonly #outstanding: Array<Append> = []

  /** The machine loses power: what is not written never will be. */
  crash(): void {
    this.#outstanding.length = 0
  }

  #writeOutstanding(): void {
    for (const append of this.#outstanding.splice(0)) this.#write(append)
  }
  /** Called once, after the next append that is written. */
  afterNext: (() => void) | undefined

  accountOf(accountId: string): Account {
    let account = this.accounts.get(accountId)
    if (account === undefined) this.accounts.set(accountId, (account = { epoch: 0, events: [], receipts: new Map(), deeds: [] }))
    return account
  }

  #write(append: Append): AppendResult {
    const account = this.accountOf(append.accountId)
    const isKnown = this.flaw !== "noDedupe" && append.receipt !== undefined && account.receipts.has(append.receipt.commandId)
    const isStale = this.flaw !== "noEpochCheck" && append.epoch !== account.epoch
    if (isStale || append.expectedSequence !== account.events.length || isKnown) return { _tag: "Refused" }
    let hash = append.previousHash
    for (const event of append.events) {
      const sequence = account.events.length + 1
      hash = chainHash(hash, sequence, encodeAccountEvent(event))
      account.events.push({ sequence, event, hash })
    }
    if (append.receipt !== undefined) {
      const firstSequence = append.expectedSequence + 1
      account.receipts.set(append.receipt.commandId, { ...append.receipt, firstSequence, lastSequence: account.events.length })
    }
    account.deeds.push({ deed: "committed", epoch: append.epoch, commandId: append.receipt?.commandId })
    return { _tag: "Committed", hash }
  }

  #hashAfter({ events, expectedSequence, previousHash }: Append): string {
    let hash = previousHash
    for (const [index, event] of events.entries()) hash = chainHash(hash, expectedSequence + 1 + index, encodeAccountEvent(event))
    return hash
  }

  #open(accountId: string): { readonly epoch: number; readonly lastSequence: number } {
    if (this.flaw === "answersBeforeCommit") this.#writeOutstanding()
    const account = this.accountOf(accountId)
    account.epoch++
    account.deeds.push({ deed: "opened", epoch: account.epoch })
    return { epoch: account.epoch, lastSequence: account.events.length }
  }

  append = (append: Append): Effect.Effect<AppendResult, JournalUnavailable> =>
    Effect.gen({ self: this }, function* () {
      if (this.hold !== undefined) yield* Deferred.await(this.hold)
      this.#writeOutstanding()
      const fault = this.faults.shift()
      if (fault === "late" || this.flaw === "answersBeforeCommit") this.#outstanding.push(append)
      if (fault === "late") return yield* new JournalUnavailable({ cause: "planned" })
      if (this.flaw === "answersBeforeCommit") return { _tag: "Committed", hash: this.#hashAfter(append) }
      if (fault === "beforeWrite") return yield* new JournalUnavailable({ cause: "planned" })
      if (fault === "stale") this.accountOf(append.accountId).epoch++
      const result = this.#write(append)
      this.afterNext?.()
      this.afterNext = undefined
      if (fault === "lostAnswer") return yield* new JournalUnavailable({ cause: "planned" })
      return result
    })

  readonly layer = Layer.sync(Journal, () =>
    Journal.of({
      open: (accountId) => Effect.sync(() => (this.accounts.has(accountId) ? this.#open(accountId) : undefined)),
      create: (accountId) => Effect.sync(() => this.#open(accountId)),
      read: (accountId, after) => Effect.sync(() => this.accountOf(accountId).events.slice(after.sequence)),
      append: this.append,
      receipt: (accountId, commandId) => Effect.sync(() => this.accountOf(accountId).receipts.get(commandId)),
      isBooked: (accountId, reference) =>
        Effect.sync(() =>
          this.accountOf(accountId).events.some(
            ({ event }) => event._tag === "LedgerEntryBooked" && isExternal(event.entry.kind) && event.entry.reference === reference
          )
        ),
      events: (accountId, first, last) =>
        Effect.sync(() =>
          this.accountOf(accountId)
            .events.slice(first - 1, last)
            .map(({ event }) => event)
        )
    })
  )
}

/** Keeps the newest snapshot of each account. */
export const inMemorySnapshots = () => {
  const newest = new Map<string, Snapshot>()
  const layer = Layer.sync(Snapshots, () =>
    Snapshots.of({
      newest: (accountId) => Effect.sync(() => newest.get(accountId)),
      save: (snapshot) => Effect.sync(() => void newest.set(snapshot.accountId, snapshot))
    })
  )
  return { newest, layer }
}
