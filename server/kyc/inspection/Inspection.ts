/** Inspection: what is found out about a file. Inspectors throw `Refused`; any other error is a file that could not be understood. */
import type { KycFileRefusal, KycFileType } from "#domain/KycFile.ts"
import { KYC_IMAGE_PIXELS_MAX, KYC_IMAGE_SIDE_PIXELS_MAX, KYC_IMAGE_SIDE_PIXELS_MIN } from "#domain/kycFileLimits.ts"

export type Inspection =
  | { readonly _tag: "Accepted"; readonly type: KycFileType }
  | { readonly _tag: "Refused"; readonly code: KycFileRefusal; readonly detail: string }

/** Thrown by an inspector at the first thing that is wrong. */
export class Refused extends Error {
  readonly code: KycFileRefusal
  constructor(code: KycFileRefusal, detail: string) {
    super(detail)
    this.code = code
  }
}

export const requireThat = (condition: boolean, code: KycFileRefusal, detail: string): void => {
  if (!condition) throw new Refused(code, detail)
}

/** Judged from the header, before anything is decoded. */
export const requireReasonableSize = (width: number, height: number): void => {
  const size = `${width} × ${height} pixels`
  requireThat(
    width * height <= KYC_IMAGE_PIXELS_MAX && Math.max(width, height) <= KYC_IMAGE_SIDE_PIXELS_MAX,
    "IMAGE_TOO_LARGE",
    `it has ${size}`
  )
  requireThat(Math.min(width, height) >= KYC_IMAGE_SIDE_PIXELS_MIN, "IMAGE_TOO_SMALL", `it has ${size}`)
}

/** What other programs would take for their own: pages, scripts, documents. Looked for where a picture keeps text, never in its pixels. */
const FOREIGN_TEXT = /<script|<html|<svg|<!doctype|<iframe|<\?php|%pdf-|javascript:/iu

export const requireNoForeignText = (bytes: Uint8Array, where: string): void =>
  requireThat(!FOREIGN_TEXT.test(Buffer.from(bytes).toString("latin1")), "FILE_HAS_ACTIVE_CONTENT", `${where} holds a page or a script`)

const ZIP_END_BYTES = 22
const ZIP_COMMENT_BYTES_MAX = 65_535

/** A ZIP archive is read from its end: it may stand behind anything, or inside it with the rest as its comment. */
export const requireNoArchive = (bytes: Buffer): void => {
  const from = Math.max(0, bytes.length - ZIP_END_BYTES - ZIP_COMMENT_BYTES_MAX)
  for (let at = bytes.indexOf("PK\u0005\u0006", from, "latin1"); at >= 0; at = bytes.indexOf("PK\u0005\u0006", at + 1, "latin1")) {
    const isComplete = at + ZIP_END_BYTES <= bytes.length
    const ends = isComplete && at + ZIP_END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length
    requireThat(!ends, "FILE_HAS_EXTRA_DATA", "it is a ZIP archive too")
  }
}
