/**
 * The thread in which a file is inspected: a parser that hangs or swells takes nothing else with it, and sees no settings. It is started for
 * each file, so it imports next to nothing.
 */
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import type { KycFileType } from "#domain/KycFile.ts"
import { inspectFile } from "#server/kyc/inspection/inspectFile.ts"

export interface InspectionTask {
  readonly bytes: Uint8Array
  readonly type: KycFileType
}

if (!isMainThread) {
  const { bytes, type }: InspectionTask = workerData
  const inspection = await inspectFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), type)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(inspection)
}
