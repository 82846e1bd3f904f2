/** ArmingCodec: an arming as bytes: a checksum, then version, configuration, time, margin slopes and one triple for each tripwire. */
import type { Arming } from "#actors/account/Arming.ts"
import type { MarginSlopes, Tripwire } from "#actors/symbol/Tripwire.ts"
import { Packr } from "msgpackr"
import { crc32 } from "node:zlib"

/** Raised whenever tripwires or the next time come to mean something else: an arming of another version is then computed anew. */
export const ARMING_VERSION = 2
const CHECKSUM_BYTES = 4
const FIRST_WIRE = 4
const ASK = 1
const AT_OR_ABOVE = 2

/** What was written; the checksum vouches for it. */
type Row = [version: number, configurationVersion: number, wakeAt: number | null, slopes: MarginSlopes | null, ...wires: Array<unknown>]

const packr = new Packr({ useRecords: false, int64AsType: "bigint", useBigIntExtension: true })

export const encodeArming = ({ configurationVersion, marginSlopes, tripwires, wakeAt }: Arming): Uint8Array => {
  const row: Array<unknown> = [ARMING_VERSION, configurationVersion, wakeAt ?? null, marginSlopes ?? null]
  for (const { direction, price, side, symbol } of tripwires) {
    row.push(symbol, (side === "ask" ? ASK : 0) | (direction === "atOrAbove" ? AT_OR_ABOVE : 0), price)
  }
  const packed = packr.pack(row)
  const bytes = new Uint8Array(CHECKSUM_BYTES + packed.length)
  new DataView(bytes.buffer).setUint32(0, crc32(packed))
  bytes.set(packed, CHECKSUM_BYTES)
  return bytes
}

/** Undefined for one of another version, and for bytes that were altered: both only cost the time to compute it. */
export const decodeArming = (bytes: Uint8Array): Arming | undefined => {
  if (bytes.length < CHECKSUM_BYTES) return undefined
  const packed = bytes.subarray(CHECKSUM_BYTES)
  if (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) !== crc32(packed)) return undefined
  const row: Row = packr.unpack(packed)
  const [version, configurationVersion, wakeAt, marginSlopes] = row
  if (version !== ARMING_VERSION) return undefined
  const tripwires: Array<Tripwire> = []
  // by index: a start decodes one of these for each exposed account, and a copy of the wires costs a third more
  for (let at = FIRST_WIRE; at < row.length; at += 3) {
    const symbol = row[at]
    const flags = row[at + 1]
    const price = row[at + 2]
    if (typeof symbol !== "string" || typeof flags !== "number" || typeof price !== "bigint") return undefined
    const isAbove = (flags & AT_OR_ABOVE) !== 0
    tripwires.push({ symbol, side: (flags & ASK) === 0 ? "bid" : "ask", direction: isAbove ? "atOrAbove" : "atOrBelow", price })
  }
  return { tripwires, marginSlopes: marginSlopes ?? undefined, wakeAt: wakeAt ?? undefined, configurationVersion }
}
