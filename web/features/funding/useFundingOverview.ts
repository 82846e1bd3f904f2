/** useFundingOverview: what may be paid in and out, asked anew after every change of the account and when told to. */
import { Result } from "effect"
import { useCallback, useEffect, useState } from "react"
import type { FundingOverview } from "#contract/FundingViews.ts"
import type { Failure } from "../../api/failure.ts"
import { loadFundingOverview } from "../../api/funding.ts"
import { accountIdCell, versionCell } from "../../state/account.ts"
import { useValue } from "../../state/store.ts"

export const useFundingOverview = () => {
  const accountId = useValue(accountIdCell)
  const version = useValue(versionCell)
  const [attempt, setAttempt] = useState(0)
  const [overview, setOverview] = useState<FundingOverview>()
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => {
    if (accountId === undefined) return
    let isWanted = true
    void loadFundingOverview(accountId).then((answer) => {
      if (!isWanted) return
      if (Result.isSuccess(answer)) setOverview(answer.success)
      setFailure(Result.isFailure(answer) ? answer.failure : undefined)
    })
    return () => {
      isWanted = false
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new version of the account, or another try, is the reason to load again
  }, [accountId, version, attempt])
  const reload = useCallback(() => setAttempt((count) => count + 1), [])
  // another account's is not this one's
  return { overview: overview?.accountId === accountId ? overview : undefined, failure, reload }
}
