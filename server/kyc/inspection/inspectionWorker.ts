/** The thread in which a file is inspected: a parser that hangs or swells takes nothing else with it, and sees no settings. */
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import { Schema } from "effect"
import { KycFileType } from "#domain/KycFile.ts"
import { inspectFile } from "#server/kyc/inspection/inspectFile.ts"

const Task = Schema.Struct({ bytes: Schema.instanceOf(Uint8Array), type: KycFileType })

if (!isMainThread) {
  const { bytes, type } = Schema.decodeUnknownSync(Task)(workerData)
  const inspection = await inspectFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), type)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(inspection)
}
