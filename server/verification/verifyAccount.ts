/** verifyAccount: holds everything that is stored about one account, and what its actor holds, against the replay of its journal. Pure. */
import { isDeepStrictEqual } from "node:util"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { chainHash, decodeAccountEvent } from "#actors/account/AccountEventCodec.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { canonicalState } from "#actors/account/canonicalState.ts"
import { violationsOf } from "#actors/account/invariants.ts"
import type { Snapshot } from "#actors/Snapshots.ts"
import { webhookType } from "#db/projections/outbox.ts"
import { project } from "#db/projections/project.ts"
import type { StoredAccount } from "#db/StoredAccounts.ts"
import { decimalsAsText } from "#domain/Decimal.ts"

/** Everything that the database and the running servers say about an account. */
export interface AccountEvidence {
  readonly stored: StoredAccount
  readonly snapshot: Snapshot | undefined
  /** What the account's actor holds; undefined when no server runs. May be ahead of what was read from the database. */
  readonly live: { readonly version: number; readonly state: AccountState } | undefined
}

/** One thing that is not as it must be, in words. */
export type Violation = string

/** The journal's events and the states they lead to; the state after event n stands at n. */
interface Replay {
  readonly events: ReadonlyArray<AccountEvent>
  readonly states: ReadonlyArray<AccountState>
}

const replayOf = (events: ReadonlyArray<AccountEvent>): Replay => {
  const states: Array<AccountState> = [initialAccountState]
  for (const event of events) states.push(evolve(states.at(-1) ?? initialAccountState, event))
  return { events, states }
}

/** The journal's own order: no gap, no altered row, no older epoch after a newer one. */
const checkJournal = ({ journal, lastSequence }: StoredAccount): ReadonlyArray<Violation> => {
  const violations: Array<Violation> = []
  let previous = { hash: "", epoch: 0 }
  for (const [index, row] of journal.entries()) {
    if (row.sequence !== index + 1) violations.push(`I6 event ${row.sequence} stands where ${index + 1} was expected`)
    if (chainHash(previous.hash, row.sequence, row.data) !== row.hash) violations.push(`I10 event ${row.sequence} was altered`)
    if (row.epoch < previous.epoch)
      violations.push(`I12 event ${row.sequence} was written under epoch ${row.epoch} after ${previous.epoch}`)
    previous = row
  }
  if (journal.length !== lastSequence) violations.push(`I6 the owner row ends at ${lastSequence}, the journal at ${journal.length}`)
  return violations
}

const compareStates = (what: string, state: AccountState, replayed: AccountState | undefined): ReadonlyArray<Violation> =>
  replayed !== undefined && canonicalState(state) === canonicalState(replayed) ? [] : [`I7 ${what} differs from the replay of the journal`]

const checkSnapshot = ({ snapshot, stored }: AccountEvidence, { states }: Replay): ReadonlyArray<Violation> => {
  // one that was saved after the journal was read says nothing
  if (snapshot === undefined || snapshot.sequence > stored.lastSequence) return []
  return [
    ...(stored.journal[snapshot.sequence - 1]?.hash === snapshot.hash
      ? []
      : [`I7 the snapshot at ${snapshot.sequence} stands for other events`]),
    ...compareStates(`the snapshot at ${snapshot.sequence}`, snapshot.state, states[snapshot.sequence])
  ]
}

/** Every event of a command is covered by that command's receipt, and a receipt covers no others. */
const checkReceipts = ({ journal, receipts }: StoredAccount): ReadonlyArray<Violation> => {
  const byCommand = new Map(receipts.map((receipt) => [receipt.commandId, receipt]))
  const outside = journal.filter(({ commandId, sequence }) => {
    if (commandId === undefined) return false
    const receipt = byCommand.get(commandId)
    return receipt === undefined || sequence < receipt.firstSequence || sequence > receipt.lastSequence
  })
  const foreign = receipts.filter(
    ({ commandId, firstSequence, lastSequence }) =>
      lastSequence > journal.length || journal.slice(firstSequence - 1, lastSequence).some((row) => row.commandId !== commandId)
  )
  return [
    ...outside.map(({ commandId, sequence }) => `I6 event ${sequence} of command ${commandId} is outside its receipt`),
    ...foreign.map(({ commandId }) => `I6 the receipt of command ${commandId} covers events that are not its own`)
  ]
}

const checkOutbox = ({ outbox }: StoredAccount, { events }: Replay): ReadonlyArray<Violation> => {
  const expected = events.flatMap((event, index) => {
    const type = webhookType(event)
    return type === undefined ? [] : [{ sequence: index + 1, type }]
  })
  return isDeepStrictEqual(expected, outbox) ? [] : ["I9 the outbox does not hold exactly one message for each event that has one"]
}

/** As JSON writes it: an absent field and an undefined one are the same. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value, decimalsAsText))

const checkRows = ({ accountId, rows }: StoredAccount, { events, states }: Replay): ReadonlyArray<Violation> => {
  if (events.length === 0) return rows === undefined ? [] : ["I7 an account without events has read rows"]
  if (rows === undefined) return ["I7 the account's read row is missing"]
  const expected = project({ accountId, events, before: initialAccountState, states: states.slice(1), expectedSequence: 0 })
  const byNumber = <Row extends { readonly number: number }>(list: ReadonlyArray<Row>) => list.toSorted((a, b) => a.number - b.number)
  const compared = [
    ["account", rows.account, expected.account],
    ["account_order", rows.orders, byNumber(expected.orders)],
    ["account_position", rows.positions, byNumber(expected.positions)],
    ["account_trade", rows.trades, byNumber(expected.trades)],
    ["account_ledger_entry", rows.ledgerEntries, byNumber(expected.ledgerEntries)]
  ] as const
  return compared
    .filter(([, stored, replayed]) => !isDeepStrictEqual(asJson(stored), asJson(replayed)))
    .map(([table]) => `I7 ${table} differs from the replay of the journal`)
}

const checkLive = ({ live }: AccountEvidence, { events, states }: Replay): ReadonlyArray<Violation> =>
  live === undefined || live.version > events.length ? [] : compareStates("the state in memory", live.state, states[live.version])

/** All violations found in the evidence about one account. */
export const verifyAccount = (evidence: AccountEvidence): ReadonlyArray<Violation> => {
  const { stored } = evidence
  const journal = checkJournal(stored)
  let replay: Replay
  try {
    replay = replayOf(stored.journal.map(({ data }) => decodeAccountEvent(data)))
  } catch (error) {
    return [...journal, `I7 the journal cannot be replayed: ${String(error)}`]
  }
  return [
    ...journal,
    ...checkReceipts(stored),
    ...checkOutbox(stored, replay),
    ...checkSnapshot(evidence, replay),
    ...checkRows(stored, replay),
    ...checkLive(evidence, replay),
    ...violationsOf(replay.events, replay.states.at(-1) ?? initialAccountState)
  ]
}
