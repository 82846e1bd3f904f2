/** inspectPng: ISO/IEC 15948, chunk by chunk with its checksums, the pixels decompressed, and nothing behind the last chunk. */
import { createInflate, crc32, inflateSync } from "node:zlib"
import { Refused, requireNoForeignText, requireReasonableSize, requireThat } from "#server/kyc/inspection/Inspection.ts"

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex")
const CHUNKS_MAX = 20_000
/** What a compressed text or profile may become. */
const TEXT_BYTES_MAX = 4 * 1024 * 1024
/** Samples of a pixel by color type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const BIT_DEPTHS: Readonly<Record<number, ReadonlyArray<number>>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16]
}
const FILTER_TYPE_MAX = 4
/** Chunks without which a picture cannot be shown have a capital first letter. */
const NEEDED: ReadonlySet<string> = new Set(["IHDR", "PLTE", "IDAT", "IEND"])
/** Adam7: x, y of the first pixel, and the steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2]
] as const

const damaged = (detail: string): Refused => new Refused("FILE_DAMAGED", detail)

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

const readChunks = (bytes: Buffer): ReadonlyArray<Chunk> => {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Refused("FILE_TYPE_MISMATCH", "it does not begin like a PNG")
  const chunks: Array<Chunk> = []
  for (let at = SIGNATURE.length; ;) {
    if (at + 12 > bytes.length) throw damaged("it ends too early")
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw damaged("it ends too early")
    const named = bytes.subarray(at + 4, end - 4)
    if (crc32(named) !== bytes.readUInt32BE(end - 4)) throw damaged("a checksum is wrong")
    chunks.push({ type: named.toString("latin1", 0, 4), data: named.subarray(4) })
    if (chunks.length > CHUNKS_MAX) throw new Refused("FILE_TOO_COMPLEX", "it has too many parts")
    at = end
    if (chunks.at(-1)?.type === "IEND") {
      requireThat(at === bytes.length, "FILE_HAS_EXTRA_DATA", `${bytes.length - at} bytes stand behind its end`)
      return chunks
    }
  }
}

interface Header {
  readonly width: number
  readonly height: number
  readonly bitsPerPixel: number
  readonly isPalette: boolean
  readonly isInterlaced: boolean
}

const readHeader = (chunk: Chunk | undefined): Header => {
  if (chunk?.type !== "IHDR" || chunk.data.length !== 13) throw damaged("its header is wrong")
  const [depth = 0, color = 0, compression, filter, interlace = 2] = chunk.data.subarray(8)
  if (BIT_DEPTHS[color]?.includes(depth) !== true || compression !== 0 || filter !== 0 || interlace > 1)
    throw damaged("its header is wrong")
  const width = chunk.data.readUInt32BE(0)
  const height = chunk.data.readUInt32BE(4)
  requireReasonableSize(width, height)
  return { width, height, bitsPerPixel: depth * (CHANNELS[color] ?? 0), isPalette: color === 3, isInterlaced: interlace === 1 }
}

interface Rows {
  readonly count: number
  /** With the byte that names the filter. */
  readonly bytes: number
}

const rowsOf = ({ bitsPerPixel, height, isInterlaced, width }: Header): ReadonlyArray<Rows> => {
  const rows = (across: number, down: number): Rows => ({ count: down, bytes: 1 + Math.ceil((across * bitsPerPixel) / 8) })
  if (!isInterlaced) return [rows(width, height)]
  return PASSES.map(([x, y, stepX, stepY]) => [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)] as const)
    .filter(([across, down]) => across > 0 && down > 0)
    .map(([across, down]) => rows(across, down))
}

/** Throws unless exactly these rows come out; never holds more than a piece of them. */
const decodePixels = async (compressed: Buffer, rows: ReadonlyArray<Rows>): Promise<void> => {
  const expected = rows.reduce((sum, { bytes, count }) => sum + bytes * count, 0)
  const filterPositions = filterPositionsOf(rows)
  let nextFilter = filterPositions.next()
  let seen = 0
  const inflate = createInflate()
  inflate.end(compressed)
  for await (const piece of inflate) {
    const bytes: Uint8Array = piece
    for (; !nextFilter.done && nextFilter.value < seen + bytes.length; nextFilter = filterPositions.next()) {
      if ((bytes[nextFilter.value - seen] ?? FILTER_TYPE_MAX + 1) > FILTER_TYPE_MAX) throw damaged("its picture cannot be decoded")
    }
    seen += bytes.length
    if (seen > expected) throw new Refused("FILE_HAS_EXTRA_DATA", "it decompresses to more than its picture")
  }
  if (seen !== expected) throw damaged("its picture is not whole")
  requireThat(inflate.bytesWritten === compressed.length, "FILE_HAS_EXTRA_DATA", "more than its picture is compressed in it")
}

function* filterPositionsOf(rows: ReadonlyArray<Rows>): Generator<number, undefined> {
  let at = 0
  for (const { bytes, count } of rows) for (let row = 0; row < count; row++, at += bytes) yield at
  return undefined
}

/** Where the compressed part of a text or profile begins; undefined when it has none. */
const compressedPart = ({ data, type }: Chunk): Buffer | undefined => {
  const name = data.indexOf(0)
  if (name < 0) return undefined
  if (type === "zTXt" || type === "iCCP") return data.subarray(name + 2)
  if (type !== "iTXt" || data[name + 1] !== 1) return undefined
  const language = data.indexOf(0, name + 3)
  const keyword = data.indexOf(0, language + 1)
  return language < 0 || keyword < 0 ? undefined : data.subarray(keyword + 1)
}

const inspectText = (chunk: Chunk): void => {
  requireNoForeignText(chunk.data, "a text")
  const compressed = compressedPart(chunk)
  if (compressed === undefined) return
  try {
    requireNoForeignText(inflateSync(compressed, { maxOutputLength: TEXT_BYTES_MAX }), "a text")
  } catch (error) {
    throw error instanceof Refused ? error : new Refused("FILE_TOO_COMPLEX", "a text cannot be decompressed")
  }
}

export const inspectPng = async (bytes: Buffer): Promise<void> => {
  const chunks = readChunks(bytes)
  const header = readHeader(chunks[0])
  const types = chunks.map(({ type }) => type)
  const unknown = types.find((type) => !NEEDED.has(type) && /^[A-Z]/u.test(type))
  if (unknown !== undefined || types.lastIndexOf("IHDR") !== 0) throw damaged("a part is unknown")
  requireThat(!types.includes("acTL"), "FILE_TYPE_NOT_ALLOWED", "it is animated")
  const first = types.indexOf("IDAT")
  const count = types.filter((type) => type === "IDAT").length
  if (first < 0 || types.lastIndexOf("IDAT") !== first + count - 1) throw damaged("its picture is not in one piece")
  if (header.isPalette && !types.slice(0, first).includes("PLTE")) throw damaged("its palette is missing")
  for (const chunk of chunks) if (!NEEDED.has(chunk.type)) inspectText(chunk)
  const compressed = Buffer.concat(chunks.slice(first, first + count).map(({ data }) => data))
  await decodePixels(compressed, rowsOf(header)).catch((error: unknown) => {
    throw error instanceof Refused ? error : damaged("its picture cannot be decompressed")
  })
}
