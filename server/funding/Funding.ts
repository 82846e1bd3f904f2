/**
 * Funding: requests of clients and decisions about them, each brought to its end in the account.
 *
 * Between the table of requests and the account there is no transaction, so a step goes in three: it is written down as pending, done in the
 * account, and marked as finished. Interrupted anywhere, it is finished by whoever comes next: the caller who sends it again, another decision
 * on the same request, or the sweep that every server runs. The account does it once, because the command's id is the request's and the
 * step's, and a deposit's booking also because its reference is the request's id.
 */
import { Accounts } from "#actors/account/AccountProtocol.ts"
import type { Origin } from "#actors/account/AccountCommand.ts"
import { fundingCommand } from "#actors/funding/fundingCommand.ts"
import type { FundingDecision } from "#actors/funding/judgeDecision.ts"
import { FundingRefused } from "#contract/FundingViews.ts"
import { CommandRefused, Conflict, IdempotencyKeyReused, NotFound, type ServiceUnavailable } from "#contract/Problem.ts"
import { AuditTrail } from "#db/AuditTrail.ts"
import { FundingConditionsStore } from "#db/FundingConditionsStore.ts"
import { FundingRequests, type FundingRecord, type FundingStep, type StepRefusal } from "#db/FundingRequests.ts"
import { currencyDigitsOf } from "#domain/Currency.ts"
import type { FundingKind, FundingRequest } from "#domain/FundingRequest.ts"
import { fundingRefusal } from "#domain/fundingRefusal.ts"
import { failureProblem, outcomeUnknown, unavailable } from "#server/api/refusals.ts"
import { WithdrawalGate } from "#server/funding/WithdrawalGate.ts"
import { Clock, Context, Effect, Fiber, Layer, Schedule } from "effect"

/** Between two looks for steps that nobody finished. */
const SWEEP_INTERVAL = "10 seconds"
/** Younger steps are being finished by who began them. */
const SWEEP_AGE_MILLIS = 15_000
/** Decisions on one request that one decision waits for, one after the other. */
const BUSY_ROUNDS_MAX = 10

export interface FundingAsk extends FundingRequest {
  readonly kind: FundingKind
  readonly accountId: string
  readonly clientId: string
  readonly currencyOfAccount: string
  /** The client's Idempotency-Key: the same again is one request and one answer. */
  readonly key: string
  readonly origin: Origin
}
export interface FundingVerdict extends FundingDecision {
  readonly kind: FundingKind
  readonly requestId: string
  /** Such as an Idempotency-Key or a webhook's id: sent again under the same, it is the same decision, refused or not. */
  readonly key?: string | undefined
  readonly origin: Origin
}

export type RequestProblem = FundingRefused | CommandRefused | IdempotencyKeyReused | ServiceUnavailable
export type DecisionProblem = NotFound | Conflict | CommandRefused | IdempotencyKeyReused | ServiceUnavailable

const refusedByAccount = ({ context, reason, version }: StepRefusal): CommandRefused =>
  new CommandRefused({ code: reason, context, version })

const missing = (kind: FundingKind): NotFound => new NotFound({ code: kind === "deposit" ? "DEPOSIT_NOT_FOUND" : "WITHDRAWAL_NOT_FOUND" })

/** Decided otherwise, or too far on to be canceled. */
const contradicted = ({ requestId, status }: FundingRecord): Conflict =>
  new Conflict({ code: status === "processing" ? "REQUEST_IN_PROCESS" : "REQUEST_DECIDED", context: { requestId, status } })

/** A caller that hangs up does not stop it halfway. */
const toItsEnd = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.forkDetach(effect), (running) => Fiber.join(running))

export class Funding extends Context.Service<
  Funding,
  {
    /** Answers when a withdrawal's amount is held back. */
    readonly request: (ask: FundingAsk) => Effect.Effect<FundingRecord, RequestProblem>
    /** Answers when the account has done it, or when it had been decided so before. The client's cancellation is one of the decisions. */
    readonly decide: (verdict: FundingVerdict) => Effect.Effect<FundingRecord, DecisionProblem>
  }
>()("server/funding/Funding") {
  static readonly layer = Layer.effect(
    Funding,
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const requests = yield* FundingRequests
      const store = yield* FundingConditionsStore
      const gate = yield* WithdrawalGate
      const trail = yield* AuditTrail

      /** Does a pending step in the account, and marks it. Any number of callers may do so at the same time. */
      const finish = Effect.fn("Funding.finish")(function* (record: FundingRecord, step: FundingStep) {
        const { accountId, kind, requestId } = record
        const command = fundingCommand(kind, requestId, step.status, step.amount)
        let refusal: StepRefusal | undefined
        if (command !== undefined) {
          const commandId = `${requestId} ${step.number}`
          const outcome = yield* accounts
            .execute(accountId, { commandId, command, origin: step.origin })
            .pipe(Effect.mapError(failureProblem))
          refusal = outcome.rejection && { ...outcome.rejection, version: outcome.version }
        }
        const at = yield* Clock.currentTimeMillis
        return yield* requests.finish(requestId, step.number, refusal, at).pipe(Effect.mapError(outcomeUnknown))
      })

      /** The answer to a step: the request as it is, or why the account refused the step. */
      const answered = Effect.fnUntraced(function* (before: FundingRecord, step: FundingStep) {
        const record = step.finishedAt === undefined ? yield* finish(before, step) : before
        const finished = record.steps.find(({ number }) => number === step.number)
        return finished?.refusal === undefined ? record : yield* refusedByAccount(finished.refusal)
      })

      const request = Effect.fn("Funding.request")(function* (ask: FundingAsk) {
        const { currencyOfAccount, kind } = ask
        const { conditions } = yield* store.current.pipe(Effect.mapError(unavailable))
        const gated = kind === "withdrawal" ? yield* gate.refusal(ask.clientId).pipe(Effect.mapError(unavailable)) : undefined
        const account = { currency: currencyOfAccount, currencyDigits: currencyDigitsOf(currencyOfAccount) ?? 2 }
        const at = yield* Clock.currentTimeMillis
        const opening = yield* requests
          .open({ ...ask, at }, (usage) => gated ?? fundingRefusal(conditions, kind, ask, account, usage))
          .pipe(Effect.mapError(outcomeUnknown))
        switch (opening._tag) {
          case "KeyReused":
            return yield* new IdempotencyKeyReused({})
          case "Refused":
            return yield* new FundingRefused({ code: opening.refusal.reason, context: opening.refusal.context })
          case "Opened":
          case "Known": {
            const [first] = opening.record.steps
            return first === undefined ? opening.record : yield* answered(opening.record, first)
          }
        }
      })

      const decide = Effect.fn("Funding.decide")(function* (verdict: FundingVerdict) {
        const { kind, requestId, ...decision } = verdict
        for (let round = 0; round < BUSY_ROUNDS_MAX; round++) {
          const at = yield* Clock.currentTimeMillis
          const begun = yield* requests.begin(kind, requestId, { ...decision, key: decision.key, at }).pipe(Effect.mapError(outcomeUnknown))
          switch (begun._tag) {
            case "Missing":
              return yield* missing(kind)
            case "KeyReused":
              return yield* new IdempotencyKeyReused({})
            case "Repeated":
              return begun.record
            case "Contradicted":
              return yield* contradicted(begun.record)
            case "Taken":
              return yield* answered(begun.record, begun.step)
            case "Busy":
              // decided on what it becomes
              if (begun.record.pending !== undefined) yield* finish(begun.record, begun.record.pending)
          }
        }
        return yield* outcomeUnknown()
      })

      /** Who decided is not here any more: that it was done all the same belongs into the trail. */
      const writeDown = (record: FundingRecord, step: FundingStep, at: number) =>
        trail
          .append({
            at,
            action: "funding.finish",
            outcome: record.steps.find(({ number }) => number === step.number)?.refusal?.reason ?? "done",
            actorId: step.origin.id,
            actorRole: step.origin.kind,
            subject: `account:${record.accountId}`,
            ip: step.origin.ip ?? "",
            userAgent: "",
            requestId: "",
            reason: step.reason ?? null,
            before: null,
            after: JSON.stringify({ requestId: record.requestId, step: step.number, status: step.status })
          })
          .pipe(Effect.catch((error) => Effect.logError("A finished step was not written into the audit trail", { cause: error.cause })))

      const finishFound = Effect.fnUntraced(function* (record: FundingRecord) {
        if (record.pending === undefined) return
        const done = yield* finish(record, record.pending)
        const at = yield* Clock.currentTimeMillis
        yield* writeDown(done, record.pending, at)
        yield* Effect.logInfo("An interrupted step of a funding request is finished", {
          requestId: record.requestId,
          status: record.pending.status
        })
      })

      /** Finishes what was begun at least so long ago. One that cannot be finished now does not hold up the others. */
      const sweep = Effect.fn("Funding.sweep")(function* (ageMillis: number) {
        const begunBefore = (yield* Clock.currentTimeMillis) - ageMillis
        let after = 0
        for (;;) {
          const found = yield* requests.pending(begunBefore, after)
          for (const record of found) {
            after = record.number
            yield* finishFound(record).pipe(
              Effect.catch(({ code }) =>
                Effect.logWarning("A step of a funding request cannot be finished yet", { requestId: record.requestId, code })
              )
            )
          }
          if (found.length === 0) return
        }
      })
      const sweepQuietly = (ageMillis: number) =>
        sweep(ageMillis).pipe(
          Effect.catch((error) => Effect.logWarning("Pending funding requests could not be read", { cause: error.cause }))
        )
      // at once what a stopped server left, then what others leave
      yield* sweepQuietly(0).pipe(
        Effect.andThen(sweepQuietly(SWEEP_AGE_MILLIS).pipe(Effect.schedule(Schedule.spaced(SWEEP_INTERVAL)))),
        Effect.forkScoped
      )

      return Funding.of({
        request: (ask) => toItsEnd(request(ask)),
        decide: (verdict) => toItsEnd(decide(verdict))
      })
    })
  )
}
