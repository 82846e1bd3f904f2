import { expect, it } from "vitest"
import { requestIdOf } from "#server/http/RequestId.ts"

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"

it("goes on with the caller's trace", () => {
  expect(requestIdOf(`00-${TRACE}-00f067aa0ba902b7-01`)).toBe(TRACE)
})

it.each([undefined, "", "nonsense", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, `00-${TRACE}-00f067aa0ba902b7-01\nX: 1`])(
  "makes its own for %j",
  (traceparent) => {
    const id = requestIdOf(traceparent)
    expect(id).toMatch(/^[0-9a-f]{32}$/u)
    expect(requestIdOf(traceparent)).not.toBe(id)
  }
)
