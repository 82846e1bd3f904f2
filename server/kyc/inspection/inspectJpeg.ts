/**
 * inspectJpeg: ITU-T T.81, walked from its first marker to its last, with nothing behind it. A sequential picture is decoded down to the
 * coefficients: every block that its header promises must be there. Of a progressive one the markers, tables and scans are checked.
 */
import { KYC_IMAGE_SIDE_PIXELS_MAX } from "#domain/kycFileLimits.ts"
import { Refused, requireNoForeignText, requireReasonableSize, requireThat } from "#server/kyc/inspection/Inspection.ts"
import { decodeBlocks, makeHuffmanTable, type HuffmanTable, type ScanComponent } from "#server/kyc/inspection/jpegBlocks.ts"

const SEGMENTS_MAX = 5_000
/** Progressive pictures of cameras have about ten. */
const SCANS_MAX = 100
const BLOCK_PIXELS = 8

interface Component {
  readonly id: number
  readonly horizontal: number
  readonly vertical: number
}
interface Frame {
  readonly isProgressive: boolean
  readonly width: number
  readonly height: number
  readonly components: ReadonlyArray<Component>
}

const damaged = (detail: string): Refused => new Refused("FILE_DAMAGED", detail)

/** SOF0, SOF1: sequential; SOF2: progressive. The others are arithmetic, lossless or hierarchical, which browsers do not show. */
const FRAME_MARKERS: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2])
const isOtherFrame = (marker: number): boolean => marker >= 0xc3 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7

const readFrame = (marker: number, segment: Buffer): Frame => {
  const count = segment[5] ?? 0
  if (segment[0] !== 8 || ![1, 3, 4].includes(count) || segment.length !== 6 + 3 * count) throw damaged("its frame header is wrong")
  const height = segment.readUInt16BE(1)
  const width = segment.readUInt16BE(3)
  requireReasonableSize(width, height)
  const components = Array.from({ length: count }, (_, index) => {
    const sampling = segment[7 + 3 * index] ?? 0
    return { id: segment[6 + 3 * index] ?? 0, horizontal: sampling >> 4, vertical: sampling & 15 }
  })
  const isSampled = components.every(({ horizontal, vertical }) => horizontal >= 1 && horizontal <= 4 && vertical >= 1 && vertical <= 4)
  if (!isSampled) throw damaged("its sampling is wrong")
  return { isProgressive: marker === 0xc2, width, height, components }
}

class JpegWalk {
  readonly #bytes: Buffer
  readonly #tables = new Map<number, HuffmanTable>()
  #at = 2
  #segments = 0
  #scans = 0
  #frame: Frame | undefined
  #restartInterval = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  run(): void {
    if (this.#bytes.readUInt16BE(0) !== 0xffd8) throw new Refused("FILE_TYPE_MISMATCH", "it does not begin like a JPEG")
    for (;;) {
      const marker = this.#nextMarker()
      if (marker === 0xd9) return this.#finish()
      this.#segment(marker)
      if (++this.#segments > SEGMENTS_MAX) throw new Refused("FILE_TOO_COMPLEX", "it has too many segments")
    }
  }

  #finish(): void {
    if (this.#frame === undefined || this.#scans === 0) throw damaged("it holds no picture")
    requireThat(this.#at === this.#bytes.length, "FILE_HAS_EXTRA_DATA", `${this.#bytes.length - this.#at} bytes stand behind its end`)
  }

  #nextMarker(): number {
    if (this.#bytes[this.#at] !== 0xff) throw damaged("a marker is missing")
    while (this.#bytes[this.#at] === 0xff) this.#at += 1
    const marker = this.#bytes[this.#at]
    if (marker === undefined) throw damaged("it ends too early")
    this.#at += 1
    return marker
  }

  #segment(marker: number): void {
    if (marker < 0xc0 || isRestart(marker) || marker === 0xd8 || marker === 0xdc) throw damaged("a marker is out of place")
    const length = this.#at + 2 <= this.#bytes.length ? this.#bytes.readUInt16BE(this.#at) : 0
    const end = this.#at + length
    if (length < 2 || end > this.#bytes.length) throw damaged("it ends too early")
    const segment = this.#bytes.subarray(this.#at + 2, end)
    this.#at = end
    if (FRAME_MARKERS.has(marker)) {
      if (this.#frame !== undefined) throw damaged("it has two frames")
      this.#frame = readFrame(marker, segment)
    } else if (isOtherFrame(marker)) {
      throw new Refused("FILE_TYPE_NOT_ALLOWED", "it is a kind of JPEG that browsers do not show")
    } else if (marker === 0xc4) {
      this.#readHuffmanTables(segment)
    } else if (marker === 0xdd) {
      if (segment.length !== 2) throw damaged("its restart interval is wrong")
      this.#restartInterval = segment.readUInt16BE(0)
    } else if (marker === 0xda) {
      this.#readScan(segment)
    } else if (marker === 0xfe || (marker >= 0xe0 && marker <= 0xef)) {
      requireNoForeignText(segment, "a comment or a profile")
    }
  }

  #readHuffmanTables(segment: Buffer): void {
    for (let at = 0; at < segment.length;) {
      const counts = segment.subarray(at + 1, at + 17)
      const total = counts.reduce((sum, count) => sum + count, 0)
      const values = segment.subarray(at + 17, at + 17 + total)
      if (counts.length !== 16 || values.length !== total || total > 256) throw damaged("a table is wrong")
      this.#tables.set(segment[at] ?? 0, makeHuffmanTable(counts, values))
      at += 17 + total
    }
  }

  /** The header of a scan, and what it codes. */
  #readScan(header: Buffer): void {
    const frame = this.#frame
    if (frame === undefined) throw damaged("a scan stands before its frame")
    if (++this.#scans > SCANS_MAX) throw new Refused("FILE_TOO_COMPLEX", "it has too many scans")
    const count = header[0] ?? 0
    if (count < 1 || count > 4 || header.length !== 4 + 2 * count) throw damaged("a scan's header is wrong")
    const end = this.#endOfScan()
    const coded = this.#bytes.subarray(this.#at, end)
    if (coded.length === 0) throw damaged("a scan is empty")
    if (!frame.isProgressive) this.#decode(frame, header, coded)
    this.#at = end
  }

  /** Where the next marker stands that is no restart. Within a scan FF is followed by 00. */
  #endOfScan(): number {
    for (let at = this.#bytes.indexOf(0xff, this.#at); at >= 0; at = this.#bytes.indexOf(0xff, at + 1)) {
      const next = this.#bytes[at + 1]
      if (next === undefined) break
      if (next !== 0 && next !== 0xff && !isRestart(next)) return at
    }
    throw damaged("it ends too early")
  }

  #decode(frame: Frame, header: Buffer, coded: Buffer): void {
    const chosen = Array.from({ length: header[0] ?? 0 }, (_, index) => {
      const component = frame.components.find(({ id }) => id === header[1 + 2 * index])
      const selector = header[2 + 2 * index] ?? 0
      const dc = this.#tables.get(selector >> 4)
      const ac = this.#tables.get(0x10 | (selector & 15))
      if (component === undefined || dc === undefined || ac === undefined) throw damaged("a scan names what is not there")
      return { component, dc, ac }
    })
    const horizontalMax = Math.max(...frame.components.map(({ horizontal }) => horizontal))
    const verticalMax = Math.max(...frame.components.map(({ vertical }) => vertical))
    const [only, ...others] = chosen
    if (only === undefined) throw damaged("a scan is empty")
    const units = (pixels: number, part: number, partMax: number, pixelsPerUnit: number): number =>
      Math.ceil(Math.ceil((pixels * part) / partMax) / pixelsPerUnit)
    const isAlone = others.length === 0
    const across = isAlone
      ? units(frame.width, only.component.horizontal, horizontalMax, BLOCK_PIXELS)
      : Math.ceil(frame.width / (BLOCK_PIXELS * horizontalMax))
    const down = isAlone
      ? units(frame.height, only.component.vertical, verticalMax, BLOCK_PIXELS)
      : Math.ceil(frame.height / (BLOCK_PIXELS * verticalMax))
    if (across > KYC_IMAGE_SIDE_PIXELS_MAX || down > KYC_IMAGE_SIDE_PIXELS_MAX) throw damaged("it has too many blocks")
    const components = chosen.map(({ ac, component, dc }): ScanComponent => ({
      dc,
      ac,
      blocks: isAlone ? 1 : component.horizontal * component.vertical
    }))
    if (!decodeBlocks(coded, components, across * down, this.#restartInterval)) throw damaged("its picture cannot be decoded")
  }
}

export const inspectJpeg = (bytes: Buffer): void => new JpegWalk(bytes).run()
