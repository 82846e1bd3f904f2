/** RequestId: names one request in its answer, in problems and in every log line it causes. The trace id of W3C Trace Context when the caller sent one. */
import { Context } from "effect"
import { randomBytes } from "node:crypto"

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/u
const NO_TRACE = "0".repeat(32)

export const RequestId = Context.Reference<string>("server/http/RequestId", { defaultValue: () => "" })

export const requestIdOf = (traceparent: string | undefined): string => {
  const traceId = TRACEPARENT.exec(traceparent ?? "")?.[1]
  return traceId === undefined || traceId === NO_TRACE ? randomBytes(16).toString("hex") : traceId
}
