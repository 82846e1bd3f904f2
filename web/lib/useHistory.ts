/** useHistory: pages of an account's past, loaded from the newest on, and anew after every change of the account. */
import { Result } from "effect"
import { useCallback, useEffect, useMemo, useState } from "react"
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

/** Rows from then on; older pages are loaded until it is reached. */
export interface HistoryPeriod<Row> {
  readonly since: number | undefined
  readonly timeOf: (row: Row) => number
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

const withNextPage = <Row>(held: Held<Row> | undefined, page: Page<Row>, keyOf: (row: Row) => string): Held<Row> => {
  const known = new Set(held?.rows.map(keyOf))
  return { rows: [...(held?.rows ?? []), ...page.rows.filter((row) => !known.has(keyOf(row)))], next: page.next }
}

/** `keyOf` tells rows apart, so that a fresh first page is put before the older rows that are held already. */
export const useHistory = <Row>(load: LoadPage<Row>, keyOf: (row: Row) => string, period?: HistoryPeriod<Row>): History<Row> => {
  const accountId = useValue(accountIdCell)
  const version = useValue(versionCell)
  const [kept, setKept] = useState<{ readonly accountId: string; readonly held: Held<Row> }>()
  // Another account's rows are not this one's past.
  const held = kept?.accountId === accountId ? kept?.held : undefined
  const [failure, setFailure] = useState<Failure>()
  const [isLoading, setLoading] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const { since, timeOf } = period ?? {}

  useEffect(() => {
    if (accountId === undefined) return
    let isWanted = true
    const loadFrom = async (cursor: number | undefined): Promise<void> => {
      const answer = await load(accountId, cursor)
      if (!isWanted) return
      if (Result.isFailure(answer)) return setFailure(answer.failure)
      const page = answer.success
      setFailure(undefined)
      setKept((current) => {
        const before = current?.accountId === accountId ? current.held : undefined
        return { accountId, held: cursor === undefined ? withFirstPage(before, page, keyOf) : withNextPage(before, page, keyOf) }
      })
      const oldest = page.rows.at(-1)
      const isShort = since !== undefined && timeOf !== undefined && oldest !== undefined && timeOf(oldest) >= since
      if (isShort && page.next !== undefined) await loadFrom(page.next)
    }
    void loadFrom(undefined)
    return () => {
      isWanted = false
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new version of the account, or another try, is the reason to load again
  }, [accountId, version, attempt, load, keyOf, since, timeOf])

  const loadMore = useCallback(() => {
    if (accountId === undefined || held?.next === undefined) return
    setLoading(true)
    void load(accountId, held.next).then((answer) => {
      setLoading(false)
      if (Result.isFailure(answer)) return setFailure(answer.failure)
      setKept((current) => ({
        accountId,
        held: withNextPage(current?.accountId === accountId ? current.held : undefined, answer.success, keyOf)
      }))
    })
  }, [accountId, load, held, keyOf])

  const retry = useCallback(() => setAttempt((count) => count + 1), [])

  const rows = useMemo(
    () => (since === undefined || timeOf === undefined ? held?.rows : held?.rows.filter((row) => timeOf(row) >= since)),
    [held, since, timeOf]
  )
  return {
    rows,
    failure,
    // A period is loaded whole.
    hasMore: since === undefined && held?.next !== undefined,
    isLoading,
    loadMore,
    retry
  }
}
