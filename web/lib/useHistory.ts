/** useHistory: pages of an account's past, loaded from the newest on, and anew after every change of the account. */
import { Result } from "effect"
import { useCallback, useEffect, useState } from "react"
import type { Failure } from "../api/failure.ts"
import type { LoadPage, Page } from "../api/history.ts"
import { accountIdCell, versionCell } from "../state/account.ts"
import { useValue } from "../state/store.ts"

export interface History<Row> {
  /** Undefined until the first page is there. */
  readonly rows: ReadonlyArray<Row> | undefined
  readonly failure: Failure | undefined
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly loadMore: () => void
  readonly retry: () => void
}

interface Held<Row> {
  readonly rows: ReadonlyArray<Row>
  readonly next: number | undefined
}

/** A fresh first page before the rows that are held already. */
const withFirstPage = <Row>(held: Held<Row> | undefined, page: Page<Row>, keyOf: (row: Row) => string): Held<Row> => {
  const fresh = new Set(page.rows.map(keyOf))
  const older = held?.rows.filter((row) => !fresh.has(keyOf(row))) ?? []
  return { rows: [...page.rows, ...older], next: older.length > 0 ? held?.next : page.next }
}

/** `keyOf` tells rows apart, so that a fresh first page is put before the older rows that are held already. */
export const useHistory = <Row>(load: LoadPage<Row>, keyOf: (row: Row) => string): History<Row> => {
  const accountId = useValue(accountIdCell)
  const version = useValue(versionCell)
  const [held, setHeld] = useState<Held<Row>>()
  const [failure, setFailure] = useState<Failure>()
  const [isLoading, setLoading] = useState(false)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    if (accountId === undefined) return
    let isWanted = true
    void load(accountId, undefined).then((answer) => {
      if (!isWanted) return
      if (Result.isFailure(answer)) return setFailure(answer.failure)
      setFailure(undefined)
      setHeld((current) => withFirstPage(current, answer.success, keyOf))
    })
    return () => {
      isWanted = false
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new version of the account, or another try, is the reason to load again
  }, [accountId, version, attempt, load, keyOf])

  const loadMore = useCallback(() => {
    if (accountId === undefined || held?.next === undefined) return
    setLoading(true)
    void load(accountId, held.next).then((answer) => {
      setLoading(false)
      if (Result.isFailure(answer)) return setFailure(answer.failure)
      setHeld({ rows: [...held.rows, ...answer.success.rows], next: answer.success.next })
    })
  }, [accountId, load, held])

  return {
    rows: held?.rows,
    failure,
    hasMore: held?.next !== undefined,
    isLoading,
    loadMore,
    retry: () => setAttempt((count) => count + 1)
  }
}
