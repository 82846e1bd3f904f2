/**
 * inspectPdf: ISO 32000. The file is not interpreted: whatever a reader makes of its structure, the names of everything that acts, hides or
 * reaches out must stand somewhere in it, in the open or in an object stream. So all of it is searched for those names, in any spelling, and
 * object streams that cannot be looked into are refused.
 */
import { inflateSync } from "node:zlib"
import { KYC_PDF_PAGES_MAX } from "#domain/kycFileLimits.ts"
import { Refused, requireThat } from "#server/kyc/inspection/Inspection.ts"

const STREAMS_MAX = 20_000
const OBJECT_STREAM_BYTES_MAX = 16 * 1024 * 1024
/** All streams together, decompressed: far above fifty scanned pages, far below what a reader dies of. */
const DECOMPRESSED_BYTES_MAX = 512 * 1024 * 1024
const STREAM_BYTES_MAX = 128 * 1024 * 1024
/** From `obj` to `stream`; real ones have some hundred characters. */
const DICTIONARY_LENGTH_MAX = 64 * 1024

/** Actions that run or fetch something, files inside the file, and forms that are programs. Each action needs its name here. */
const ACTIVE = [
  "/JavaScript",
  "/Launch",
  "/EmbeddedFile",
  "/RichMedia",
  "/Rendition",
  "/SubmitForm",
  "/ImportData",
  "/GoToE",
  "/GoToR",
  "/XFA",
  "/Collection",
  "<script"
] as const

const damaged = (detail: string): Refused => new Refused("FILE_DAMAGED", detail)

/** `/J#61vaScript` is `/JavaScript`. */
const unescapeNames = (text: string): string =>
  text.includes("#") ? text.replace(/#([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text

const requireHarmless = (text: string): void => {
  const found = ACTIVE.find((name) => text.includes(name))
  requireThat(found === undefined, "FILE_HAS_ACTIVE_CONTENT", `it holds ${found}`)
}

interface PdfStream {
  readonly dictionary: string
  /** Where the dictionary begins in the file. */
  readonly at: number
  readonly data: Buffer
}

function* streamsOf(bytes: Buffer, raw: string): Generator<PdfStream> {
  for (const match of raw.matchAll(/(?<!end)stream\r?\n/gu)) {
    const start = match.index + match[0].length
    const end = raw.indexOf("endstream", start)
    const at = raw.lastIndexOf(" obj", match.index)
    if (end < 0 || at < 0) throw damaged("a stream has no beginning or no end")
    requireThat(match.index - at <= DICTIONARY_LENGTH_MAX, "FILE_TOO_COMPLEX", "a stream's description is too long")
    yield { dictionary: raw.slice(at, match.index), at, data: bytes.subarray(start, end) }
  }
}

const isFlate = (dictionary: string): boolean => /\/(?:Filter|F)\s*(?:\[\s*)?\/(?:FlateDecode|Fl)\b/u.test(dictionary)
/** The only way of writing an object stream that programs use: compressed once, or not at all. */
const isPlainObjectStream = (dictionary: string): boolean =>
  !/\/(?:DecodeParms|DP|F|FFilter|Crypt)\b/u.test(dictionary) &&
  (!dictionary.includes("/Filter") || /\/Filter\s*(?:\[\s*)?\/FlateDecode\s*(?:\]|\/|>|\s)/u.test(dictionary)) &&
  !/\/FlateDecode\s*\/\w+Decode/u.test(dictionary)

const inflate = (data: Buffer, bytesMax: number): Buffer | "too large" | "not compressed" => {
  try {
    return inflateSync(data, { maxOutputLength: bytesMax })
  } catch (error) {
    return error instanceof RangeError ? "too large" : "not compressed"
  }
}

const positionsOf = (text: string, name: string): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) found.push(at)
  return found
}

/** Text of the compressed object streams. Everything that is compressed is decompressed once, to see how large it gets. */
const inspectStreams = (bytes: Buffer, raw: string, text: string): string => {
  const objects: Array<string> = []
  const mentioned = positionsOf(raw, "/ObjStm")
  const seen = new Set<number>()
  let streams = 0
  let decompressed = 0
  for (const { at, data, dictionary } of streamsOf(bytes, raw)) {
    if (++streams > STREAMS_MAX) throw new Refused("FILE_TOO_COMPLEX", "it has too many streams")
    const own = positionsOf(dictionary, "/ObjStm")
    for (const position of own) seen.add(at + position)
    const isObjects = own.length > 0
    requireThat(!isObjects || isPlainObjectStream(dictionary), "FILE_HAS_ACTIVE_CONTENT", "it hides what is in it")
    if (!isFlate(dictionary)) continue
    const bytesMax = Math.min(isObjects ? OBJECT_STREAM_BYTES_MAX : STREAM_BYTES_MAX, DECOMPRESSED_BYTES_MAX - decompressed + 1)
    const content = inflate(data, bytesMax)
    if (content === "too large") throw new Refused("FILE_TOO_COMPLEX", "it decompresses to too much")
    if (content === "not compressed") {
      if (isObjects) throw damaged("an object stream cannot be decompressed")
      continue
    }
    decompressed += content.length
    if (isObjects) objects.push(unescapeNames(content.toString("latin1")))
  }
  // one that no stream was found for, or that is spelled to be overlooked, was not looked into
  const isOpen = mentioned.every((position) => seen.has(position)) && positionsOf(text, "/ObjStm").length === mentioned.length
  requireThat(isOpen, "FILE_HAS_ACTIVE_CONTENT", "it hides what is in it")
  return objects.join("\n")
}

const requireFrame = (raw: string): void => {
  if (!/^%PDF-(?:1\.[0-7]|2\.0)[\r\n ]/u.test(raw)) throw new Refused("FILE_TYPE_MISMATCH", "it does not begin like a PDF")
  const end = raw.lastIndexOf("%%EOF")
  if (end < 0) throw damaged("it ends too early")
  requireThat(/^%%EOF[\r\n ]{0,4}$/u.test(raw.slice(end)), "FILE_HAS_EXTRA_DATA", "something stands behind its end")
  const offset = /startxref\s+(\d{1,10})\s+$/u.exec(raw.slice(Math.max(0, end - 64), end))?.[1]
  const table = offset === undefined ? "" : raw.slice(Number(offset), Number(offset) + 40).trimStart()
  if (!/^(?:xref\b|\d+\s+\d+\s+obj\b)/u.test(table)) throw damaged("its table of contents is not where it should be")
}

export const inspectPdf = (bytes: Buffer): void => {
  const raw = bytes.toString("latin1")
  requireFrame(raw)
  const text = unescapeNames(raw)
  requireThat(!text.includes("/Encrypt"), "FILE_ENCRYPTED", "it is protected by a password")
  requireHarmless(text)
  const objects = inspectStreams(bytes, raw, text)
  requireHarmless(objects)
  requireThat(/\/Root\b/u.test(text), "FILE_DAMAGED", "it has no root")
  const pages = [text, objects].reduce((sum, part) => sum + (part.match(/\/Type\s*\/Page(?![A-Za-z])/gu)?.length ?? 0), 0)
  requireThat(pages > 0, "FILE_DAMAGED", "it has no page")
  requireThat(pages <= KYC_PDF_PAGES_MAX, "FILE_TOO_COMPLEX", `it has ${pages} pages`)
}
