/** FileInspector: looks into an uploaded file, in a thread of its own with a bound on time and memory. */
import type { KycFileType } from "#domain/KycFile.ts"
import type { Inspection } from "#server/kyc/inspection/Inspection.ts"
import type { InspectionTask } from "#server/kyc/inspection/inspectionWorker.ts"
import { Context, Effect, Layer, Semaphore } from "effect"
import { Worker } from "node:worker_threads"

const INSPECTION_DEADLINE = "20 seconds"
const HEAP_MEGABYTES_MAX = 256
/** At once: files wait rather than take the processors from trading. */
const INSPECTIONS_MAX = 2

const program = new URL(import.meta.resolve("#server/kyc/inspection/inspectionWorker.ts"))

/** A parser that gives up, whatever the reason, has met a file that is not for it. */
const givenUp: Inspection = { _tag: "Refused", code: "FILE_TOO_COMPLEX", detail: "looking into it took too much time or memory" }

const runWorker = (bytes: Uint8Array, type: KycFileType): Effect.Effect<Inspection> =>
  Effect.callback<Inspection>((resume) => {
    const worker = new Worker(program, {
      workerData: { bytes, type } satisfies InspectionTask,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES_MAX },
      env: {},
      execArgv: []
    })
    worker.once("message", (inspection: Inspection) => resume(Effect.succeed(inspection)))
    worker.once("error", () => resume(Effect.succeed(givenUp)))
    worker.once("exit", () => resume(Effect.succeed(givenUp)))
    return Effect.promise(() => worker.terminate())
  })

export class FileInspector extends Context.Service<
  FileInspector,
  {
    /** Never fails. */
    readonly inspect: (bytes: Uint8Array, type: KycFileType) => Effect.Effect<Inspection>
  }
>()("server/kyc/FileInspector") {
  static readonly layer = Layer.effect(
    FileInspector,
    Effect.gen(function* () {
      const turns = yield* Semaphore.make(INSPECTIONS_MAX)
      return FileInspector.of({
        inspect: (bytes, type) =>
          runWorker(bytes, type).pipe(
            Effect.timeout(INSPECTION_DEADLINE),
            Effect.catchTag("TimeoutError", () => Effect.succeed(givenUp)),
            turns.withPermits(1)
          )
      })
    })
  )
}
