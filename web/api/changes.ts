/** changes: the account's journal, read back from its newest event. */
import { Result } from "effect"
import type { AccountsGroup } from "#contract/AccountsGroup.ts"
import { ChangePage, type ChangeView } from "#contract/Views.ts"
import { call } from "./client.ts"
import { type Answer, operationsOf } from "./operation.ts"

const accounts = operationsOf<typeof AccountsGroup>()
const changePage = accounts("GET /accounts/:accountId/changes", { success: ChangePage })

/** Events asked for at once: as many as the server gives. */
const PAGE_EVENTS = 500

/** What `find` makes of the events, newest pages first and each time all that are loaded, oldest first; undefined when it finds nothing in any. */
export const findInChanges = async <A>(
  accountId: string,
  version: number,
  find: (changes: ReadonlyArray<ChangeView>) => A | undefined
): Promise<Answer<A | undefined>> => {
  let loaded: ReadonlyArray<ChangeView> = []
  for (let until = version; until > 0; until -= PAGE_EVENTS) {
    const query = { since: String(Math.max(0, until - PAGE_EVENTS)), limit: String(Math.min(PAGE_EVENTS, until)) }
    const answer = await call(changePage({ params: { accountId }, query }))
    if (Result.isFailure(answer)) return Result.fail(answer.failure)
    loaded = [...answer.success.changes, ...loaded]
    const found = find(loaded)
    if (found !== undefined) return Result.succeed(found)
  }
  return Result.succeed(undefined)
}
