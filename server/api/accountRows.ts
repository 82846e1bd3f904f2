/** accountRows: accounts as staff and the CRM list them. */
import type { AdminAccountRow } from "#contract/AdminGroup.ts"
import type { AccountRecord } from "#db/AccountReads.ts"
import { Users } from "#db/Users.ts"
import { currencyDigitsOf } from "#domain/Currency.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"

export const accountRows = Effect.fnUntraced(function* (records: ReadonlyArray<AccountRecord>) {
  const users = yield* Users
  const emails = yield* users.emailsOf(records.map((record) => record.clientId)).pipe(Effect.mapError(unavailable))
  return records.map(({ balance, clientId, credit, openedAt: _openedAt, ...record }): typeof AdminAccountRow.Type => ({
    ...record,
    clientId,
    clientEmail: emails.get(clientId) ?? null,
    balance: formatDecimal(balance, currencyDigitsOf(record.currency)),
    credit: formatDecimal(credit, currencyDigitsOf(record.currency))
  }))
})
