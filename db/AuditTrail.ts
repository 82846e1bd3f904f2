/**
 * AuditTrail: who did what, append-only. Each row's hash covers its text, its number and the hash before it, so that an altered, missing or
 * moved row breaks the chain there.
 *
 * The chain has one end, whoever appends: entries of all nodes queue for one lock, and what gathers meanwhile is written together.
 */
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Deferred, Effect, Layer, Option, Queue, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { hash as digest } from "node:crypto"

/** Free text that is kept, in characters. */
const TEXT_LENGTH_MAX = 4_000
const ENTRIES_PER_BATCH_MAX = 256
/** Entries that wait: above this one is refused rather than memory filled. */
const ENTRIES_WAITING_MAX = 10_000
/** After a batch the next one gathers at least so long: under load a few large transactions instead of one for every two requests. */
const GATHERING = "20 millis"
const EXPORT_PAGE_ROWS = 1_000
const DEADLINE = "5 seconds"

export class AuditUnavailable extends Schema.TaggedError<AuditUnavailable>()("AuditUnavailable", { cause: Schema.String }) {}

const text = Schema.String
const AuditData = Schema.Struct({
  at: Schema.Int,
  action: text,
  outcome: text,
  actorId: Schema.NullOr(text),
  actorRole: Schema.NullOr(text),
  /** Who looked on as the actor; absent of the actor themselves. */
  impersonatedBy: Schema.optionalKey(text),
  subject: Schema.NullOr(text),
  ip: text,
  userAgent: text,
  requestId: text,
  reason: Schema.NullOr(text),
  before: Schema.NullOr(text),
  after: Schema.NullOr(text)
})
export interface AuditData extends Schema.Schema.Type<typeof AuditData> {}
export interface AuditEntry extends AuditData {
  readonly sequence: number
  readonly hash: string
}
export interface AuditFilter {
  /** Whole (`auth.login`), or a group (`auth`). */
  readonly action?: string
  readonly actorId?: string
  readonly subject?: string
  readonly outcome?: string
  readonly ip?: string
  /** Epoch milliseconds, inclusive. */
  readonly from?: number
  readonly to?: number
}
/** Where the chain breaks. */
export interface AuditDamage {
  readonly sequence: number
  readonly what: "altered" | "missing"
}

interface AuditRow {
  readonly sequence: bigint
  readonly data: string
  readonly hash: string
}

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(AuditData))

/** What PostgreSQL can keep, and no more of it than anybody will read. */
const kept = (value: string): string => value.toWellFormed().replaceAll("\u0000", "\ufffd").slice(0, TEXT_LENGTH_MAX)
const encode = (data: AuditData): string => JSON.stringify(data, (_, value: unknown) => (typeof value === "string" ? kept(value) : value))

export const auditHash = (previous: string, sequence: number, data: string): string =>
  digest("sha256", `${previous}\n${sequence}\n${data}`, "hex")

const auditEntry = (row: AuditRow): AuditEntry => ({ ...decode(row.data), sequence: Number(row.sequence), hash: row.hash })

interface Waiting {
  readonly data: string
  readonly done: Deferred.Deferred<void, AuditUnavailable>
}

export class AuditTrail extends Context.Service<
  AuditTrail,
  {
    /** Answers when it is written. */
    readonly append: (data: AuditData) => Effect.Effect<void, AuditUnavailable>
    /** Newest first, before `cursor`. */
    readonly page: (
      filter: AuditFilter,
      page: { readonly limit: number; readonly cursor: number | undefined }
    ) => Effect.Effect<{ readonly rows: ReadonlyArray<AuditEntry>; readonly cursor: number | undefined }, AuditUnavailable>
    /** Oldest first, as many as there are when it begins. */
    readonly stream: (filter: AuditFilter) => Stream.Stream<AuditEntry, AuditUnavailable>
    /** Walks the chain; answers its length, or the first row that does not fit. */
    readonly verify: Effect.Effect<{ readonly entries: number; readonly damage: AuditDamage | undefined }, AuditUnavailable>
  }
>()("db/AuditTrail") {
  static readonly layer = Layer.effect(
    AuditTrail,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const unavailable = (cause: unknown) => new AuditUnavailable({ cause: String(cause) })
      const run = <A, E>(effect: Effect.Effect<A, E>) => withDeadline(effect, DEADLINE, unavailable)
      const waiting = yield* Queue.dropping<Waiting>(ENTRIES_WAITING_MAX)

      const write = Effect.fnUntraced(function* (texts: ReadonlyArray<string>) {
        // held until the commit: whoever comes next sees the end of the chain as it is then
        yield* sql`SELECT pg_advisory_xact_lock(hashtext('audit_entry'))`
        const [last] = yield* sql<{ sequence: bigint; hash: string }>`SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1`
        let sequence = Number(last?.sequence ?? 0)
        let hash = last?.hash ?? ""
        const rows = texts.map((data) => {
          sequence += 1
          hash = auditHash(hash, sequence, data)
          return `{"sequence":${sequence},"data":${data},"hash":"${hash}"}`
        })
        yield* sql`INSERT INTO audit_entry (sequence, data, hash)
          SELECT * FROM json_to_recordset(${`[${rows.join(",")}]`}::json) AS r(sequence bigint, data json, hash text)`
      }, sql.withTransaction)

      const writeNext = Effect.gen(function* () {
        const batch = yield* Queue.takeBetween(waiting, 1, ENTRIES_PER_BATCH_MAX)
        const written = yield* Effect.result(run(write(batch.map(({ data }) => data))))
        for (const { done } of batch) Deferred.doneUnsafe(done, Effect.fromResult(written))
      })
      yield* writeNext.pipe(Effect.andThen(Effect.sleep(GATHERING)), Effect.forever, Effect.forkScoped)

      const append = Effect.fn("AuditTrail.append")(function* (data: AuditData) {
        const done = yield* Deferred.make<void, AuditUnavailable>()
        if (!(yield* Queue.offer(waiting, { data: encode(data), done }))) return yield* unavailable("too many entries wait")
        yield* Deferred.await(done)
      })

      const conditions = (filter: AuditFilter) => {
        const { action, actorId, from, ip, outcome, subject, to } = filter
        return sql.and([
          sql`TRUE`,
          ...(action === undefined ? [] : [sql`(action = ${action} OR starts_with(action, ${`${action}.`}))`]),
          ...(actorId === undefined ? [] : [sql`actor_id = ${actorId}`]),
          ...(subject === undefined ? [] : [sql`subject = ${subject}`]),
          ...(outcome === undefined ? [] : [sql`outcome = ${outcome}`]),
          ...(ip === undefined ? [] : [sql`ip = ${ip}`]),
          ...(from === undefined ? [] : [sql`at >= ${from}`]),
          ...(to === undefined ? [] : [sql`at <= ${to}`])
        ])
      }

      /** Rows after `after`, oldest first. */
      const rowsAfter = (after: number, filter: AuditFilter) =>
        run(
          sql<AuditRow>`SELECT sequence, data::text AS data, hash FROM audit_entry WHERE sequence > ${after} AND ${conditions(filter)}
            ORDER BY sequence LIMIT ${EXPORT_PAGE_ROWS}`
        )

      const stream = (filter: AuditFilter) =>
        Stream.paginate(0, (after: number) =>
          Effect.map(rowsAfter(after, filter), (rows) => {
            const next = rows.length < EXPORT_PAGE_ROWS ? undefined : Number(rows.at(-1)?.sequence)
            return [rows.map(auditEntry), next === undefined ? Option.none() : Option.some(next)] as const
          })
        )

      const verify = Effect.gen(function* () {
        let entries = 0
        let previous = ""
        for (;;) {
          const rows = yield* rowsAfter(entries, {})
          for (const { data, hash, sequence } of rows) {
            entries += 1
            if (Number(sequence) !== entries) return { entries, damage: { sequence: entries, what: "missing" } satisfies AuditDamage }
            if (auditHash(previous, entries, data) !== hash)
              return { entries, damage: { sequence: entries, what: "altered" } satisfies AuditDamage }
            previous = hash
          }
          if (rows.length < EXPORT_PAGE_ROWS) return { entries, damage: undefined }
        }
      })

      return AuditTrail.of({
        append,
        page: (filter, { cursor, limit }) =>
          Effect.map(
            run(
              sql<AuditRow>`SELECT sequence, data::text AS data, hash FROM audit_entry
                WHERE sequence < ${cursor ?? Number.MAX_SAFE_INTEGER} AND ${conditions(filter)} ORDER BY sequence DESC LIMIT ${limit + 1}`
            ),
            (rows) => ({
              rows: rows.slice(0, limit).map(auditEntry),
              cursor: rows.length > limit ? Number(rows[limit - 1]?.sequence) : undefined
            })
          ),
        stream,
        verify
      })
    })
  )
}
