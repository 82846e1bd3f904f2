/**
 * GroupCommit: while one transaction is in flight, the next batch gathers.
 *
 * A commit costs a disk flush whatever its size, so the more there is to write, the more a flush carries. The queue is bounded: above the
 * limit an append is refused at once, before anything of it was sent.
 */
import { withDeadline } from "#db/withDeadline.ts"
import { Clock, Deferred, Effect, Metric, Result, type Duration } from "effect"

/** Most items in one transaction: more would make a commit longer, but hardly cheaper for each, and leave nobody who prepares the next one. */
export const BATCH_ITEMS_MAX = 128
/** Answers between two turns of the event loop. */
const ANSWERS_PER_TURN = 16
/** Most items that wait: at 10,000 commits a second a full queue is a second old. */
export const QUEUED_ITEMS_MAX = 10_000

const batchSizes = Metric.histogram("keel_journal_batch_appends", {
  description: "Appends that shared a transaction",
  boundaries: [1, 2, 4, 8, 16, 32, 64, 128]
})
const commitSeconds = Metric.histogram("keel_journal_commit_seconds", {
  description: "Time of a journal transaction",
  boundaries: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
})

interface Waiting<Item, Result, Failure> {
  readonly item: Item
  readonly answer: Deferred.Deferred<Result, Failure>
}

/** What each item of a batch is answered, by its place. */
type Outcome<Result, Failure> = (index: number) => Effect.Effect<Result, Failure>

/**
 * `write` gets a batch and answers each item's result in order. A batch that fails with an error of which `isRefusal` says that nothing was
 * written is tried item by item, so that only the faulty one fails. When it fails otherwise, or takes longer than `deadline`, every item
 * of the batch fails with `onFailure`: whether it was written is then unknown.
 */
export const makeGroupCommit = <Item, Result, Error, Failure>(options: {
  readonly write: (batch: ReadonlyArray<Item>) => Effect.Effect<ReadonlyArray<Result>, Error>
  readonly isRefusal: (error: Error) => boolean
  readonly deadline: Duration.Input
  readonly onFailure: (cause: unknown) => Failure
}) =>
  Effect.gen(function* () {
    let queue: Array<Waiting<Item, Result, Failure>> = []
    let isWriting = false
    const context = yield* Effect.context()
    const runFork = Effect.runForkWith(context)
    const failed = (cause: unknown): Outcome<Result, Failure> => {
      const failure = Effect.fail(options.onFailure(cause))
      return () => failure
    }
    const committed =
      (results: ReadonlyArray<Result>): Outcome<Result, Failure> =>
      (index) => {
        const result = results[index]
        return result === undefined ? Effect.fail(options.onFailure("no result")) : Effect.succeed(result)
      }

    const answerAll = Effect.fnUntraced(function* (
      batch: ReadonlyArray<Waiting<Item, Result, Failure>>,
      outcome: Outcome<Result, Failure>
    ) {
      for (const [index, { answer }] of batch.entries()) {
        // what an answer sets off would otherwise keep the next batch from leaving through the socket
        if (isWriting && index % ANSWERS_PER_TURN === 0) yield* Effect.yieldNow
        Deferred.doneUnsafe(answer, outcome(index))
      }
    })

    const commit: (batch: ReadonlyArray<Waiting<Item, Result, Failure>>) => Effect.Effect<Outcome<Result, Failure>> = Effect.fnUntraced(
      function* (batch) {
        const started = yield* Clock.currentTimeNanos
        const write = Effect.result(options.write(batch.map(({ item }) => item)))
        const written = yield* Effect.result(withDeadline(write, options.deadline, (cause) => cause))
        yield* Metric.update(batchSizes, batch.length)
        yield* Metric.update(commitSeconds, Number((yield* Clock.currentTimeNanos) - started) / 1e9)
        if (written._tag === "Failure") return failed(written.failure)
        if (Result.isSuccess(written.success)) return committed(written.success.success)
        const { failure } = written.success
        if (batch.length === 1 || !options.isRefusal(failure)) return failed(failure)
        const alone = yield* Effect.forEach(batch, (waiting) => commit([waiting]))
        return (index) => alone[index]?.(0) ?? Effect.fail(options.onFailure("no result"))
      }
    )

    /** The next batch is on its way before anybody of the last one is answered, so that the database never waits for the answered. */
    const writeNext = (): void => {
      isWriting = queue.length > 0
      if (!isWriting) return
      const batch = queue.slice(0, BATCH_ITEMS_MAX)
      queue = queue.slice(BATCH_ITEMS_MAX)
      runFork(
        commit(batch).pipe(
          Effect.catchCause((cause) => Effect.succeed(failed(cause))),
          Effect.flatMap((outcome) => {
            writeNext()
            return answerAll(batch, outcome)
          })
        )
      )
    }

    return (item: Item): Effect.Effect<Result, Failure> =>
      Effect.suspend(() => {
        if (queue.length >= QUEUED_ITEMS_MAX) return Effect.fail(options.onFailure("the queue is full"))
        const answer = Deferred.makeUnsafe<Result, Failure>()
        queue.push({ item, answer })
        if (!isWriting) writeNext()
        return Deferred.await(answer)
      })
  })
