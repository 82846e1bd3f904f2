/**
 * prepareFile: what a client chose, as the server takes it. Photos are drawn anew: that gives phones' own formats and huge pictures a form that
 * everybody reads, and leaves behind what cameras write into them, such as where they were.
 */
import type { KycFileType } from "#domain/KycFile.ts"

/** Longer side of a photo; a page of A4 has 350 dots per inch then. */
const PHOTO_SIDE_PIXELS_MAX = 4_096
const JPEG_QUALITY = 0.9

export interface PreparedFile {
  readonly name: string
  readonly content: Blob
  readonly type: KycFileType
}

export type Preparation =
  | { readonly _tag: "Prepared"; readonly file: PreparedFile }
  | { readonly _tag: "Refused"; readonly code: "FILE_TYPE_NOT_ALLOWED" | "FILE_TOO_LARGE" | "FILE_EMPTY" }

const drawn = async (file: File): Promise<Blob | undefined> => {
  const picture = await createImageBitmap(file).catch(() => undefined)
  if (picture === undefined) return undefined
  const scale = Math.min(1, PHOTO_SIDE_PIXELS_MAX / Math.max(picture.width, picture.height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  const context = canvas.getContext("2d")
  if (context === null) return undefined
  // what was transparent is paper
  context.fillStyle = "white"
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY))
  return blob ?? undefined
}

export const prepareFile = async (file: File, bytesMax: number): Promise<Preparation> => {
  const { name } = file
  if (file.size === 0) return { _tag: "Refused", code: "FILE_EMPTY" }
  if (file.type === "application/pdf" || (file.type === "image/png" && file.size <= bytesMax)) {
    return file.size > bytesMax
      ? { _tag: "Refused", code: "FILE_TOO_LARGE" }
      : { _tag: "Prepared", file: { name, content: file, type: file.type } }
  }
  const content = file.type.startsWith("image/") ? await drawn(file) : undefined
  if (content === undefined) return { _tag: "Refused", code: "FILE_TYPE_NOT_ALLOWED" }
  return content.size > bytesMax
    ? { _tag: "Refused", code: "FILE_TOO_LARGE" }
    : { _tag: "Prepared", file: { name, content, type: "image/jpeg" } }
}
