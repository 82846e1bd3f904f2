/**
 * Mailbox: the requests of one account, worked off one at a time in the order in which they came, whichever way they came.
 *
 * Why this is safe: a request begins only when the one before it has ended, however that ended, because one fiber takes them in turn and
 * takes the next only after the exit of the last. The fiber lives as long as there is work, and is nobody's child: a caller that stops
 * waiting takes its request back if it has not begun, but cannot stop one that has, since nobody could say how far it came. A closed
 * mailbox refuses what still waits, so nothing begins once `close` was asked for, and nothing runs once it has answered.
 */
import { Data, Effect } from "effect"

/** The actor fell asleep or left this node before the request began: nothing of it was done. */
export class MailboxClosed extends Data.TaggedError("MailboxClosed")<object> {}
/** Too many requests wait already: nothing of this one was done. */
export class MailboxFull extends Data.TaggedError("MailboxFull")<object> {}
/** The caller's patience is over: the request may still be done. */
export class AnswerOverdue extends Data.TaggedError("AnswerOverdue")<object> {}

export type MailboxFailure = MailboxClosed | MailboxFull | AnswerOverdue
export const isMailboxFailure = (error: unknown): error is MailboxFailure =>
  error instanceof MailboxClosed || error instanceof MailboxFull || error instanceof AnswerOverdue

export interface MailboxLimits {
  readonly requestsMax: number
  readonly answerMillisMax: number
}

interface Waiting {
  /** Does the request and answers its caller; cannot fail. */
  readonly run: Effect.Effect<void>
  readonly refuse: () => void
  isTakenBack: boolean
}

export class Mailbox {
  readonly #limits: MailboxLimits
  readonly #fork: (work: Effect.Effect<void>) => unknown
  /** Undefined while nobody waits: most mailboxes are empty most of the time. */
  #waiting: Array<Waiting> | undefined
  #isWorking = false
  #isClosed = false
  #whenIdle: (() => void) | undefined

  /** `fork` starts a fiber that is nobody's child. */
  constructor(limits: MailboxLimits, fork: (work: Effect.Effect<void>) => unknown) {
    this.#limits = limits
    this.#fork = fork
  }

  ask<A, E>(request: Effect.Effect<A, E>): Effect.Effect<A, E | MailboxFailure> {
    return Effect.callback<A, E | MailboxFailure>((resume) => {
      if (this.#isClosed) return resume(Effect.fail(new MailboxClosed()))
      if (this.#waiting !== undefined && this.#waiting.length >= this.#limits.requestsMax) return resume(Effect.fail(new MailboxFull()))
      // a timer of the runtime's own, not a fiber: one for each command, and almost none of them ever ends
      const overdue = setTimeout(() => answer(Effect.fail(new AnswerOverdue())), this.#limits.answerMillisMax)
      const answer = (outcome: Effect.Effect<A, E | MailboxFailure>): void => {
        clearTimeout(overdue)
        resume(outcome)
      }
      const entry: Waiting = {
        run: Effect.map(Effect.exit(request), answer),
        refuse: () => answer(Effect.fail(new MailboxClosed())),
        isTakenBack: false
      }
      if (this.#waiting === undefined) this.#waiting = [entry]
      else this.#waiting.push(entry)
      if (!this.#isWorking) {
        this.#isWorking = true
        this.#fork(Mailbox.#work(this))
      }
      return Effect.sync(() => {
        clearTimeout(overdue)
        entry.isTakenBack = true
      })
    })
  }

  /** Ends when the request that has begun has ended. */
  close(): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      this.#isClosed = true
      for (const entry of this.#waiting ?? []) if (!entry.isTakenBack) entry.refuse()
      this.#waiting = undefined
      if (this.#isWorking) this.#whenIdle = () => resume(Effect.void)
      else resume(Effect.void)
    })
  }

  #next(): Waiting | undefined {
    const next = this.#waiting?.shift()
    if (next === undefined) this.#waiting = undefined
    return next
  }

  static readonly #work = Effect.fnUntraced(function* (mailbox: Mailbox) {
    for (let next = mailbox.#next(); next !== undefined; next = mailbox.#next()) if (!next.isTakenBack) yield* next.run
    mailbox.#isWorking = false
    mailbox.#whenIdle?.()
  })
}
