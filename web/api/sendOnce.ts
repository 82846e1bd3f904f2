/**
 * sendOnce: one click is one command with one Idempotency-Key. When the answer is lost the same command is sent again with the same key, so
 * that it is done once whatever happened to the first; only a new click makes a new key.
 */
import { Result } from "effect"
import { isOutcomeUnknown } from "./failure.ts"
import type { Answer } from "./operation.ts"

/** Waits before the same command is sent again. */
const RESEND_MILLIS: ReadonlyArray<number> = [400, 1_000, 2_000, 4_000]

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

export interface CommandHeaders {
  readonly "idempotency-key": string
}

export const sendOnce = async <A>(send: (headers: CommandHeaders) => Promise<Answer<A>>): Promise<Answer<A>> => {
  const headers = { "idempotency-key": crypto.randomUUID() }
  let answer = await send(headers)
  for (const millis of RESEND_MILLIS) {
    if (Result.isSuccess(answer) || !isOutcomeUnknown(answer.failure)) break
    await pause(millis)
    answer = await send(headers)
  }
  return answer
}
