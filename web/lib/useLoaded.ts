/** useLoaded: something that is asked for once, and again when told to. */
import { Result } from "effect"
import { useCallback, useEffect, useState } from "react"
import type { Answer } from "../api/operation.ts"
import type { Failure } from "../api/failure.ts"

export interface Loaded<A> {
  readonly value: A | undefined
  readonly failure: Failure | undefined
  /** Whether there was an answer, be it that there is nothing. */
  readonly isLoaded: boolean
  readonly reload: () => void
}

/** `load` must be the same function from render to render. */
export const useLoaded = <A>(load: () => Promise<Answer<A>>): Loaded<A> => {
  const [value, setValue] = useState<A>()
  const [failure, setFailure] = useState<Failure>()
  const [isLoaded, setLoaded] = useState(false)
  const reload = useCallback(() => {
    void load().then((answer) => {
      if (Result.isSuccess(answer)) setValue(answer.success)
      setLoaded(Result.isSuccess(answer))
      setFailure(Result.isFailure(answer) ? answer.failure : undefined)
    })
  }, [load])
  useEffect(reload, [reload])
  return { value, failure, isLoaded, reload }
}
