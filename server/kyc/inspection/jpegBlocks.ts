/** jpegBlocks: the Huffman-coded blocks of a sequential JPEG scan, decoded to see that they are there; their values are of no interest. */

/** ITU-T T.81, annex C and F.2.2.3: codes of each length are consecutive. */
export interface HuffmanTable {
  /** By length: the largest code, −1 where there is none. */
  readonly maxCode: Int32Array
  /** By length: what to add to a code to find its value. */
  readonly offset: Int32Array
  readonly values: Uint8Array
}

export interface ScanComponent {
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
  /** In each unit of the scan. */
  readonly blocks: number
}

const CODE_BITS_MAX = 16
const COEFFICIENTS = 64
/** Run of sixteen zeros. */
const ZERO_RUN = 0xf0

export const makeHuffmanTable = (counts: Uint8Array, values: Uint8Array): HuffmanTable => {
  const maxCode = new Int32Array(CODE_BITS_MAX + 1).fill(-1)
  const offset = new Int32Array(CODE_BITS_MAX + 1)
  let code = 0
  let index = 0
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    const count = counts[length - 1] ?? 0
    offset[length] = index - code
    if (count > 0) maxCode[length] = code + count - 1
    code = (code + count) << 1
    index += count
  }
  return { maxCode, offset, values }
}

class Bits {
  readonly #bytes: Uint8Array
  #at = 0
  #held = 0
  #heldBits = 0
  /** More bits were asked for than there are. */
  isOver = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  next(): number {
    if (this.#heldBits === 0) {
      const byte = this.#bytes[this.#at]
      // FF 00 stands for FF; any other FF is a marker, where the bits end
      if (byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0)) {
        this.isOver = true
        return 1
      }
      this.#at += byte === 0xff ? 2 : 1
      this.#held = byte
      this.#heldBits = 8
    }
    this.#heldBits -= 1
    return (this.#held >> this.#heldBits) & 1
  }

  skip(count: number): void {
    for (let bit = 0; bit < count; bit++) this.next()
  }

  /** Goes on behind the restart marker that must stand here; answers its number, −1 when it does not. */
  restart(): number {
    this.#heldBits = 0
    while (this.#bytes[this.#at] === 0xff && this.#bytes[this.#at + 1] === 0xff) this.#at += 1
    const marker = this.#bytes[this.#at + 1] ?? 0
    if (this.#bytes[this.#at] !== 0xff || marker < 0xd0 || marker > 0xd7) return -1
    this.#at += 2
    return marker - 0xd0
  }

  /** Whole bytes that were not read. */
  get bytesLeft(): number {
    return this.#bytes.length - this.#at
  }
}

/** −1 for a code that the table does not have. */
const decodeValue = (bits: Bits, table: HuffmanTable): number => {
  let code = 0
  for (let length = 1; length <= CODE_BITS_MAX; length++) {
    code = (code << 1) | bits.next()
    if (code <= (table.maxCode[length] ?? -1)) return table.values[code + (table.offset[length] ?? 0)] ?? -1
  }
  return -1
}

const decodeBlock = (bits: Bits, { ac, dc }: ScanComponent): boolean => {
  const difference = decodeValue(bits, dc)
  if (difference < 0 || difference > CODE_BITS_MAX) return false
  bits.skip(difference)
  for (let position = 1; position < COEFFICIENTS; position++) {
    const value = decodeValue(bits, ac)
    if (value < 0) return false
    if (value === 0) break
    position += value >> 4
    if (position >= COEFFICIENTS) return false
    if (value !== ZERO_RUN) bits.skip(value & 15)
  }
  return !bits.isOver
}

/** Padding that encoders leave behind the last block. */
const BYTES_LEFT_MAX = 64

/** Whether `units` units are there, restart markers in their order, and nothing else. */
export const decodeBlocks = (
  coded: Uint8Array,
  components: ReadonlyArray<ScanComponent>,
  units: number,
  restartInterval: number
): boolean => {
  const bits = new Bits(coded)
  for (let unit = 0; unit < units; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
      if (bits.restart() !== (unit / restartInterval - 1) % 8) return false
    }
    for (const component of components) {
      for (let block = 0; block < component.blocks; block++) if (!decodeBlock(bits, component)) return false
    }
  }
  return bits.bytesLeft <= BYTES_LEFT_MAX
}
