/** isNavigation: whether somebody opens an address in a window, and no page behind their back. */
import type { HttpServerRequest } from "effect/http"

/** Browsers that say what they want say it; one that says nothing is old, or a program. HEAD looks without taking. */
export const isNavigation = ({ headers, method }: Pick<HttpServerRequest.HttpServerRequest, "headers" | "method">): boolean => {
  const { purpose, "sec-fetch-dest": destination, "sec-fetch-mode": mode, "sec-purpose": secPurpose, "x-moz": moz } = headers
  const isAhead = [purpose, secPurpose, moz].some((value) => /prefetch|prerender/iu.test(value ?? ""))
  return method === "GET" && !isAhead && (mode ?? "navigate") === "navigate" && (destination ?? "document") === "document"
}
