/**
 * ArmingCodec: an arming as bytes: a checksum, then version, configuration, time, margin slopes and the tripwires, those of a symbol together:
 * its name, a bit for each kind of wire, and their prices in the order of the bits.
 */
import type { Arming } from "#actors/account/Arming.ts"
import { ASK, AT_OR_ABOVE, type MarginSlopes, type Tripwire, WIRE_KINDS, wireKind } from "#actors/symbol/Tripwire.ts"
import { Packr } from "msgpackr"
import { crc32 } from "node:zlib"

/** Raised whenever tripwires or the next time come to mean something else: an arming of another version is then computed anew. */
export const ARMING_VERSION = 3
const CHECKSUM_BYTES = 4
const FIRST_SYMBOL = 4

/** What was written; the checksum vouches for it. */
type Row = [version: number, configurationVersion: number, wakeAt: number | null, slopes: MarginSlopes | null, ...wires: Array<unknown>]

const packr = new Packr({ useRecords: false, int64AsType: "bigint", useBigIntExtension: true })

export const encodeArming = ({ configurationVersion, marginSlopes, tripwires, wakeAt }: Arming): Uint8Array => {
  const row: Array<unknown> = [ARMING_VERSION, configurationVersion, wakeAt ?? null, marginSlopes ?? null]
  let kinds = 0
  let at = 0
  let symbol: string | undefined
  for (const wire of tripwires) {
    const kind = wireKind(wire.side, wire.direction)
    // those of a symbol stand together and in this order; any other order is written as it comes
    if (wire.symbol !== symbol || kinds >> kind !== 0) {
      ;({ symbol } = wire)
      kinds = 0
      at = row.push(symbol, kinds) - 1
    }
    row[at] = kinds |= 1 << kind
    row.push(wire.price)
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
  for (let at = FIRST_SYMBOL; at < row.length;) {
    const symbol = row[at++]
    const kinds = row[at++]
    if (typeof symbol !== "string" || typeof kinds !== "number") return undefined
    for (let kind = 0; kind < WIRE_KINDS; kind++) {
      if ((kinds & (1 << kind)) === 0) continue
      const price = row[at++]
      if (typeof price !== "bigint") return undefined
      tripwires.push({
        symbol,
        side: (kind & ASK) === 0 ? "bid" : "ask",
        direction: (kind & AT_OR_ABOVE) === 0 ? "atOrBelow" : "atOrAbove",
        price
      })
    }
  }
  return { tripwires, marginSlopes: marginSlopes ?? undefined, wakeAt: wakeAt ?? undefined, configurationVersion }
}
