/**
 * journalStatement: a batch of appends as one statement, and so one transaction.
 *
 * Why it is safe: everything is written for the rows of `owned` alone, the appends whose owner row it could move. An owner row moves when it
 * has the append's epoch and last sequence, and the command has no receipt yet. So an append under a stale epoch, after a wrong sequence or
 * with a used command id writes nothing at all, and its neighbors in the batch commit.
 */
import { EVENT_SCHEMA_VERSION } from "#actors/account/AccountEventCodec.ts"
import { makeRowColumns, type RowOf } from "#db/rowColumns.ts"

const inputs = {
  /** One for each append. */
  owners: makeRowColumns({
    account_id: "text",
    epoch: "int8",
    expected_sequence: "int8",
    last_sequence: "int8",
    command_id: "text",
    body_hash: "text",
    rejection: "text",
    origin: "text"
  }),
  events: makeRowColumns({ sequence: "int8", type: "text", data: "text", hash: "text" }),
  messages: makeRowColumns({ sequence: "int8", type: "text" }),
  accounts: makeRowColumns({
    client_id: "text",
    currency: "text",
    mode: "text",
    group_name: "text",
    leverage: "int4",
    balance: "text",
    credit: "text",
    exposed: "bool",
    opened_at: "int8"
  }),
  orders: makeRowColumns({ number: "int8", symbol: "text", status: "text", data: "text" }),
  positions: makeRowColumns({
    number: "int8",
    symbol: "text",
    side: "text",
    status: "text",
    realized_profit: "text",
    data: "text"
  }),
  trades: makeRowColumns({ number: "int8", position_id: "text", symbol: "text", data: "text" }),
  ledgerEntries: makeRowColumns({ number: "int8", kind: "text", amount: "text", reference: "text", data: "text" })
} as const

type Inputs = typeof inputs
type InputName = keyof Inputs

/** The rows that one append writes; empty where it writes none. */
export type AppendRows = { readonly [Name in InputName]: ReadonlyArray<RowOf<Inputs[Name]>> }

/** `FROM` sources by input, with the parameters in the order of `inputs`. */
const sources = (() => {
  let next = 1
  const source = (
    columns: { readonly parameterCount: number; readonly source: (alias: string, first: number) => string },
    alias: string
  ) => {
    const text = columns.source(alias, next)
    next += columns.parameterCount
    return text
  }
  return {
    owners: source(inputs.owners, "i"),
    events: source(inputs.events, "e"),
    messages: source(inputs.messages, "m"),
    accounts: source(inputs.accounts, "a"),
    orders: source(inputs.orders, "r"),
    positions: source(inputs.positions, "r"),
    trades: source(inputs.trades, "r"),
    ledgerEntries: source(inputs.ledgerEntries, "r")
  }
})()

/** Answers the numbers of the appends that it wrote. */
export const journalStatement = `
  WITH owned AS (
    UPDATE account_owner o SET last_sequence = i.last_sequence
    FROM ${sources.owners}
    WHERE o.account_id = i.account_id AND o.epoch = i.epoch AND o.last_sequence = i.expected_sequence
      AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.account_id = i.account_id AND r.command_id = i.command_id)
    RETURNING i.*
  ), events AS (
    INSERT INTO journal (account_id, sequence, epoch, type, schema_version, data, hash, command_id, origin)
    SELECT o.account_id, e.sequence, o.epoch, e.type, ${EVENT_SCHEMA_VERSION}::smallint, e.data::json, e.hash, o.command_id, o.origin::json
    FROM ${sources.events} JOIN owned o USING (n)
  ), receipts AS (
    INSERT INTO receipt (account_id, command_id, body_hash, first_sequence, last_sequence, rejection)
    SELECT account_id, command_id, body_hash, expected_sequence + 1, last_sequence, rejection::json FROM owned WHERE command_id IS NOT NULL
  ), messages AS (
    INSERT INTO outbox (account_id, sequence, type)
    SELECT o.account_id, m.sequence, m.type FROM ${sources.messages} JOIN owned o USING (n) ORDER BY o.account_id, m.sequence
  ), accounts AS (
    INSERT INTO account (account_id, client_id, currency, mode, group_name, leverage, version, balance, credit, exposed, opened_at)
    SELECT o.account_id, a.client_id, a.currency, a.mode, a.group_name, a.leverage, o.last_sequence, a.balance::numeric, a.credit::numeric,
      a.exposed, a.opened_at
    FROM ${sources.accounts} JOIN owned o USING (n) WHERE o.last_sequence > o.expected_sequence
    ON CONFLICT (account_id) DO UPDATE SET group_name = excluded.group_name, leverage = excluded.leverage, version = excluded.version,
      balance = excluded.balance, credit = excluded.credit, exposed = excluded.exposed
  ), orders AS (
    INSERT INTO account_order (account_id, number, symbol, status, data)
    SELECT o.account_id, r.number, r.symbol, r.status, r.data::json FROM ${sources.orders} JOIN owned o USING (n)
    ON CONFLICT (account_id, number) DO UPDATE SET status = excluded.status, data = excluded.data
  ), positions AS (
    INSERT INTO account_position (account_id, number, symbol, side, status, realized_profit, data)
    SELECT o.account_id, r.number, r.symbol, r.side, r.status, r.realized_profit::numeric, r.data::json
    FROM ${sources.positions} JOIN owned o USING (n)
    ON CONFLICT (account_id, number) DO UPDATE SET status = excluded.status, data = excluded.data,
      realized_profit = account_position.realized_profit + excluded.realized_profit
  ), trades AS (
    INSERT INTO account_trade (account_id, number, position_id, symbol, data)
    SELECT o.account_id, r.number, r.position_id, r.symbol, r.data::json FROM ${sources.trades} JOIN owned o USING (n)
  ), ledger_entries AS (
    INSERT INTO account_ledger_entry (account_id, number, kind, amount, reference, data)
    SELECT o.account_id, r.number, r.kind, r.amount::numeric, r.reference, r.data::json FROM ${sources.ledgerEntries} JOIN owned o USING (n)
  )
  SELECT n FROM owned`

/** The statement's parameters for a batch, in the order of `sources`. */
export const journalParameters = (batch: ReadonlyArray<AppendRows>): ReadonlyArray<unknown> => [
  ...inputs.owners.parameters(batch.map((rows) => rows.owners)),
  ...inputs.events.parameters(batch.map((rows) => rows.events)),
  ...inputs.messages.parameters(batch.map((rows) => rows.messages)),
  ...inputs.accounts.parameters(batch.map((rows) => rows.accounts)),
  ...inputs.orders.parameters(batch.map((rows) => rows.orders)),
  ...inputs.positions.parameters(batch.map((rows) => rows.positions)),
  ...inputs.trades.parameters(batch.map((rows) => rows.trades)),
  ...inputs.ledgerEntries.parameters(batch.map((rows) => rows.ledgerEntries))
]
