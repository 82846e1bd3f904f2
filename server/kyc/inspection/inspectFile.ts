/** inspectFile: whether a file is what it was said to be, judged by its content alone. */
import { fileTypeFromBuffer } from "file-type"
import type { KycFileType } from "#domain/KycFile.ts"
import { KYC_FILE_BYTES_MAX, KYC_FILE_BYTES_MIN } from "#domain/kycFileLimits.ts"
import { type Inspection, Refused, requireNoArchive, requireThat } from "#server/kyc/inspection/Inspection.ts"
import { inspectJpeg } from "#server/kyc/inspection/inspectJpeg.ts"
import { inspectPdf } from "#server/kyc/inspection/inspectPdf.ts"
import { inspectPng } from "#server/kyc/inspection/inspectPng.ts"

const INSPECTORS: Readonly<Record<KycFileType, (bytes: Buffer) => void | Promise<void>>> = {
  "application/pdf": inspectPdf,
  "image/jpeg": inspectJpeg,
  "image/png": inspectPng
}

const inspect = async (bytes: Buffer, declared: KycFileType): Promise<void> => {
  requireThat(
    bytes.length >= KYC_FILE_BYTES_MIN && bytes.length <= KYC_FILE_BYTES_MAX,
    "FILE_SIZE_MISMATCH",
    `it has ${bytes.length} bytes`
  )
  // an opinion that does not depend on ours
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined)
  const isKnown = found !== undefined && Object.hasOwn(INSPECTORS, found.mime)
  requireThat(isKnown, "FILE_TYPE_NOT_ALLOWED", found === undefined ? "its type is not known" : `it is ${found.mime}`)
  requireThat(found?.mime === declared, "FILE_TYPE_MISMATCH", `it is ${found?.mime}`)
  await INSPECTORS[declared](bytes)
  requireNoArchive(bytes)
}

/** Never fails: what cannot be understood is damaged. */
export const inspectFile = async (bytes: Buffer, declared: KycFileType): Promise<Inspection> => {
  try {
    await inspect(bytes, declared)
    return { _tag: "Accepted", type: declared }
  } catch (error) {
    if (error instanceof Refused) return { _tag: "Refused", code: error.code, detail: error.message }
    return { _tag: "Refused", code: "FILE_DAMAGED", detail: "it cannot be understood" }
  }
}
