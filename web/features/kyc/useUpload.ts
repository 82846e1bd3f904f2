/** useUpload: one file on its way: chosen, looked at, sent, confirmed; stopped or tried again by the client. */
import { Result } from "effect"
import { useEffect, useRef, useState } from "react"
import type { KycKind, KycSide } from "#domain/KycKind.ts"
import { type Failure, failureWith } from "../../api/failure.ts"
import { sendDocument, STOPPED } from "../../api/kyc.ts"
import { prepareFile, type PreparedFile } from "./prepareFile.ts"

export type UploadState =
  | { readonly stage: "empty"; readonly failure?: Failure }
  | { readonly stage: "preparing" }
  | { readonly stage: "chosen"; readonly file: PreparedFile; readonly failure?: Failure }
  | { readonly stage: "sending"; readonly file: PreparedFile; readonly share: number }

export interface Upload {
  readonly state: UploadState
  readonly choose: (file: File) => void
  readonly send: () => void
  /** While sending: back to the chosen file. */
  readonly stop: () => void
  readonly discard: () => void
}

export const useUpload = (kind: KycKind, side: KycSide, bytesMax: number, onSent: () => void): Upload => {
  const [state, setState] = useState<UploadState>({ stage: "empty" })
  const sending = useRef<AbortController>(undefined)
  useEffect(() => () => sending.current?.abort(), [])

  const choose = (file: File): void => {
    setState({ stage: "preparing" })
    void prepareFile(file, bytesMax).then((prepared) =>
      setState(
        prepared._tag === "Prepared" ? { stage: "chosen", file: prepared.file } : { stage: "empty", failure: failureWith(prepared.code) }
      )
    )
  }

  const send = (): void => {
    if (state.stage !== "chosen") return
    const { file } = state
    const controller = new AbortController()
    sending.current = controller
    setState({ stage: "sending", file, share: 0 })
    const onProgress = (share: number): void => setState((now) => (now.stage === "sending" ? { ...now, share } : now))
    void sendDocument({ kind, side, content: file.content, type: file.type }, { signal: controller.signal, onProgress }).then((answer) => {
      if (Result.isSuccess(answer)) {
        setState({ stage: "empty" })
        onSent()
      } else {
        setState({ stage: "chosen", file, ...(answer.failure.code === STOPPED ? {} : { failure: answer.failure }) })
      }
    })
  }

  return { state, choose, send, stop: () => sending.current?.abort(), discard: () => setState({ stage: "empty" }) }
}
