/** KycFile: what a file must be to be taken as a document. Its content decides, not its name. */
import { Schema } from "effect"

export const KycFileType = Schema.Literals(["application/pdf", "image/jpeg", "image/png"]).annotate({
  identifier: "KycFileType",
  description: "PDF, JPEG or PNG"
})
export type KycFileType = typeof KycFileType.Type

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
