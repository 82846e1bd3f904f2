/**
 * GroupCommit: while one transaction is in flight, the next batch gathers.
 *
 * A commit costs a disk flush whatever its size, so the more there is to write, the more a flush carries. The queue is bounded: above the
 * limit an append is refused at once, before anything of it was sent.
 */
import { withDeadline } from "#db/withDeadline.ts"
import { Clock, Deferred, Effect, Metric, type Duration } from "effect"

/** Most items in one transaction: keeps a commit below about ten milliseconds. */
export const BATCH_ITEMS_MAX = 512
/** Most items that wait: at 10,000 commits a second a full queue is a second old. */
export const QUEUED_ITEMS_MAX = 10_000

const batchSizes = Metric.histogram("keel_journal_batch_appends", {
  description: "Appends that shared a transaction",
  boundaries: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
})
const commitSeconds = Metric.histogram("keel_journal_commit_seconds", {
  description: "Time of a journal transaction",
  boundaries: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
})

interface Waiting<Item, Result, Failure> {
  readonly item: Item
  readonly answer: Deferred.Deferred<Result, Failure>
}

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
    let writing = false
    const context = yield* Effect.context()
    const runFork = Effect.runForkWith(context)

    const fail = (batch: ReadonlyArray<Waiting<Item, Result, Failure>>, cause: unknown) => {
      for (const { answer } of batch) Deferred.doneUnsafe(answer, Effect.fail(options.onFailure(cause)))
    }

    const commit: (batch: ReadonlyArray<Waiting<Item, Result, Failure>>) => Effect.Effect<void> = Effect.fnUntraced(function* (batch) {
      const started = yield* Clock.currentTimeNanos
      const write = Effect.result(options.write(batch.map(({ item }) => item)))
      const written = yield* Effect.result(withDeadline(write, options.deadline, (cause) => cause))
      yield* Metric.update(batchSizes, batch.length)
      yield* Metric.update(commitSeconds, Number((yield* Clock.currentTimeNanos) - started) / 1e9)
      if (written._tag === "Failure") return fail(batch, written.failure)
      const outcome = written.success
      if (outcome._tag === "Failure") {
        if (batch.length === 1 || !options.isRefusal(outcome.failure)) return fail(batch, outcome.failure)
        return yield* Effect.forEach(batch, (waiting) => commit([waiting]), { discard: true })
      }
      for (const [index, { answer }] of batch.entries()) {
        const result = outcome.success[index]
        Deferred.doneUnsafe(answer, result === undefined ? Effect.fail(options.onFailure("no result")) : Effect.succeed(result))
      }
    })

    const drain = Effect.gen(function* () {
      while (queue.length > 0) {
        const batch = queue.slice(0, BATCH_ITEMS_MAX)
        queue = queue.slice(BATCH_ITEMS_MAX)
        yield* commit(batch)
      }
    }).pipe(Effect.ensuring(Effect.sync(() => (writing = false))))

    return (item: Item): Effect.Effect<Result, Failure> =>
      Effect.suspend(() => {
        if (queue.length >= QUEUED_ITEMS_MAX) return Effect.fail(options.onFailure("the queue is full"))
        const answer = Deferred.makeUnsafe<Result, Failure>()
        queue.push({ item, answer })
        if (!writing) {
          writing = true
          runFork(drain)
        }
        return Deferred.await(answer)
      })
  })
