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

export interface Mailbox {
  readonly ask: <A, E>(request: Effect.Effect<A, E>) => Effect.Effect<A, E | MailboxFailure>
  /** Ends when the request that has begun has ended. */
  readonly close: Effect.Effect<void>
}

interface Waiting {
  /** Does the request and answers its caller; cannot fail. */
  readonly run: Effect.Effect<void>
  readonly refuse: () => void
  isTakenBack: boolean
}

export const makeMailbox = (options: { readonly requestsMax: number; readonly answerMillisMax: number }): Effect.Effect<Mailbox> =>
  Effect.map(Effect.context(), (context) => {
    const runFork = Effect.runForkWith(context)
    let waiting: Array<Waiting> = []
    let isWorking = false
    let isClosed = false
    let whenIdle = () => {}

    const work = Effect.gen(function* () {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) if (!next.isTakenBack) yield* next.run
      isWorking = false
      whenIdle()
    })

    return {
      ask: <A, E>(request: Effect.Effect<A, E>): Effect.Effect<A, E | MailboxFailure> =>
        Effect.callback<A, E | MailboxFailure>((resume) => {
          if (isClosed) return resume(Effect.fail(new MailboxClosed()))
          if (waiting.length >= options.requestsMax) return resume(Effect.fail(new MailboxFull()))
          // a timer of the runtime's own, not a fiber: one for each command, and almost none of them ever ends
          const overdue = setTimeout(() => answer(Effect.fail(new AnswerOverdue())), options.answerMillisMax)
          const answer = (outcome: Effect.Effect<A, E | MailboxFailure>): void => {
            clearTimeout(overdue)
            resume(outcome)
          }
          const entry: Waiting = {
            run: Effect.map(Effect.exit(request), answer),
            refuse: () => answer(Effect.fail(new MailboxClosed())),
            isTakenBack: false
          }
          waiting.push(entry)
          if (!isWorking) {
            isWorking = true
            runFork(work)
          }
          return Effect.sync(() => {
            clearTimeout(overdue)
            entry.isTakenBack = true
          })
        }),
      close: Effect.callback<void>((resume) => {
        isClosed = true
        for (const entry of waiting) if (!entry.isTakenBack) entry.refuse()
        waiting = []
        if (isWorking) whenIdle = () => resume(Effect.void)
        else resume(Effect.void)
      })
    }
  })
