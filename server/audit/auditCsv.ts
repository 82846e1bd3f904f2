/** auditCsv: entries as RFC 4180 lines that no spreadsheet takes for formulas. */
import type { AuditEntry } from "#db/AuditTrail.ts"

const COLUMNS = [
  "sequence",
  "at",
  "action",
  "outcome",
  "actorId",
  "actorRole",
  "impersonatedBy",
  "subject",
  "ip",
  "userAgent",
  "requestId",
  "reason",
  "before",
  "after",
  "hash"
] as const satisfies ReadonlyArray<keyof AuditEntry>

/** What a spreadsheet would compute instead of show. */
const FORMULA = /^[=+\-@\t\r]/u

/** Of text that people wrote. */
export const csvCell = (text: string): string => {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const auditCsvHead = `${COLUMNS.join(",")}\r\n`

export const auditCsvLine = (entry: AuditEntry): string =>
  `${COLUMNS.map((column) => csvCell(column === "at" ? new Date(entry.at).toISOString() : String(entry[column] ?? ""))).join(",")}\r\n`
