/** useHistory: pages of an account's past, loaded from the newest on, and anew after every change of the account. */
import { Result } from "effect"
import { useCallback, useEffect, useRef, useState } from "react"
import type { Failure } from "../api/failure.ts"
import type { LoadPage } from "../api/history.ts"
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

/** `keyOf` tells rows apart, so that a fresh first page is put before the older rows that are held already. */
export const useHistory = <Row>(load: LoadPage<Row>, keyOf: (row: Row) => string): History<Row> => {
  const accountId = useValue(accountIdCell)
  const version = useValue(versionCell)
  const [held, setHeld] = useState<Held<Row>>()
  const [failure, setFailure] = useState<Failure>()
  const [isLoading, setLoading] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const latest = useRef(held)
  latest.current = held

  useEffect(() => {
    if (accountId === undefined) return
    let isWanted = true
    void load(accountId, undefined).then((answer) => {
      if (!isWanted) return
      if (Result.isFailure(answer)) return setFailure(answer.failure)
      setFailure(undefined)
      const fresh = new Set(answer.success.rows.map(keyOf))
      const older = latest.current?.rows.filter((row) => !fresh.has(keyOf(row))) ?? []
      setHeld({ rows: [...answer.success.rows, ...older], next: older.length > 0 ? latest.current?.next : answer.success.next })
    })
    return () => {
      isWanted = false
    }
  }, [accountId, version, attempt, load, keyOf])

  const loadMore = useCallback(() => {
    const current = latest.current
    if (accountId === undefined || current?.next === undefined) return
    setLoading(true)
    void load(accountId, current.next).then((answer) => {
      setLoading(false)
      if (Result.isFailure(answer)) return setFailure(answer.failure)
      setHeld({ rows: [...current.rows, ...answer.success.rows], next: answer.success.next })
    })
  }, [accountId, load])

  return {
    rows: held?.rows,
    failure,
    hasMore: held?.next !== undefined,
    isLoading,
    loadMore,
    retry: () => setAttempt((count) => count + 1)
  }
}
