/** useSubmit: a form that is sent, is busy meanwhile, and says why it failed. */
import { useState } from "react"
import type { Failure } from "../api/failure.ts"

export interface Submission {
  readonly submit: (event?: { readonly preventDefault: () => void }) => void
  readonly isBusy: boolean
  readonly failure: Failure | undefined
  /** Something was sent at least once. */
  readonly isTouched: boolean
}

/** `onDone` hears of a success. */
export const useSubmit = (send: () => Promise<Failure | undefined>, onDone?: () => void): Submission => {
  const [failure, setFailure] = useState<Failure>()
  const [isBusy, setBusy] = useState(false)
  const [isTouched, setTouched] = useState(false)
  const submit = (event?: { readonly preventDefault: () => void }) => {
    event?.preventDefault()
    if (isBusy) return
    setTouched(true)
    setBusy(true)
    setFailure(undefined)
    void send().then((answer) => {
      setBusy(false)
      setFailure(answer)
      if (answer === undefined) onDone?.()
    })
  }
  return { submit, isBusy, failure, isTouched }
}
