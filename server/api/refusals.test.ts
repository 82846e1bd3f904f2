import { expect, it } from "vitest"
import { RejectionReason } from "#domain/RejectionReason.ts"
import { refusalProblem } from "#server/api/refusals.ts"

const OTHER: Partial<Record<RejectionReason, number>> = {
  ORDER_NOT_FOUND: 404,
  POSITION_NOT_FOUND: 404,
  ORDER_NOT_PENDING: 409,
  POSITION_CLOSED: 409
}

it.each(RejectionReason.literals)("%s keeps its code and its figures", (reason) => {
  const outcome = { version: 3, firstSequence: 4, events: [], rejection: undefined }
  const problem = refusalProblem(outcome, { reason, context: { lots: "1" } })
  expect(problem.code).toBe(reason)
  expect(problem.context).toEqual({ lots: "1" })
  expect(problem.status).toBe(OTHER[reason] ?? 422)
})
