/**
 * KycRecords: documents, their files and the permissions to upload them. Whatever changes a client's documents holds the client's row
 * meanwhile, so that of several at once one is first; with the change go the client's status and what the CRM is told of it.
 */
import { documentTransitions, type DocumentLifecycleEvent } from "#actors/kyc/documentLifecycle.ts"
import { judgeDecision, type DecidedDocument, type KycJudgment, type KycVerdict } from "#actors/kyc/judgeDecision.ts"
import { writeEvents } from "#db/Outbox.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { OPEN_STATES, type KycDocumentState, type KycRejection } from "#domain/KycDocumentState.ts"
import type { KycFileRefusal, KycFileType } from "#domain/KycFile.ts"
import { KYC_KINDS, type KycKind, type KycProof, type KycSide } from "#domain/KycKind.ts"
import { kycStatus, type KycStatus } from "#domain/kycStatus.ts"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"

const DEADLINE = "5 seconds"
const DAY_MILLIS = 24 * 60 * 60 * 1000
/** Permissions that a client is given in 24 hours. */
export const UPLOADS_PER_DAY_MAX = 40
/** Documents that one client's page lists. */
const DOCUMENTS_MAX = 100
/** Rows that a sweep looks at in one go. */
const SWEEP_ROWS = 500

/** The database did not answer; nothing is known to have changed. */
export class KycUnavailable extends Schema.TaggedError<KycUnavailable>()("KycUnavailable", { cause: Schema.String }) {}

export interface KycUpload {
  readonly uploadId: string
  readonly userId: string
  readonly kind: KycKind
  readonly side: KycSide
  readonly objectKey: string
  readonly contentType: KycFileType
  readonly bytes: number
  readonly createdAt: number
  readonly confirmBy: number
  /** Undefined while it is under way. */
  readonly outcome: "confirmed" | "refused" | "canceled" | undefined
  readonly refusal: KycFileRefusal | undefined
  readonly documentId: string | undefined
}
export type NewUpload = Omit<KycUpload, "outcome" | "refusal" | "documentId">

export interface KycFile {
  readonly side: KycSide
  readonly objectKey: string
  readonly contentType: KycFileType
  readonly bytes: number
  readonly sha256: string
  readonly uploadedAt: number
}

export interface KycDocument extends DecidedDocument {
  readonly documentId: string
  readonly userId: string
  readonly createdAt: number
  readonly decidedAt: number | undefined
  readonly decidedBy: string | undefined
  readonly validUntil: number | undefined
  readonly files: ReadonlyArray<KycFile>
}
/** With whose it is. */
export interface KycReview extends KycDocument {
  readonly number: number
  readonly email: string
  readonly name: string | undefined
  readonly status: KycStatus
}

export type Permitting = { readonly _tag: "Permitted" | "DocumentOpen" } | { readonly _tag: "TooMany"; readonly retryAfterSeconds: number }

/** Of an upload whose file was taken. Known: another confirmation was first, and its document is answered. */
export type Confirming =
  | { readonly _tag: "Confirmed" | "Known"; readonly document: KycDocument }
  | { readonly _tag: "DocumentOpen" | "Over" }

export type Deciding = { readonly judgment: KycJudgment; readonly before: KycDocument; readonly review: KycReview }

export interface KycClient {
  readonly status: KycStatus
  readonly approvedUntil: number | undefined
}

interface UploadRow {
  readonly upload_id: string
  readonly user_id: string
  readonly kind: KycKind
  readonly side: KycSide
  readonly object_key: string
  readonly content_type: KycFileType
  readonly bytes: number
  readonly created_at: bigint
  readonly confirm_by: bigint
  readonly outcome: "confirmed" | "refused" | "canceled" | null
  readonly refusal: KycFileRefusal | null
  readonly document_id: string | null
}
/** As json_agg writes it. */
interface FileRow {
  readonly side: KycSide
  readonly object_key: string
  readonly content_type: KycFileType
  readonly bytes: number
  readonly sha256: string
  readonly uploaded_at: number
}
interface DocumentRow {
  readonly document_id: string
  readonly number: bigint
  readonly user_id: string
  readonly kind: KycKind
  readonly state: KycDocumentState
  readonly created_at: bigint
  readonly submitted_at: bigint | null
  readonly decided_at: bigint | null
  readonly decided_by: string | null
  readonly rejection: KycRejection | null
  readonly comment: string | null
  readonly issued_on: string | null
  readonly expires_on: string | null
  readonly valid_until: bigint | null
  readonly files: ReadonlyArray<FileRow>
  readonly email: string
  readonly name: string | null
  readonly status: KycStatus
}

const numberOf = (value: bigint | null): number | undefined => (value === null ? undefined : Number(value))

const upload = (row: UploadRow): KycUpload => ({
  uploadId: row.upload_id,
  userId: row.user_id,
  kind: row.kind,
  side: row.side,
  objectKey: row.object_key,
  contentType: row.content_type,
  bytes: row.bytes,
  createdAt: Number(row.created_at),
  confirmBy: Number(row.confirm_by),
  outcome: row.outcome ?? undefined,
  refusal: row.refusal ?? undefined,
  documentId: row.document_id ?? undefined
})

const review = (row: DocumentRow): KycReview => ({
  documentId: row.document_id,
  number: Number(row.number),
  userId: row.user_id,
  kind: row.kind,
  state: row.state,
  createdAt: Number(row.created_at),
  submittedAt: numberOf(row.submitted_at),
  decidedAt: numberOf(row.decided_at),
  decidedBy: row.decided_by ?? undefined,
  rejection: row.rejection ?? undefined,
  comment: row.comment ?? undefined,
  issuedOn: row.issued_on ?? undefined,
  expiresOn: row.expires_on ?? undefined,
  validUntil: numberOf(row.valid_until),
  files: row.files.map((file) => ({
    side: file.side,
    objectKey: file.object_key,
    contentType: file.content_type,
    bytes: file.bytes,
    sha256: file.sha256,
    uploadedAt: file.uploaded_at
  })),
  email: row.email,
  name: row.name ?? undefined,
  status: row.status
})

/** When the first approval runs out without which the client would not be approved. */
const approvedUntil = (required: ReadonlyArray<KycProof>, documents: ReadonlyArray<KycDocument>): number | undefined => {
  const ends = required.map((proof) => {
    const approvals = documents.filter(({ kind, state }) => state === "approved" && KYC_KINDS[kind].proves === proof)
    return Math.max(...approvals.map(({ validUntil }) => validUntil ?? Infinity))
  })
  const first = Math.min(...ends)
  return Number.isFinite(first) ? first : undefined
}

/** Of a refused document the CRM and the client are told why. */
const reasonOf = ({ comment, rejection }: KycDocument): string | null =>
  rejection === undefined ? null : comment === undefined ? rejection : `${rejection}: ${comment}`.slice(0, 500)

type Kyc<A> = Effect.Effect<A, KycUnavailable>

export class KycRecords extends Context.Service<
  KycRecords,
  {
    /** Takes the place of an earlier permission for the same side. */
    readonly permit: (upload: NewUpload) => Kyc<Permitting>
    readonly upload: (uploadId: string, userId: string) => Kyc<KycUpload | undefined>
    /** Answers whether it was still under way. */
    readonly closeUpload: (uploadId: string, outcome: { readonly refusal: KycFileRefusal } | "canceled") => Kyc<boolean>
    /** The file is in the store under `file.objectKey`. */
    readonly confirm: (uploadId: string, documentId: string, file: KycFile) => Kyc<Confirming>
    readonly client: (userId: string) => Kyc<KycClient>
    /** Newest first, without those that were canceled. */
    readonly documentsOf: (userId: string) => Kyc<ReadonlyArray<KycDocument>>
    readonly review: (documentId: string) => Kyc<KycReview | undefined>
    readonly page: (
      filter: { readonly state?: KycDocumentState | undefined; readonly userId?: string | undefined },
      page: { readonly limit: number; readonly cursor: number | undefined }
    ) => Kyc<{ readonly rows: ReadonlyArray<KycReview>; readonly cursor: number | undefined }>
    /** Undefined when there is no such document; else whether the machine allowed it, and the document as it is now. */
    readonly advance: (
      documentId: string,
      event: DocumentLifecycleEvent,
      owner?: string
    ) => Kyc<{ readonly allowed: boolean; readonly review: KycReview } | undefined>
    readonly decide: (documentId: string, verdict: KycVerdict, decidedBy: string, at: number) => Kyc<Deciding | undefined>
    /** Approved documents whose time is over. */
    readonly expired: (now: number) => Kyc<ReadonlyArray<string>>
    /** Documents that wait for their other side since before `createdBefore`. */
    readonly abandoned: (createdBefore: number) => Kyc<ReadonlyArray<string>>
    readonly removeUploads: (createdBefore: number) => Kyc<void>
    /** Those of the keys that a file, or an upload under way at `now`, refers to. */
    readonly referred: (objectKeys: ReadonlyArray<string>, now: number) => Kyc<ReadonlySet<string>>
  }
>()("db/KycRecords") {}

/** `required`: what has to be proved, from the settings. */
export const makeKycRecords = (required: ReadonlyArray<KycProof>) =>
  Layer.effect(
    KycRecords,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new KycUnavailable({ cause: String(cause) }))

      const select = (condition: ReturnType<typeof sql.literal>) =>
        Effect.map(
          sql<DocumentRow>`SELECT d.*, u.email, u.name, c.status, coalesce((SELECT json_agg(f ORDER BY f.side) FROM kyc_file f
              WHERE f.document_id = d.document_id), '[]') AS files
            FROM kyc_document d JOIN app_user u USING (user_id) JOIN kyc_client c USING (user_id) WHERE ${condition}`,
          (rows) => rows.map(review)
        )
      const byId = (documentId: string) => Effect.map(select(sql`d.document_id = ${documentId}`), ([found]) => found)
      const newest = (userId: string) =>
        select(sql`d.user_id = ${userId} AND d.state <> 'canceled' ORDER BY d.number DESC LIMIT ${DOCUMENTS_MAX}`)
      /** By the requirements of now, not of when the client was last told. */
      const standing = (documents: ReadonlyArray<KycDocument>): KycClient => {
        const status = kycStatus(required, documents.toReversed())
        return { status, approvedUntil: status === "approved" ? approvedUntil(required, documents) : undefined }
      }
      /** From here on this transaction alone changes the client's documents. */
      const lockClient = (userId: string) => sql<{ status: KycStatus }>`SELECT status FROM kyc_client WHERE user_id = ${userId} FOR UPDATE`
      const lockedUpload = (uploadId: string) =>
        Effect.map(sql<UploadRow>`SELECT * FROM kyc_upload WHERE upload_id = ${uploadId} FOR UPDATE`, ([row]) => row && upload(row))

      /** After a document changed its state: the client's status, and the word to the CRM. */
      const told = Effect.fnUntraced(function* (documentId: string) {
        const changed = yield* byId(documentId)
        if (changed === undefined) return yield* Effect.die(new Error(`document ${documentId} is gone`))
        const { status } = standing(yield* newest(changed.userId))
        yield* sql`UPDATE kyc_client SET status = ${status} WHERE user_id = ${changed.userId}`
        yield* writeEvents(sql, [
          {
            type: "kyc.status_changed",
            key: `${documentId} ${changed.state}`,
            userId: changed.userId,
            data: {
              userId: changed.userId,
              status,
              previousStatus: changed.status,
              document: { documentId, kind: changed.kind, status: changed.state },
              reason: reasonOf(changed)
            }
          }
        ])
        return { ...changed, status }
      })

      const permit = Effect.fnUntraced(function* (wanted: NewUpload) {
        const { bytes, confirmBy, contentType, createdAt, kind, objectKey, side, uploadId, userId } = wanted
        yield* sql`INSERT INTO kyc_client (user_id) VALUES (${userId}) ON CONFLICT DO NOTHING`
        yield* lockClient(userId)
        const [used] = yield* sql<{ count: bigint; oldest: bigint | null }>`SELECT count(*), min(created_at) AS oldest FROM kyc_upload
          WHERE user_id = ${userId} AND created_at > ${createdAt - DAY_MILLIS}`
        if (used !== undefined && Number(used.count) >= UPLOADS_PER_DAY_MAX) {
          const freeAt = Number(used.oldest) + DAY_MILLIS
          return { _tag: "TooMany", retryAfterSeconds: Math.max(1, Math.ceil((freeAt - createdAt) / 1000)) } satisfies Permitting
        }
        const [open] = yield* select(sql`d.user_id = ${userId} AND d.kind = ${kind} AND d.state IN ('submitted', 'inReview')`)
        if (open !== undefined) return { _tag: "DocumentOpen" } satisfies Permitting
        yield* sql`UPDATE kyc_upload SET outcome = 'canceled'
          WHERE user_id = ${userId} AND kind = ${kind} AND side = ${side} AND outcome IS NULL`
        yield* sql`INSERT INTO kyc_upload (upload_id, user_id, kind, side, object_key, content_type, bytes, created_at, confirm_by)
          VALUES (${uploadId}, ${userId}, ${kind}, ${side}, ${objectKey}, ${contentType}, ${bytes}, ${createdAt}, ${confirmBy})`
        return { _tag: "Permitted" } satisfies Permitting
      }, sql.withTransaction)

      const confirm = Effect.fnUntraced(function* (uploadId: string, newDocumentId: string, file: KycFile) {
        const [row] = yield* sql<{ user_id: string }>`SELECT user_id FROM kyc_upload WHERE upload_id = ${uploadId}`
        if (row === undefined) return { _tag: "Over" } satisfies Confirming
        yield* lockClient(row.user_id)
        const permission = yield* lockedUpload(uploadId)
        if (permission?.documentId !== undefined) {
          const document = yield* byId(permission.documentId)
          if (document !== undefined) return { _tag: "Known", document } satisfies Confirming
        }
        if (permission === undefined || permission.outcome !== undefined) return { _tag: "Over" } satisfies Confirming
        const { kind, side, userId } = permission
        const documents = yield* newest(userId)
        const open = documents.find((document) => document.kind === kind && OPEN_STATES.has(document.state))
        if (open !== undefined && open.state !== "pendingUpload") {
          yield* sql`UPDATE kyc_upload SET outcome = 'canceled' WHERE upload_id = ${uploadId}`
          return { _tag: "DocumentOpen" } satisfies Confirming
        }
        const documentId = open?.documentId ?? newDocumentId
        if (open === undefined) {
          yield* sql`INSERT INTO kyc_document (document_id, user_id, kind, state, created_at)
            VALUES (${documentId}, ${userId}, ${kind}, 'pendingUpload', ${file.uploadedAt})`
        }
        yield* sql`INSERT INTO kyc_file (document_id, side, object_key, content_type, bytes, sha256, uploaded_at)
          VALUES (${documentId}, ${side}, ${file.objectKey}, ${file.contentType}, ${file.bytes}, ${file.sha256}, ${file.uploadedAt})
          ON CONFLICT (document_id, side) DO UPDATE SET object_key = excluded.object_key, content_type = excluded.content_type,
            bytes = excluded.bytes, sha256 = excluded.sha256, uploaded_at = excluded.uploaded_at`
        yield* sql`UPDATE kyc_upload SET outcome = 'confirmed', document_id = ${documentId} WHERE upload_id = ${uploadId}`
        const sides = new Set([...(open?.files.map((one) => one.side) ?? []), side])
        if (!KYC_KINDS[kind].sides.every((one) => sides.has(one))) {
          const document = yield* byId(documentId)
          return document === undefined ? ({ _tag: "Over" } satisfies Confirming) : ({ _tag: "Confirmed", document } satisfies Confirming)
        }
        yield* sql`UPDATE kyc_document SET state = ${next("pendingUpload", "submit")}, submitted_at = ${file.uploadedAt}
          WHERE document_id = ${documentId}`
        return { _tag: "Confirmed", document: yield* told(documentId) } satisfies Confirming
      }, sql.withTransaction)

      /** The document, when nobody else can change it any more. */
      const locked = Effect.fnUntraced(function* (documentId: string) {
        const found = yield* byId(documentId)
        if (found === undefined) return undefined
        yield* lockClient(found.userId)
        return yield* byId(documentId)
      })

      const advance = Effect.fnUntraced(function* (documentId: string, event: DocumentLifecycleEvent, owner?: string) {
        const document = yield* locked(documentId)
        if (document === undefined || (owner !== undefined && document.userId !== owner)) return undefined
        const state = documentTransitions.next(document.state, event)
        if (state === undefined) return { allowed: false, review: document }
        yield* sql`UPDATE kyc_document SET state = ${state} WHERE document_id = ${documentId}`
        // what nothing refers to is swept out of the store
        if (state === "canceled") yield* sql`DELETE FROM kyc_file WHERE document_id = ${documentId}`
        if (document.state === "pendingUpload") return { allowed: true, review: { ...document, state, files: [] } }
        return { allowed: true, review: yield* told(documentId) }
      }, sql.withTransaction)

      const decide = Effect.fnUntraced(function* (documentId: string, verdict: KycVerdict, decidedBy: string, at: number) {
        const before = yield* locked(documentId)
        if (before === undefined) return undefined
        const judgment = judgeDecision(before, verdict, at)
        if (judgment._tag !== "Taken") return { judgment, before, review: before }
        const { comment, expiresOn, issuedOn, rejection, state, validUntil } = judgment.outcome
        yield* sql`UPDATE kyc_document SET state = ${state}, decided_at = ${at}, decided_by = ${decidedBy}, rejection = ${rejection ?? null},
            comment = ${comment ?? null}, issued_on = ${issuedOn ?? null}::date, expires_on = ${expiresOn ?? null}::date,
            valid_until = ${validUntil ?? null}
          WHERE document_id = ${documentId}`
        return { judgment, before, review: yield* told(documentId) }
      }, sql.withTransaction)

      const ids = (rows: Effect.Effect<ReadonlyArray<{ readonly document_id: string }>, SqlError.SqlError>) =>
        run(Effect.map(rows, (found) => found.map(({ document_id }) => document_id)))

      return KycRecords.of({
        permit: (wanted) => run(permit(wanted)),
        upload: (uploadId, userId) =>
          run(
            Effect.map(
              sql<UploadRow>`SELECT * FROM kyc_upload WHERE upload_id = ${uploadId} AND user_id = ${userId}`,
              ([row]) => row && upload(row)
            )
          ),
        closeUpload: (uploadId, outcome) =>
          run(
            Effect.map(
              sql`UPDATE kyc_upload SET outcome = ${outcome === "canceled" ? outcome : "refused"},
                  refusal = ${outcome === "canceled" ? null : outcome.refusal}
                WHERE upload_id = ${uploadId} AND outcome IS NULL RETURNING upload_id`,
              (rows) => rows.length > 0
            )
          ),
        confirm: (uploadId, documentId, file) => run(confirm(uploadId, documentId, file)),
        client: (userId) => run(Effect.map(newest(userId), standing)),
        documentsOf: (userId) => run(newest(userId)),
        review: (documentId) => run(byId(documentId)),
        page: ({ state, userId }, { cursor, limit }) =>
          run(
            Effect.map(
              select(
                sql`${sql.and([
                  sql`d.number < ${cursor ?? Number.MAX_SAFE_INTEGER}`,
                  ...(state === undefined ? [] : [sql`d.state = ${state}`]),
                  ...(userId === undefined ? [] : [sql`d.user_id = ${userId}`])
                ])} ORDER BY d.number DESC LIMIT ${limit + 1}`
              ),
              (rows) => ({ rows: rows.slice(0, limit), cursor: rows.length > limit ? rows[limit - 1]?.number : undefined })
            )
          ),
        advance: (documentId, event, owner) => run(advance(documentId, event, owner)),
        decide: (documentId, verdict, decidedBy, at) => run(decide(documentId, verdict, decidedBy, at)),
        expired: (now) =>
          ids(sql`SELECT document_id FROM kyc_document WHERE state = 'approved' AND valid_until <= ${now} LIMIT ${SWEEP_ROWS}`),
        abandoned: (createdBefore) =>
          ids(
            sql`SELECT document_id FROM kyc_document WHERE state = 'pendingUpload' AND created_at < ${createdBefore} LIMIT ${SWEEP_ROWS}`
          ),
        removeUploads: (createdBefore) => run(sql`DELETE FROM kyc_upload WHERE created_at < ${createdBefore}`).pipe(Effect.asVoid),
        referred: (objectKeys, now) =>
          run(
            Effect.map(
              sql<{ object_key: string }>`SELECT object_key FROM kyc_file WHERE ${sql.in("object_key", objectKeys)}
                UNION ALL SELECT object_key FROM kyc_upload WHERE ${sql.in("object_key", objectKeys)} AND outcome IS NULL AND confirm_by > ${now}`,
              (rows) => new Set(rows.map(({ object_key }) => object_key))
            )
          )
      })
    })
  )

/** Of transitions that the machine has. */
const next = (state: KycDocumentState, event: DocumentLifecycleEvent): KycDocumentState => {
  const target = documentTransitions.next(state, event)
  if (target === undefined) throw new Error(`${state} has no ${event}`)
  return target
}
