/** refusedForShape: whether a request was refused for its shape; what the document allows must not be. */
import type { Operation } from "#dev/audit/ApiDocument.ts"

/** Rules between fields, or of numbers that are written as text, which JSON Schema has no words for. */
const RULES_BEYOND_SHAPE: ReadonlyMap<string, string> = new Map([
  ["POST /auth/register", "a password that is well known, or the user's own name"],
  ["POST /auth/two-factor/disable", "a password that is too short to stand alone"],
  ["GET /market/candles", "an end before the beginning"],
  ["PUT /admin/instruments/{symbol}", "ranges of decimals, and tiers in order"],
  ["PUT /admin/groups/{name}", "ranges of decimals, and levels in order"],
  ["PUT /admin/funding/conditions", "ranges of decimals"],
  ["PATCH /crm/users/{id}", "ranges of decimals"],
  ["POST /kyc/uploads", "sides that this kind of document has"],
  ["POST /admin/kyc/{documentId}/decision", "days that exist, and their order"],
  ["POST /crm/kyc/{documentId}/decision", "days that exist, and their order"],
  ["POST /admin/service-keys", "addresses and networks that exist"]
])

export const refusedForShape = (operation: Operation, { status, text }: { readonly status: number; readonly text: string }): boolean =>
  (status === 415 || status === 400 || (status === 422 && text.includes('"code":"VALIDATION_FAILED"'))) &&
  !RULES_BEYOND_SHAPE.has(operation.name)
