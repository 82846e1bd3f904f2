/**
 * Kyc: how a client's documents come in, and how they are decided.
 *
 * A file goes from the browser to the store under a key of its own that nothing refers to, and is read from there when its upload is
 * confirmed. What was read and found good is written under another key, which only the server ever knew: the permission to upload is good
 * for some minutes more, and must not change what was judged. Only then is there a row. So a row always has its object; an object without a
 * row is swept (`KycSweep`).
 */
import { documentTransitions } from "#actors/kyc/documentLifecycle.ts"
import type { KycVerdict } from "#actors/kyc/judgeDecision.ts"
import { kindViews, KycFileRefused, type KycOverview, type KycUploadRequest } from "#contract/KycViews.ts"
import { Conflict, NotFound, ServiceUnavailable, TooManyRequests, ValidationFailed } from "#contract/Problem.ts"
import { KycRecords, type KycFile, type KycReview, type KycUpload } from "#db/KycRecords.ts"
import type { KycFileRefusal } from "#domain/KycFile.ts"
import { KYC_FILE_BYTES_MAX } from "#domain/kycFileLimits.ts"
import { KYC_KINDS, type KycSide } from "#domain/KycKind.ts"
import { proofStatus } from "#domain/kycStatus.ts"
import { RETRY_AFTER_SECONDS, unavailable } from "#server/api/refusals.ts"
import { AppConfig } from "#server/Config.ts"
import { DocumentStore, type StoreUnavailable } from "#server/kyc/DocumentStore.ts"
import { FileInspector } from "#server/kyc/FileInspector.ts"
import { documentView } from "#server/kyc/kycViews.ts"
import { Clock, Context, Effect, Layer, Semaphore } from "effect"
import { hash, randomBytes } from "node:crypto"

/** A URL is good for so long, for one PUT of one type and length. */
const UPLOAD_SECONDS = 300
/** And for so long afterwards the upload may be confirmed, as when the store was down in between. */
const CONFIRM_MILLIS = 900_000
/** Files that are in memory at once. */
const CONFIRMATIONS_MAX = 6
/** 128 bits. */
const ID_BYTES = 16

const randomId = (): string => randomBytes(ID_BYTES).toString("hex")

export const storeUnavailable = (): ServiceUnavailable =>
  new ServiceUnavailable({ code: "DOCUMENT_STORE_UNAVAILABLE", retryAfterSeconds: RETRY_AFTER_SECONDS })
const off = (): Conflict => new Conflict({ code: "KYC_OFF" })
const uploadOver = (): Conflict => new Conflict({ code: "UPLOAD_OVER" })
const documentMissing = (): NotFound => new NotFound({ code: "KYC_DOCUMENT_NOT_FOUND" })
const uploadMissing = (): NotFound => new NotFound({ code: "KYC_UPLOAD_NOT_FOUND" })
const wrongField = (pointer: string, detail: string): ValidationFailed =>
  new ValidationFailed({ errors: [{ in: "body", pointer, detail }] })

export class Kyc extends Context.Service<Kyc>()("server/kyc/Kyc", {
  make: Effect.gen(function* () {
    const { kycGates, kycRequired, s3Endpoint, ...config } = yield* AppConfig
    const records = yield* KycRecords
    const store = yield* DocumentStore
    const inspector = yield* FileInspector
    const turns = yield* Semaphore.make(CONFIRMATIONS_MAX)
    const enabled = config.kycEnabled && s3Endpoint !== ""
    const known = <A, E>(effect: Effect.Effect<A, E>) => Effect.mapError(effect, unavailable)
    const stored = <A>(effect: Effect.Effect<A, StoreUnavailable>) => Effect.mapError(effect, storeUnavailable)
    /** What is left behind is swept. */
    const removeLater = (key: string) => Effect.ignore(store.remove([key])).pipe(Effect.forkDetach, Effect.asVoid)

    const overview = Effect.fn("Kyc.overview")(function* (userId: string) {
      const [{ status }, documents] = yield* known(Effect.all([records.client(userId), records.documentsOf(userId)]))
      const oldestFirst = documents.toReversed()
      return {
        enabled,
        status,
        gates: enabled ? kycGates : [],
        required: kycRequired.map((proof) => ({ proof, status: proofStatus(proof, oldestFirst) })),
        kinds: kindViews.filter(({ proves }) => kycRequired.includes(proves)),
        fileBytesMax: KYC_FILE_BYTES_MAX,
        documents: documents.map(documentView)
      } satisfies KycOverview
    })

    const requestUpload = Effect.fn("Kyc.requestUpload")(function* (userId: string, { bytes, contentType, kind, side }: KycUploadRequest) {
      if (!enabled) return yield* off()
      const { proves, sides } = KYC_KINDS[kind]
      if (!kycRequired.includes(proves)) return yield* wrongField("/kind", "This kind of document is not asked for")
      if (!sides.includes(side)) return yield* wrongField("/side", `This kind of document has: ${sides.join(", ")}`)
      const objectKey = `uploads/${randomId()}`
      const { expiresAt, url } = yield* stored(store.uploadUrl(objectKey, contentType, bytes, UPLOAD_SECONDS))
      const createdAt = yield* Clock.currentTimeMillis
      const uploadId = `up_${randomId()}`
      const confirmBy = expiresAt + CONFIRM_MILLIS
      const permitting = yield* known(records.permit({ uploadId, userId, kind, side, objectKey, contentType, bytes, createdAt, confirmBy }))
      if (permitting._tag === "TooMany") return yield* new TooManyRequests({ retryAfterSeconds: permitting.retryAfterSeconds })
      if (permitting._tag === "DocumentOpen") return yield* new Conflict({ code: "DOCUMENT_OPEN" })
      return { uploadId, url, method: "PUT" as const, headers: { "content-type": contentType }, expiresAt }
    })

    const uploadOf = Effect.fnUntraced(function* (uploadId: string, userId: string) {
      const upload = yield* known(records.upload(uploadId, userId))
      return upload ?? (yield* uploadMissing())
    })

    const refuse = Effect.fnUntraced(function* ({ objectKey, uploadId }: KycUpload, code: KycFileRefusal) {
      yield* known(records.closeUpload(uploadId, { refusal: code }))
      yield* removeLater(objectKey)
      return yield* new KycFileRefused({ code })
    })

    /** The file of an upload, when it is good. */
    const judge = Effect.fnUntraced(function* (upload: KycUpload) {
      const object = yield* stored(store.read(upload.objectKey, KYC_FILE_BYTES_MAX))
      if (object === undefined) return yield* new Conflict({ code: "UPLOAD_MISSING" })
      // a store checks this by the signature; one that does not is not believed
      if (object === "too large" || object.bytes.length !== upload.bytes) return yield* refuse(upload, "FILE_SIZE_MISMATCH")
      if (object.contentType !== upload.contentType) return yield* refuse(upload, "FILE_TYPE_MISMATCH")
      const inspection = yield* inspector.inspect(object.bytes, upload.contentType)
      if (inspection._tag === "Refused") {
        yield* Effect.logInfo("A document was not taken", { uploadId: upload.uploadId, code: inspection.code, detail: inspection.detail })
        return yield* refuse(upload, inspection.code)
      }
      return object.bytes
    })

    const confirm = Effect.fnUntraced(function* (upload: KycUpload) {
      const bytes = yield* judge(upload)
      const file: KycFile = {
        side: upload.side,
        objectKey: `documents/${randomId()}`,
        contentType: upload.contentType,
        bytes: bytes.length,
        sha256: hash("sha256", bytes, "hex"),
        uploadedAt: yield* Clock.currentTimeMillis
      }
      yield* stored(store.write(file.objectKey, bytes, file.contentType))
      const confirming = yield* known(records.confirm(upload.uploadId, `doc_${randomId()}`, file))
      yield* removeLater(upload.objectKey)
      if (confirming._tag === "Confirmed") return documentView(confirming.document)
      yield* removeLater(file.objectKey)
      if (confirming._tag === "Known") return documentView(confirming.document)
      return yield* confirming._tag === "DocumentOpen" ? new Conflict({ code: "DOCUMENT_OPEN" }) : uploadOver()
    })

    /** What came of an upload before; undefined while it is under way. */
    const earlierAnswer = Effect.fnUntraced(function* ({ confirmBy, documentId, outcome, refusal }: KycUpload) {
      if (refusal !== undefined) return yield* new KycFileRefused({ code: refusal })
      if (documentId !== undefined) {
        const document = yield* known(records.review(documentId))
        return document === undefined ? yield* documentMissing() : documentView(document)
      }
      const isOver = outcome !== undefined || (yield* Clock.currentTimeMillis) > confirmBy
      return isOver ? yield* uploadOver() : undefined
    })

    const confirmUpload = Effect.fn("Kyc.confirmUpload")(
      function* (uploadId: string, userId: string) {
        const upload = yield* uploadOf(uploadId, userId)
        const earlier = yield* earlierAnswer(upload)
        if (earlier !== undefined) return earlier
        return yield* Effect.catchTag(confirm(upload), "Conflict", (problem) =>
          // another confirmation may have been quicker, and have taken the object away
          Effect.flatMap(Effect.flatMap(uploadOf(uploadId, userId), earlierAnswer), (answer) =>
            answer === undefined ? Effect.fail(problem) : Effect.succeed(answer)
          )
        )
      },
      // the look at what came of it too: of many at once, most are answered by the first
      (effect) => turns.withPermits(1)(effect)
    )

    const cancelUpload = Effect.fn("Kyc.cancelUpload")(function* (uploadId: string, userId: string) {
      const upload = yield* uploadOf(uploadId, userId)
      yield* known(records.closeUpload(uploadId, "canceled"))
      if (upload.outcome === undefined) yield* removeLater(upload.objectKey)
    })

    const cancelDocument = Effect.fn("Kyc.cancelDocument")(function* (documentId: string, userId: string) {
      const advanced = yield* known(records.advance(documentId, "cancel", userId))
      if (advanced === undefined) return yield* documentMissing()
      const { state } = advanced.review
      if (!advanced.allowed && state !== "canceled") {
        return yield* new Conflict({ code: state === "inReview" ? "DOCUMENT_IN_REVIEW" : "DOCUMENT_DECIDED" })
      }
    })

    const review = Effect.fn("Kyc.review")(function* (documentId: string) {
      return (yield* known(records.review(documentId))) ?? (yield* documentMissing())
    })

    /** Answers what changed; begun twice is begun. */
    const startReview = Effect.fn("Kyc.startReview")(function* (documentId: string) {
      const advanced = yield* known(records.advance(documentId, "startReview"))
      if (advanced === undefined) return yield* documentMissing()
      const { state } = advanced.review
      if (advanced.allowed || state === "inReview") return advanced.review
      const isOver = documentTransitions.next(state, "submit") === undefined && state !== "canceled"
      return yield* new Conflict({ code: isOver ? "DOCUMENT_DECIDED" : "DOCUMENT_NOT_SUBMITTED" })
    })

    const decide = Effect.fn("Kyc.decide")(function* (documentId: string, verdict: KycVerdict, decidedBy: string) {
      const deciding = yield* known(records.decide(documentId, verdict, decidedBy, yield* Clock.currentTimeMillis))
      if (deciding === undefined) return yield* documentMissing()
      const { before, judgment, review } = deciding
      switch (judgment._tag) {
        case "Taken":
        case "Repeated":
          return { before, review }
        case "Contradicted":
          return yield* new Conflict({ code: "DOCUMENT_DECIDED", context: { state: before.state } })
        case "NotSubmitted":
          return yield* new Conflict({ code: "DOCUMENT_NOT_SUBMITTED", context: { state: before.state } })
        case "Unfit":
          return yield* wrongField(`/${judgment.field}`, judgment.detail)
      }
    })

    const file = Effect.fn("Kyc.file")(function* (documentId: string, side: KycSide) {
      const document: KycReview = yield* review(documentId)
      const found = document.files.find((one) => one.side === side)
      if (found === undefined) return yield* documentMissing()
      const object = yield* stored(store.read(found.objectKey, KYC_FILE_BYTES_MAX))
      // the row says that there is one of this content: a store without it has lost or changed it
      if (object === undefined || object === "too large" || hash("sha256", object.bytes, "hex") !== found.sha256) {
        yield* Effect.logError("A document's file is missing or altered", { documentId, side, objectKey: found.objectKey })
        return yield* storeUnavailable()
      }
      return { document, file: found, bytes: object.bytes }
    })

    return { overview, requestUpload, confirmUpload, cancelUpload, cancelDocument, review, startReview, decide, file }
  })
}) {
  static readonly layer = Layer.effect(Kyc, Kyc.make)
}
