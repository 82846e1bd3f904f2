/** longestMatch: how many characters a text can have that fits a pattern, so that a pattern of the contract also says the length in its OpenAPI document. */

/** Characters of one piece of a pattern, and where the piece ends. */
interface Piece {
  readonly length: number
  readonly end: number
}

/** `\p{…}` and `\u{…}` are one character like any other escape. */
const escapeEnd = (pattern: string, start: number): number => {
  const kind = pattern[start + 1]
  if (pattern[start + 2] === "{" && (kind === "p" || kind === "P" || kind === "u")) return pattern.indexOf("}", start) + 1
  if (kind === "u") return start + 6
  return kind === "x" ? start + 4 : start + 2
}

const classEnd = (pattern: string, start: number): number => {
  let at = start + 1
  while (at < pattern.length && pattern[at] !== "]") at = pattern[at] === "\\" ? escapeEnd(pattern, at) : at + 1
  return at + 1
}

/** Repeats at most; the quantifier's own length in the pattern. */
const quantifierAt = (pattern: string, start: number): { readonly times: number; readonly end: number } => {
  const sign = pattern[start]
  if (sign === "?") return { times: 1, end: start + 1 }
  if (sign === "*" || sign === "+") return { times: Infinity, end: start + 1 }
  const braces = /^\{(\d+)(,(\d*))?\}/u.exec(pattern.slice(start))
  if (braces === null) return { times: 1, end: start }
  const [whole, least, range, most] = braces
  return { times: range === undefined ? Number(least) : most === "" ? Infinity : Number(most), end: start + whole.length }
}

const atomAt = (pattern: string, start: number): Piece => {
  switch (pattern[start]) {
    case "^":
    case "$":
      return { length: 0, end: start + 1 }
    case "[":
      return { length: 1, end: classEnd(pattern, start) }
    case "\\":
      return { length: 1, end: escapeEnd(pattern, start) }
    case "(": {
      const group = /^\((\?:|\?<\w+>)?/u.exec(pattern.slice(start))
      const inside = alternativesAt(pattern, start + (group?.[0].length ?? 1))
      return { length: inside.length, end: inside.end + 1 }
    }
    default:
      return { length: 1, end: start + 1 }
  }
}

/** As far as the end of the pattern or of the group. */
const alternativesAt = (pattern: string, start: number): Piece => {
  let longest = 0
  let length = 0
  let at = start
  while (at < pattern.length && pattern[at] !== ")") {
    if (pattern[at] === "|") {
      longest = Math.max(longest, length)
      length = 0
      at += 1
      continue
    }
    const atom = atomAt(pattern, at)
    const { end, times } = quantifierAt(pattern, atom.end)
    length += atom.length === 0 ? 0 : atom.length * times
    at = end
  }
  return { length: Math.max(longest, length), end: at }
}

/** In code points; Infinity when there is no end to it. Knows what the contract's patterns use: no look-around, no back references. */
export const longestMatch = (pattern: string): number =>
  pattern.startsWith("^") && pattern.endsWith("$") ? alternativesAt(pattern, 0).length : Infinity
