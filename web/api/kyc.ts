/** kyc: documents of the client, and how a file gets to the object store. Loaded with the page that shows them. */
import { Result } from "effect"
import type { KycGroup } from "#contract/KycGroup.ts"
import { KycDocumentView, KycOverview, KycUploadPermission } from "#contract/KycViews.ts"
import type { KycFileType } from "#domain/KycFile.ts"
import type { KycKind, KycSide } from "#domain/KycKind.ts"
import { call } from "./client.ts"
import { type Failure, failureWith } from "./failure.ts"
import { type Answer, operationsOf } from "./operation.ts"

const kyc = operationsOf<typeof KycGroup>()
const overview = kyc("GET /kyc", { success: KycOverview })
const uploadRequest = kyc("POST /kyc/uploads", { success: KycUploadPermission })
const uploadConfirmation = kyc("POST /kyc/uploads/:uploadId/confirm", { success: KycDocumentView })
const uploadEnd = kyc("DELETE /kyc/uploads/:uploadId", {})
const documentEnd = kyc("DELETE /kyc/documents/:documentId", {})

/** Tries of a confirmation while the store or the server does not answer. */
const CONFIRM_TRIES = 3
const CONFIRM_PAUSE_MILLIS = 1_500
/** A slow line may take its time; one on which nothing moves is given up. */
const UPLOAD_MILLIS_MAX = 240_000

export const loadKyc = (): Promise<Answer<KycOverview>> => call(overview())

export const cancelDocument = async (documentId: string): Promise<Failure | undefined> => {
  const answer = await call(documentEnd({ params: { documentId } }))
  return Result.isFailure(answer) ? answer.failure : undefined
}

export interface DocumentFile {
  readonly kind: KycKind
  readonly side: KycSide
  readonly content: Blob
  readonly type: KycFileType
}

export interface SendOptions {
  readonly signal: AbortSignal
  /** Share of the file that is sent, 0 to 1; 1 while it is being looked at. */
  readonly onProgress: (share: number) => void
}

/** The browser says so when the client stops it. */
export const STOPPED = "STOPPED"
/** The store did not take the file, or did not answer. */
const STORE_UNREACHABLE = "DOCUMENT_STORE_UNAVAILABLE"

/** `fetch` does not tell how far an upload is. */
const put = (
  permission: typeof KycUploadPermission.Type,
  content: Blob,
  { onProgress, signal }: SendOptions
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open(permission.method, permission.url)
    for (const [name, value] of Object.entries(permission.headers)) request.setRequestHeader(name, value)
    request.timeout = UPLOAD_MILLIS_MAX
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total))
    request.addEventListener("load", () => resolve(request.status >= 200 && request.status < 300 ? undefined : STORE_UNREACHABLE))
    request.addEventListener("error", () => resolve(STORE_UNREACHABLE))
    request.addEventListener("timeout", () => resolve(STORE_UNREACHABLE))
    request.addEventListener("abort", () => resolve(STOPPED))
    signal.addEventListener("abort", () => request.abort(), { once: true })
    request.send(content)
  })

const isWorthAnotherTry = ({ code }: Failure): boolean => ["DOCUMENT_STORE_UNAVAILABLE", "UNAVAILABLE", "UNREACHABLE"].includes(code)

const confirm = async (uploadId: string, signal: AbortSignal, tries = CONFIRM_TRIES): Promise<Answer<KycDocumentView>> => {
  const answer = await call(uploadConfirmation({ params: { uploadId } }))
  if (Result.isSuccess(answer) || !isWorthAnotherTry(answer.failure) || tries <= 1 || signal.aborted) return answer
  await new Promise((resolve) => setTimeout(resolve, CONFIRM_PAUSE_MILLIS))
  return confirm(uploadId, signal, tries - 1)
}

/** All the way to the document; whatever fails on the way leaves nothing behind that matters, and may be tried again from the start. */
export const sendDocument = async (file: DocumentFile, options: SendOptions): Promise<Answer<KycDocumentView>> => {
  const { content, kind, side, type } = file
  const { signal } = options
  const permission = await call(uploadRequest({ payload: { kind, side, contentType: type, bytes: content.size } }))
  if (Result.isFailure(permission)) return Result.fail(permission.failure)
  const { uploadId } = permission.success
  const failed = signal.aborted ? STOPPED : await put(permission.success, content, options)
  if (failed === undefined) options.onProgress(1)
  if (failed === undefined && !signal.aborted) return confirm(uploadId, signal)
  void call(uploadEnd({ params: { uploadId } }))
  return Result.fail(failureWith(failed ?? STOPPED))
}
