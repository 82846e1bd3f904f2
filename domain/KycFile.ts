/** KycFile: what a file must be to be taken as a document. Its content decides, not its name. */
import { Schema } from "effect"

export const KycFileType = Schema.Literals(["application/pdf", "image/jpeg", "image/png"]).annotate({
  identifier: "KycFileType",
  description: "PDF, JPEG or PNG"
})
export type KycFileType = typeof KycFileType.Type

export const KYC_FILE_BYTES_MAX = 10 * 1024 * 1024
/** Nothing that shows a document is smaller. */
export const KYC_FILE_BYTES_MIN = 50
/** Enough for any camera; what decodes to more is meant to hurt. */
export const KYC_IMAGE_PIXELS_MAX = 64_000_000
export const KYC_IMAGE_SIDE_PIXELS_MAX = 16_384
/** Below this nobody can read it. */
export const KYC_IMAGE_SIDE_PIXELS_MIN = 200
export const KYC_PDF_PAGES_MAX = 50

/** Why a file is not taken. */
export const KycFileRefusal = Schema.Literals([
  "FILE_SIZE_MISMATCH",
  "FILE_TYPE_NOT_ALLOWED",
  "FILE_TYPE_MISMATCH",
  "FILE_DAMAGED",
  "FILE_ENCRYPTED",
  "FILE_HAS_ACTIVE_CONTENT",
  "FILE_HAS_EXTRA_DATA",
  "FILE_TOO_COMPLEX",
  "IMAGE_TOO_LARGE",
  "IMAGE_TOO_SMALL"
])
export type KycFileRefusal = typeof KycFileRefusal.Type
