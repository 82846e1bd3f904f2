/** testingFiles: small files of each kind, made from their standards, and ways to spoil them. */
import { crc32, deflateSync } from "node:zlib"

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const uint16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

// ---- PNG

export const pngChunk = (type: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data])
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))])
}

export interface PngOptions {
  readonly width?: number
  readonly height?: number
  /** In place of the pixels that fit. */
  readonly pixels?: Buffer
  readonly before?: ReadonlyArray<Buffer>
  readonly interlaced?: boolean
}

export const PNG_SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex")

/** 8 bits of gray. */
export const png = ({ before = [], height = 240, interlaced = false, pixels, width = 320 }: PngOptions = {}): Buffer =>
  Buffer.concat([
    PNG_SIGNATURE,
    pngChunk("IHDR", Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 0, 0, 0, interlaced ? 1 : 0])])),
    ...before,
    pngChunk("IDAT", deflateSync(pixels ?? Buffer.alloc((width + 1) * height))),
    pngChunk("IEND", Buffer.alloc(0))
  ])

/** Compressed pixels that are already there, such as a bomb's. */
export const pngOf = (width: number, height: number, compressed: Buffer): Buffer =>
  Buffer.concat([
    PNG_SIGNATURE,
    pngChunk("IHDR", Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 0, 0, 0, 0])])),
    pngChunk("IDAT", compressed),
    pngChunk("IEND", Buffer.alloc(0))
  ])

// ---- JPEG

export const jpegSegment = (marker: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker]), uint16(data.length + 2), data])

export interface JpegOptions {
  readonly width?: number
  readonly height?: number
  readonly before?: ReadonlyArray<Buffer>
  /** In place of the blocks that fit. */
  readonly blocks?: number
}

/** Gray all over: each block is «no difference, nothing else», 00 and 10 in tables of one and two codes. */
export const jpeg = ({ before = [], blocks, height = 240, width = 320 }: JpegOptions = {}): Buffer => {
  const count = blocks ?? Math.ceil(width / 8) * Math.ceil(height / 8)
  // DC: the code 0 stands for no difference; AC: the code 0 for the end of the block. Two bits a block, the rest filled with ones.
  const bits = "00".repeat(count).padEnd(Math.ceil((count * 2) / 8) * 8, "1")
  const coded = Buffer.from((bits.match(/.{8}/gu) ?? []).flatMap((byte) => (byte === "11111111" ? [0xff, 0] : [Number.parseInt(byte, 2)])))
  const oneCode = Buffer.from([1, ...Array.from({ length: 15 }, () => 0), 0])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xe0, Buffer.from("4a46494600010100000100010000", "hex")),
    ...before,
    jpegSegment(0xdb, Buffer.from([0, ...Array.from({ length: 64 }, () => 1)])),
    jpegSegment(0xc0, Buffer.concat([Buffer.from([8]), uint16(height), uint16(width), Buffer.from([1, 1, 0x11, 0])])),
    jpegSegment(0xc4, Buffer.concat([Buffer.from([0x00]), oneCode])),
    jpegSegment(0xc4, Buffer.concat([Buffer.from([0x10]), oneCode])),
    jpegSegment(0xda, Buffer.from([1, 1, 0x00, 0, 63, 0])),
    coded,
    Buffer.from([0xff, 0xd9])
  ])
}

// ---- PDF

export interface PdfOptions {
  /** Into the catalog. */
  readonly catalog?: string
  /** Whole objects, `7 0 obj … endobj`. */
  readonly objects?: ReadonlyArray<string | Buffer>
  readonly trailer?: string
}

export const pdf = ({ catalog = "", objects = [], trailer = "" }: PdfOptions = {}): Buffer => {
  const bodies = [
    `1 0 obj\n<< /Type /Catalog /Pages 2 0 R ${catalog}>>\nendobj\n`,
    "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n",
    "4 0 obj\n<< /Length 37 >>\nstream\nBT /F1 24 Tf 72 720 Td (Hello) Tj ET\n\nendstream\nendobj\n",
    ...objects
  ]
  const body = Buffer.concat([Buffer.from("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n", "latin1"), ...bodies.map((one) => Buffer.from(one))])
  const end = `xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 5 /Root 1 0 R ${trailer}>>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.concat([body, Buffer.from(end, "latin1")])
}

export const pdfStream = (number: number, dictionary: string, data: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${number} 0 obj\n<< ${dictionary} /Length ${data.length} >>\nstream\n`, "latin1"),
    data,
    Buffer.from("\nendstream\nendobj\n", "latin1")
  ])

// ---- others

/** An empty archive, whose end record is all there is. */
export const zipEnd = (commentBytes = 0): Buffer =>
  Buffer.concat([Buffer.from("504b0506", "hex"), Buffer.alloc(16), Buffer.from([commentBytes & 255, commentBytes >> 8])])

export const without = (file: Buffer, bytes: number): Buffer => file.subarray(0, file.length - bytes)
