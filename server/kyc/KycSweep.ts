/**
 * KycSweep: what time does to documents: approvals run out, half documents are given up, permissions are forgotten, and objects that nothing
 * refers to are removed. Every server does it; each step is one that may be done twice.
 */
import { AuditTrail } from "#db/AuditTrail.ts"
import { KycRecords, type KycReview } from "#db/KycRecords.ts"
import { AppConfig } from "#server/Config.ts"
import { DocumentStore } from "#server/kyc/DocumentStore.ts"
import { Clock, Context, Effect, Layer, Metric, Schedule } from "effect"

const DAY_MILLIS = 24 * 60 * 60 * 1000
/** A document whose other side never came. */
const HALF_DOCUMENT_MILLIS = 7 * DAY_MILLIS
/** Permissions are counted for a day. */
const UPLOADS_KEPT_MILLIS = DAY_MILLIS

const removed = Metric.counter("keel_kyc_orphans_removed_total", { description: "Objects that nothing referred to", incremental: true })

export class KycSweep extends Context.Service<KycSweep>()("server/kyc/KycSweep", {
  make: Effect.gen(function* () {
    const { kycOrphanAgeMillis } = yield* AppConfig
    const records = yield* KycRecords
    const store = yield* DocumentStore
    const trail = yield* AuditTrail

    const audited = (action: string, { documentId, kind, state, userId }: KycReview, at: number) =>
      trail.append({
        at,
        action,
        outcome: "done",
        actorId: null,
        actorRole: "system",
        subject: `user:${userId}`,
        ip: "",
        userAgent: "",
        requestId: "",
        reason: null,
        before: null,
        after: JSON.stringify({ documentId, kind, state })
      })

    const advance = Effect.fnUntraced(function* (documentId: string, event: "expire" | "cancel", at: number) {
      const advanced = yield* records.advance(documentId, event)
      if (advanced?.allowed === true) yield* audited(event === "expire" ? "kyc.expire" : "kyc.giveUp", advanced.review, at)
    })

    /** Objects older than the setting that no row refers to. A store that is down is swept the next time. */
    const removeOrphans = Effect.fn("KycSweep.removeOrphans")(function* (now: number) {
      let cursor: string | undefined
      let count = 0
      do {
        const page = yield* store.list(cursor)
        const old = page.objects.filter(({ modifiedAt }) => modifiedAt < now - kycOrphanAgeMillis).map(({ key }) => key)
        const referred = old.length === 0 ? new Set<string>() : yield* records.referred(old, now)
        const orphans = old.filter((key) => !referred.has(key))
        yield* store.remove(orphans)
        count += orphans.length
        cursor = page.cursor
      } while (cursor !== undefined)
      if (count > 0) yield* Effect.logInfo("Objects that nothing referred to were removed", { count })
      yield* Metric.update(removed, count)
      return count
    })

    const run = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      for (const documentId of yield* records.expired(now)) yield* advance(documentId, "expire", now)
      for (const documentId of yield* records.abandoned(now - HALF_DOCUMENT_MILLIS)) yield* advance(documentId, "cancel", now)
      yield* records.removeUploads(now - UPLOADS_KEPT_MILLIS)
      return yield* removeOrphans(now)
    })

    return { run }
  })
}) {
  static readonly layer = Layer.effect(KycSweep, KycSweep.make)

  /** By itself, again and again. */
  static readonly scheduled = Layer.effectDiscard(
    Effect.gen(function* () {
      const { kycEnabled, kycSweepMillis, s3Endpoint } = yield* AppConfig
      if (kycEnabled && s3Endpoint === "") yield* Effect.logWarning("S3_ENDPOINT is not set: clients cannot send documents")
      if (!kycEnabled || s3Endpoint === "") return
      const sweep = yield* KycSweep
      yield* sweep.run.pipe(
        Effect.catch((error) => Effect.logWarning("Documents were not swept", { cause: error.cause })),
        Effect.delay(kycSweepMillis),
        Effect.repeat(Schedule.forever),
        Effect.forkScoped
      )
    })
  )
}
