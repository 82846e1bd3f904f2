/**
 * jsonText: a value as the journal writes it: JSON, with decimals as text. The very text of `JSON.stringify(value, decimalsAsText)`, in less
 * than half its time, because nothing is called for each property.
 */
import { formatDecimal } from "#domain/Decimal.ts"

/** What JSON has to escape; everything else stands between quotes as it is. */
// oxlint-disable-next-line eslint/no-control-regex -- control characters are what JSON escapes
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/

export const jsonText = (value: unknown): string => {
  switch (typeof value) {
    case "string":
      return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`
    case "bigint":
      return `"${formatDecimal(value)}"`
    case "number":
      return Number.isFinite(value) ? String(value) : "null"
    case "boolean":
      return value ? "true" : "false"
    case "object":
      if (value === null) return "null"
      return Array.isArray(value) ? arrayText(value) : objectText(value, jsonText)
    default:
      return "null"
  }
}

const arrayText = (values: ReadonlyArray<unknown>): string => {
  let text = "["
  for (let index = 0; index < values.length; index++) text += index === 0 ? jsonText(values[index]) : `,${jsonText(values[index])}`
  return `${text}]`
}

/** `textOf` writes the properties; those that are undefined are left out, as JSON does. */
export const objectText = (value: object, textOf: (property: unknown) => string): string => {
  let text = ""
  for (const [key, property] of Object.entries(value)) {
    if (property !== undefined) text += `${text === "" ? "" : ","}"${key}":${textOf(property)}`
  }
  return `{${text}}`
}

/** Writes each object once: an order, a position or a trade stands in an event and in a read table. For one append. */
export class JsonTexts {
  readonly #texts = new Map<object, string>()

  readonly of = (value: unknown): string => {
    if (typeof value !== "object" || value === null) return jsonText(value)
    let text = this.#texts.get(value)
    if (text === undefined) this.#texts.set(value, (text = jsonText(value)))
    return text
  }
}
