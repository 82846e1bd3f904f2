/** RequestId: names one request in its answer, in problems and in every log line it causes. The trace id of W3C Trace Context when the caller sent one. */
import { Context } from "effect"
import { randomUUID } from "node:crypto"

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/u
const NO_TRACE = "0".repeat(32)

export const RequestId = Context.Reference<string>("server/http/RequestId", { defaultValue: () => "" })

export const requestIdOf = (traceparent: string | undefined): string => {
  const traceId = TRACEPARENT.exec(traceparent ?? "")?.[1]
  // Node draws the randomness of many UUIDs at once: a tenth of the cost of as many random bytes
  return traceId === undefined || traceId === NO_TRACE ? randomUUID().replaceAll("-", "") : traceId
}
