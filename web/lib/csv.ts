/** csv: rows as a CSV file (RFC 4180) that no spreadsheet takes for formulas. */
import { Effect, Stream } from "effect"
import { Csv } from "effect/encoding"

/** Text that a spreadsheet would run begins with one of these; our own negative numbers do not run. */
const FORMULA = /^[=+\-@\t\r]/
const NUMBER = /^[+-]?[\d.,]+%?$/

export const safeCell = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text)

export const csvOf = (rows: ReadonlyArray<ReadonlyArray<string>>): Promise<string> =>
  Stream.fromIterable(rows.map((row) => row.map(safeCell))).pipe(
    Stream.pipeThroughChannel(Csv.encodeString()),
    Stream.mkString,
    Effect.runPromise
  )

/** Gives the file to the person. */
export const downloadCsv = async (name: string, rows: ReadonlyArray<ReadonlyArray<string>>): Promise<void> => {
  const url = URL.createObjectURL(new Blob([await csvOf(rows)], { type: "text/csv;charset=utf-8" }))
  const link = document.createElement("a")
  link.href = url
  link.download = `${name}.csv`
  link.click()
  URL.revokeObjectURL(url)
}
