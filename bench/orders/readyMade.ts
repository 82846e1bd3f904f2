/**
 * readyMade: the limit of `orders`: the very rows that orders write, made beforehand and written by the journal's own statement, group
 * committed, by a writer that does nothing else. What an order costs above it is what the actor costs.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { marketOrder, opening, ORIGIN, quoteAt } from "#bench/orders/marketOrder.ts"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import type { Market } from "#actors/account/Market.ts"
import { makeGroupCommit } from "#db/GroupCommit.ts"
import { encodeAppend, makeWrite, type EncodedAppend } from "#db/PgJournal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"

const BODY_HASH = "0".repeat(64)

interface Account {
  readonly accountId: string
  state: AccountState
  sequence: number
  hash: string
}

const encoded = (account: Account, commandId: string, command: AccountCommand, market: Market): EncodedAppend => {
  const { accountId, hash, sequence, state } = account
  const { events, rejection, states } = decide(accountId, state, command, market)
  if (rejection !== undefined) throw new Error(`refused: ${rejection.reason}`)
  const append = encodeAppend({
    accountId,
    epoch: 1,
    expectedSequence: sequence,
    previousHash: hash,
    events,
    receipt: { commandId, bodyHash: BODY_HASH, rejection },
    origin: ORIGIN,
    before: state,
    states
  })
  account.state = states.at(-1) ?? state
  account.sequence = sequence + events.length
  account.hash = append.hash
  return append
}

/** Orders of so many accounts in turn, behind what opens the accounts. `prefix` keeps their ids apart from others'. */
export const readyMadeAppends = (prefix: string, accounts: number, orders: number) => {
  const now = Date.now()
  const quote = quoteAt(now)
  const market: Market = { now, configuration: defaultConfiguration, quote: () => quote }
  const made = Array.from({ length: accounts }, (_, index): Account => ({
    accountId: `${prefix}${index}`,
    state: initialAccountState,
    sequence: 0,
    hash: ""
  }))
  const openings = Object.entries(opening).map(([name, command]) => made.map((account) => encoded(account, name, command, market)))
  const orderAppends = Array.from({ length: Math.ceil(orders / accounts) }, (_, round) =>
    made.map((account) => encoded(account, `o${round}`, marketOrder(round), market))
  )
  return { accountIds: made.map(({ accountId }) => accountId), openings, orders: orderAppends.flat().slice(0, orders) }
}

export const makeReadyMadeWriter = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const commit = yield* makeGroupCommit({
    write: makeWrite(sql),
    isRefusal: () => false,
    deadline: "10 seconds",
    onFailure: (cause) => new Error(String(cause))
  })
  return {
    own: (accountIds: ReadonlyArray<string>) =>
      sql`INSERT INTO account_owner SELECT account_id, 1, 0 FROM unnest(${accountIds}::text[]) AS i(account_id)`,
    write: (append: EncodedAppend) =>
      Effect.flatMap(commit(append), ({ _tag }) => (_tag === "Committed" ? Effect.void : Effect.die(new Error("an append was refused"))))
  }
})
