/**
 * fundingViolations: where what became of deposits and withdrawals differs from what the accounts' journals say. One statement, so that it
 * sees one moment; a request with a step under way is left out, whose two sides may differ meanwhile.
 */
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"

interface Violation {
  readonly request_id: string
  /** Null: as it should be. */
  readonly what: string | null
}

/** A line for each. */
export const fundingViolations: Effect.Effect<ReadonlyArray<string>, SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<Violation>`
    WITH booked AS (
      SELECT account_id, reference AS request_id, sum(amount) AS amount, count(*) AS entries
      FROM account_ledger_entry WHERE reference ~ '^[DW][0-9]+$' GROUP BY account_id, reference
    ), held AS (
      SELECT account_id, data ->> 'requestId' AS request_id,
        sum(CASE type WHEN 'WithdrawalReserved' THEN 1 ELSE -1 END) AS times
      FROM journal WHERE type IN ('WithdrawalReserved', 'WithdrawalReleased') GROUP BY account_id, data ->> 'requestId'
    )
    SELECT coalesce(r.request_id, h.request_id) AS request_id, CASE
        WHEN r.request_id IS NULL THEN 'holds money back and is no request'
        WHEN r.status = 'approved' AND b.entries IS NULL THEN 'is approved and not booked'
        WHEN r.status = 'approved' AND b.entries > 1 THEN 'is booked more than once'
        WHEN r.status = 'approved' AND b.amount <> r.approved_amount * CASE r.kind WHEN 'deposit' THEN 1 ELSE -1 END THEN 'is booked with another amount'
        WHEN r.status <> 'approved' AND b.entries > 0 THEN 'is booked and not approved'
        WHEN r.opened AND r.kind = 'withdrawal' AND r.status IN ('requested', 'processing') AND h.times IS DISTINCT FROM 1 THEN 'is open and holds nothing back'
        WHEN r.kind = 'withdrawal' AND (r.status NOT IN ('requested', 'processing', 'approved') OR NOT r.opened) AND h.times > 0 THEN 'is over and still holds money back'
      END AS what
    FROM funding_request r
      LEFT JOIN booked b USING (account_id, request_id)
      FULL JOIN held h ON h.account_id = r.account_id AND h.request_id = r.request_id
    WHERE r.pending_step IS NULL`
  return found.flatMap(({ request_id: requestId, what }) => (what === null ? [] : [`${requestId} ${what}`]))
})
