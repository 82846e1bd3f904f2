/**
 * FundingRequests: deposits and withdrawals as clients asked for them, and every step that was taken.
 *
 * A step that moves money is written down before the account is asked, and finished when the account has answered. In between it is
 * pending: nothing else can be decided, and whoever finds it (the next caller, or the sweep after a crash) finishes it. The account does a
 * step once, because its command's id is the request and the step's number.
 */
import { Origin } from "#actors/account/AccountCommand.ts"
import { Rejection } from "#actors/account/Rejection.ts"
import { isSameDecision, judgeDecision, type FundingDecision } from "#actors/funding/judgeDecision.ts"
import { fundingCommand } from "#actors/funding/fundingCommand.ts"
import { writeEvents } from "#db/Outbox.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { currencyDigitsOf } from "#domain/Currency.ts"
import { decimal, formatDecimal, type Decimal } from "#domain/Decimal.ts"
import { FundingDetails, type FundingKind, type FundingRequest, type FundingStatus } from "#domain/FundingRequest.ts"
import type { FundingRefusal, FundingUsage } from "#domain/fundingRefusal.ts"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { hash } from "node:crypto"

const DEADLINE = "5 seconds"
/** What counts for a method's limit of a day. */
const DAY_MILLIS = 24 * 60 * 60 * 1000
/** Pending steps that are read at once. */
const PENDING_PAGE_ROWS = 100

/** The database did not answer; nothing is known to have changed. */
export class FundingUnavailable extends Schema.TaggedError<FundingUnavailable>()("FundingUnavailable", { cause: Schema.String }) {}

/** Why the account refused a step, and its version then. */
const StepRefusal = Schema.Struct({ ...Rejection.fields, version: Schema.Int })
export interface StepRefusal extends Schema.Schema.Type<typeof StepRefusal> {}

export interface FundingStep {
  readonly number: number
  readonly status: FundingStatus
  readonly amount: Decimal
  readonly reason: string | undefined
  readonly origin: Origin
  readonly key: string | undefined
  readonly begunAt: number
  /** Undefined while it is pending. */
  readonly finishedAt: number | undefined
  readonly refusal: StepRefusal | undefined
}

export interface FundingRecord extends FundingRequest {
  readonly number: number
  readonly requestId: string
  readonly kind: FundingKind
  readonly accountId: string
  readonly clientId: string
  readonly status: FundingStatus
  readonly approvedAmount: Decimal | undefined
  readonly reason: string | undefined
  readonly opened: boolean
  readonly pending: FundingStep | undefined
  /** Oldest first. */
  readonly steps: ReadonlyArray<FundingStep>
  readonly requestedAt: number
  readonly updatedAt: number
}

export interface NewFunding extends FundingRequest {
  readonly kind: FundingKind
  readonly accountId: string
  readonly clientId: string
  readonly key: string
  readonly origin: Origin
  readonly at: number
}
export interface NewDecision extends FundingDecision {
  readonly origin: Origin
  readonly key: string | undefined
  readonly at: number
}

/** Known: this key asked for the same before. */
export type Opening =
  | { readonly _tag: "Opened" | "Known"; readonly record: FundingRecord }
  | { readonly _tag: "Refused"; readonly refusal: FundingRefusal }
  | { readonly _tag: "KeyReused" }

/**
 * Taken: this very step (by its key, or begun now, or asked for by somebody else at the same time) decides the answer. Busy: another one is
 * pending and must be finished first. Repeated: decided so before. Contradicted: decided otherwise.
 */
export type Beginning =
  | { readonly _tag: "Taken"; readonly record: FundingRecord; readonly step: FundingStep }
  | { readonly _tag: "Busy" | "Repeated" | "Contradicted"; readonly record: FundingRecord }
  | { readonly _tag: "KeyReused" | "Missing" }

/** What an account has asked for already; the amounts of the last 24 hours by method. */
export interface KindUsage {
  readonly openRequests: number
  readonly dayAmounts: ReadonlyMap<string, Decimal>
}

export interface FundingFilter {
  readonly kind: FundingKind
  readonly accountId?: string | undefined
  readonly clientId?: string | undefined
  readonly status?: FundingStatus | undefined
}

interface RequestRow {
  readonly number: bigint
  readonly request_id: string
  readonly kind: FundingKind
  readonly account_id: string
  readonly client_id: string
  readonly method: string
  readonly amount: string
  readonly currency: string
  readonly details: unknown
  readonly status: FundingStatus
  readonly approved_amount: string | null
  readonly reason: string | null
  readonly opened: boolean
  readonly pending_step: number | null
  readonly body_hash: string
  readonly requested_at: bigint
  readonly updated_at: bigint
  readonly steps: ReadonlyArray<StepRow>
}
/** As json_agg writes it. */
interface StepRow {
  readonly number: number
  readonly status: FundingStatus
  readonly amount: string
  readonly reason: string | null
  readonly origin: unknown
  readonly step_key: string | null
  readonly begun_at: number
  readonly finished_at: number | null
  readonly refusal: unknown
}

const decodeOrigin = Schema.decodeUnknownSync(Origin)
const decodeDetails = Schema.decodeUnknownSync(FundingDetails)
const decodeRefusal = Schema.decodeUnknownSync(StepRefusal)

const fundingStep = (row: StepRow): FundingStep => ({
  number: row.number,
  status: row.status,
  amount: decimal(row.amount),
  reason: row.reason ?? undefined,
  origin: decodeOrigin(row.origin),
  key: row.step_key ?? undefined,
  begunAt: row.begun_at,
  finishedAt: row.finished_at ?? undefined,
  refusal: row.refusal === null ? undefined : decodeRefusal(row.refusal)
})

const fundingRecord = (row: RequestRow): FundingRecord => {
  const steps = row.steps.map(fundingStep)
  return {
    number: Number(row.number),
    requestId: row.request_id,
    kind: row.kind,
    accountId: row.account_id,
    clientId: row.client_id,
    method: row.method,
    amount: decimal(row.amount),
    currency: row.currency,
    details: decodeDetails(row.details),
    status: row.status,
    approvedAmount: row.approved_amount === null ? undefined : decimal(row.approved_amount),
    reason: row.reason ?? undefined,
    opened: row.opened,
    pending: steps.find(({ number }) => number === row.pending_step),
    steps,
    requestedAt: Number(row.requested_at),
    updatedAt: Number(row.updated_at)
  }
}

const bodyHashOf = ({ amount, currency, details, kind, method }: NewFunding): string => {
  const fields = Object.keys(details).toSorted()
  return hash("sha256", JSON.stringify([kind, method, formatDecimal(amount), currency, fields.map((name) => [name, details[name]])]), "hex")
}

const decisionOf = ({ amount, reason, status }: FundingStep): FundingDecision | undefined =>
  status === "requested" ? undefined : { status, amount, reason }

/** Whether two keyed decisions ask for the same. */
const isStepOf = (record: FundingRecord, step: FundingStep, decision: FundingDecision): boolean => {
  const decided = decisionOf(step)
  return decided !== undefined && isSameDecision(record, decided, decision)
}

type Answer<A> = Effect.Effect<A, FundingUnavailable>

export class FundingRequests extends Context.Service<
  FundingRequests,
  {
    /** `admit` is asked in the transaction that writes, so that limits hold whatever runs beside it. */
    readonly open: (request: NewFunding, admit: (usage: FundingUsage) => FundingRefusal | undefined) => Answer<Opening>
    readonly begin: (kind: FundingKind, requestId: string, decision: NewDecision) => Answer<Beginning>
    /** Undefined refusal: the account has done it. A step that is finished already stays as it is. */
    readonly finish: (requestId: string, stepNumber: number, refusal: StepRefusal | undefined, at: number) => Answer<FundingRecord>
    /** Also one that is not opened. */
    readonly find: (requestId: string) => Answer<FundingRecord | undefined>
    /** Newest first, before `cursor`. */
    readonly page: (
      filter: FundingFilter,
      page: { readonly limit: number; readonly cursor: number | undefined }
    ) => Answer<{ readonly rows: ReadonlyArray<FundingRecord>; readonly cursor: number | undefined }>
    readonly usage: (accountId: string, now: number) => Answer<Readonly<Record<FundingKind, KindUsage>>>
    /** Those with a step that was begun before, oldest first, after the request of that number. */
    readonly pending: (begunBefore: number, after: number) => Answer<ReadonlyArray<FundingRecord>>
  }
>()("db/FundingRequests") {
  static readonly layer = Layer.effect(
    FundingRequests,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new FundingUnavailable({ cause: String(cause) }))

      /** A request with its steps; the request's row alone is what is locked. */
      const columns = sql`r.*, (SELECT json_agg(json_build_object('number', s.number, 'status', s.status, 'amount', s.amount::text, 'reason', s.reason,
          'origin', s.origin, 'step_key', s.step_key, 'begun_at', s.begun_at, 'finished_at', s.finished_at, 'refusal', s.refusal) ORDER BY s.number)
        FROM funding_step s WHERE s.request_id = r.request_id) AS steps`
      const select = (condition: Statement.Fragment) => sql<RequestRow>`SELECT ${columns} FROM funding_request r WHERE ${condition}`
      const one = (condition: Statement.Fragment) => Effect.map(select(condition), ([row]) => row && fundingRecord(row))
      const byId = (requestId: string) => one(sql`r.request_id = ${requestId}`)
      const locked = Effect.fnUntraced(function* (requestId: string) {
        yield* sql`SELECT FROM funding_request WHERE request_id = ${requestId} FOR UPDATE`
        // a second statement, so that it sees what was written while the lock was awaited
        return yield* byId(requestId)
      })
      const known = Effect.fnUntraced(function* (requestId: string) {
        const record = yield* byId(requestId)
        return record ?? (yield* Effect.die(new Error(`There is no funding request ${requestId}`)))
      })

      const insertStep = (requestId: string, step: Omit<FundingStep, "refusal">) =>
        sql`INSERT INTO funding_step (request_id, number, status, amount, reason, origin, step_key, begun_at, finished_at)
          VALUES (${requestId}, ${step.number}, ${step.status}, ${formatDecimal(step.amount)}, ${step.reason ?? null},
            ${JSON.stringify(step.origin)}::json, ${step.key ?? null}, ${step.begunAt}, ${step.finishedAt ?? null})`

      const tell = (record: FundingRecord, previousStatus: FundingStatus | undefined, stepNumber: number) => {
        const digits = currencyDigitsOf(record.currency) ?? 2
        const { accountId, clientId, currency, details, kind, method, requestedAt, requestId, status, updatedAt } = record
        const amount = formatDecimal(record.approvedAmount ?? record.amount, digits)
        const reason = record.reason ?? null
        const request = { requestId, accountId, clientId, amount, currency, method, details, status, reason, requestedAt, updatedAt }
        const about = { accountId, userId: clientId, key: `${requestId} ${stepNumber}` }
        return previousStatus === undefined
          ? writeEvents(sql, [{ ...about, type: `${kind}.requested`, data: { request } }])
          : writeEvents(sql, [{ ...about, type: `${kind}.status_changed`, data: { request, previousStatus } }])
      }

      /** The request is what the step makes it; the CRM is told in the same transaction. */
      const apply = Effect.fnUntraced(function* (before: FundingRecord, step: FundingStep, at: number) {
        const approved = step.status === "approved" ? formatDecimal(step.amount) : null
        yield* sql`UPDATE funding_request SET status = ${step.status}, approved_amount = ${approved}, opened = true, pending_step = NULL,
            reason = coalesce(${step.reason ?? null}, reason), updated_at = ${at} WHERE request_id = ${before.requestId}`
        const after = yield* known(before.requestId)
        yield* tell(after, step.number === 0 ? undefined : before.status, step.number)
        return after
      })

      const usage = Effect.fnUntraced(function* (accountId: string, now: number) {
        const rows = yield* sql<{ kind: FundingKind; method: string; open: bigint; day: string }>`
          SELECT kind, method, count(*) FILTER (WHERE status IN ('requested', 'processing')) AS open,
            coalesce(sum(coalesce(approved_amount, amount)) FILTER (WHERE requested_at > ${now - DAY_MILLIS}), 0)::text AS day
          FROM funding_request WHERE account_id = ${accountId} AND status IN ('requested', 'processing', 'approved')
            AND (opened OR pending_step IS NOT NULL) AND (status <> 'approved' OR requested_at > ${now - DAY_MILLIS})
          GROUP BY kind, method`
        const of = (kind: FundingKind): KindUsage => {
          const own = rows.filter((row) => row.kind === kind)
          return {
            openRequests: own.reduce((sum, row) => sum + Number(row.open), 0),
            dayAmounts: new Map(own.map((row) => [row.method, decimal(row.day)]))
          }
        }
        return { deposit: of("deposit"), withdrawal: of("withdrawal") }
      })

      const open = Effect.fnUntraced(function* (request: NewFunding, admit: (usage: FundingUsage) => FundingRefusal | undefined) {
        const { accountId, amount, at, clientId, currency, details, key, kind, method, origin } = request
        // one at a time per account: the limits count what is there
        yield* sql`SELECT pg_advisory_xact_lock(hashtext('funding'), hashtext(${accountId}))`
        const [before] = yield* select(sql`r.account_id = ${accountId} AND r.request_key = ${key}`)
        const bodyHash = bodyHashOf(request)
        if (before !== undefined) {
          return before.body_hash === bodyHash
            ? ({ _tag: "Known", record: fundingRecord(before) } satisfies Opening)
            : ({ _tag: "KeyReused" } satisfies Opening)
        }
        const { dayAmounts, openRequests } = (yield* usage(accountId, at))[kind]
        const refusal = admit({ openRequests, dayAmount: dayAmounts.get(method) ?? 0n })
        if (refusal !== undefined) return { _tag: "Refused", refusal } satisfies Opening
        const [next] = yield* sql<{ number: bigint }>`SELECT nextval('funding_request_number') AS number`
        const requestId = `${kind === "deposit" ? "D" : "W"}${next?.number}`
        const isPending = fundingCommand(kind, requestId, "requested", amount) !== undefined
        yield* sql`INSERT INTO funding_request (number, request_id, kind, account_id, client_id, method, amount, currency, details, status, opened,
            pending_step, request_key, body_hash, requested_at, updated_at)
          VALUES (${Number(next?.number)}, ${requestId}, ${kind}, ${accountId}, ${clientId}, ${method}, ${formatDecimal(amount)}, ${currency},
            ${JSON.stringify(details)}::json, 'requested', ${!isPending}, ${isPending ? 0 : null}, ${key}, ${bodyHash}, ${at}, ${at})`
        const step = { number: 0, status: "requested", amount, reason: undefined, origin, key: undefined, begunAt: at } as const
        yield* insertStep(requestId, { ...step, finishedAt: isPending ? undefined : at })
        const record = yield* known(requestId)
        if (!isPending) yield* tell(record, undefined, 0)
        return { _tag: "Opened", record } satisfies Opening
      }, sql.withTransaction)

      const begin = Effect.fnUntraced(function* (kind: FundingKind, requestId: string, decision: NewDecision) {
        const record = yield* locked(requestId)
        if (record === undefined || record.kind !== kind || !record.opened) return { _tag: "Missing" } satisfies Beginning
        const { amount = record.amount, at, key, origin, reason, status } = decision
        const before = key === undefined ? undefined : record.steps.find((step) => step.key === key)
        if (before !== undefined) {
          return isStepOf(record, before, decision)
            ? ({ _tag: "Taken", record, step: before } satisfies Beginning)
            : ({ _tag: "KeyReused" } satisfies Beginning)
        }
        if (record.pending !== undefined) {
          return isStepOf(record, record.pending, decision)
            ? ({ _tag: "Taken", record, step: record.pending } satisfies Beginning)
            : ({ _tag: "Busy", record } satisfies Beginning)
        }
        const judgement = judgeDecision(record, decision)
        if (judgement !== "begins") return { _tag: judgement === "repeats" ? "Repeated" : "Contradicted", record } satisfies Beginning
        const isPending = fundingCommand(kind, requestId, status, amount) !== undefined
        const step: FundingStep = {
          number: record.steps.length,
          status,
          amount,
          reason,
          origin,
          key,
          begunAt: at,
          finishedAt: isPending ? undefined : at,
          refusal: undefined
        }
        yield* insertStep(requestId, step)
        if (!isPending) return { _tag: "Taken", record: yield* apply(record, step, at), step } satisfies Beginning
        yield* sql`UPDATE funding_request SET pending_step = ${step.number} WHERE request_id = ${requestId}`
        return { _tag: "Taken", record: yield* known(requestId), step } satisfies Beginning
      }, sql.withTransaction)

      const finish = Effect.fnUntraced(function* (requestId: string, stepNumber: number, refusal: StepRefusal | undefined, at: number) {
        const record = (yield* locked(requestId)) ?? (yield* known(requestId))
        const step = record.pending
        if (step?.number !== stepNumber) return record
        yield* sql`UPDATE funding_step SET finished_at = ${at}, refusal = ${refusal === undefined ? null : JSON.stringify(refusal)}::json
          WHERE request_id = ${requestId} AND number = ${stepNumber}`
        if (refusal === undefined) return yield* apply(record, step, at)
        yield* sql`UPDATE funding_request SET pending_step = NULL, updated_at = ${at} WHERE request_id = ${requestId}`
        return yield* known(requestId)
      }, sql.withTransaction)

      const page = (filter: FundingFilter, { cursor, limit }: { readonly limit: number; readonly cursor: number | undefined }) => {
        const conditions = [sql`r.opened`, sql`r.kind = ${filter.kind}`, sql`r.number < ${cursor ?? Number.MAX_SAFE_INTEGER}`]
        if (filter.accountId !== undefined) conditions.push(sql`r.account_id = ${filter.accountId}`)
        if (filter.clientId !== undefined) conditions.push(sql`r.client_id = ${filter.clientId}`)
        if (filter.status !== undefined) conditions.push(sql`r.status = ${filter.status}`)
        return Effect.map(select(sql`${sql.and(conditions)} ORDER BY r.number DESC LIMIT ${limit + 1}`), (rows) => ({
          rows: rows.slice(0, limit).map(fundingRecord),
          cursor: rows.length > limit ? Number(rows[limit - 1]?.number) : undefined
        }))
      }

      return FundingRequests.of({
        open: (request, admit) => run(open(request, admit)),
        begin: (kind, requestId, decision) => run(begin(kind, requestId, decision)),
        finish: (requestId, stepNumber, refusal, at) => run(finish(requestId, stepNumber, refusal, at)),
        find: (requestId) => run(byId(requestId)),
        page: (filter, request) => run(page(filter, request)),
        usage: (accountId, now) => run(usage(accountId, now)),
        pending: (begunBefore, after) =>
          run(
            Effect.map(
              select(sql`r.pending_step IS NOT NULL AND r.number > ${after}
                AND EXISTS (SELECT FROM funding_step s WHERE s.request_id = r.request_id AND s.number = r.pending_step AND s.begun_at <= ${begunBefore})
                ORDER BY r.number LIMIT ${PENDING_PAGE_ROWS}`),
              (rows) => rows.map(fundingRecord)
            )
          )
      })
    })
  )
}
