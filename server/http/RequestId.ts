/** requestIdOf: names one request. The trace id of W3C Trace Context when the caller sent one. */
import { randomUUID } from "node:crypto"

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/u
const NO_TRACE = "0".repeat(32)

export const requestIdOf = (traceparent: string | undefined): string => {
  const traceId = traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1]
  // Node draws the randomness of many UUIDs at once: a tenth of the cost of as many random bytes
  return traceId === undefined || traceId === NO_TRACE ? randomUUID().replaceAll("-", "") : traceId
}
