/** UploadSlot: where one side of a document is put: dropped, chosen or photographed, looked at, and sent. */
import { CameraIcon, FileTextIcon, UploadIcon } from "lucide-react"
import { type DragEvent, useEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import type { KycKind, KycSide } from "#domain/KycKind.ts"
import type { Failure } from "../../api/failure.ts"
import { cn } from "../../lib/cn.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { fileSize, isWorthAnotherTry, kycText } from "./kycText.ts"
import type { PreparedFile } from "./prepareFile.ts"
import { useUpload, type Upload } from "./useUpload.ts"

const ACCEPTED = "application/pdf,image/*"
const PHOTOS = "image/*"

export function UploadSlot(props: {
  readonly kind: KycKind
  readonly side: KycSide
  readonly bytesMax: number
  readonly onSent: () => void
}) {
  const { t } = useTranslation()
  const { bytesMax, kind, onSent, side } = props
  const upload = useUpload(kind, side, bytesMax, onSent)
  const { state } = upload
  const failure = state.stage === "empty" || state.stage === "chosen" ? state.failure : undefined
  return (
    <div role="group" aria-label={t(`kyc.sides.${side}`)} className="grid gap-2" data-testid={`upload-${side}`}>
      <h3 className="text-xs font-medium text-muted-foreground">{t(`kyc.sides.${side}`)}</h3>
      {failure !== undefined && <Alert variant="danger">{kycText(failure)}</Alert>}
      {state.stage === "empty" || state.stage === "preparing" ? (
        <DropZone isBusy={state.stage === "preparing"} bytesMax={bytesMax} onFile={upload.choose} />
      ) : (
        <Chosen file={state.file} upload={upload} failure={failure} />
      )}
    </div>
  )
}

function DropZone(props: { readonly isBusy: boolean; readonly bytesMax: number; readonly onFile: (file: File) => void }) {
  const { t } = useTranslation()
  const [isOver, setOver] = useState(false)
  const files = useRef<HTMLInputElement>(null)
  const camera = useRef<HTMLInputElement>(null)
  const take = (list: FileList | null): void => {
    const file = list?.[0]
    if (file !== undefined) props.onFile(file)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping has a twin for the keyboard: the button in it
    <div
      role="group"
      aria-label={t("kyc.dropZone")}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        "grid justify-items-center gap-3 rounded-lg border border-dashed border-input px-4 py-6 text-center transition-colors",
        isOver && "border-accent bg-accent-soft"
      )}
    >
      <UploadIcon className="size-5 text-faint-foreground" aria-hidden />
      <p className="text-xs text-muted-foreground">
        <span className="pointer-coarse:hidden">{t("kyc.drop")} </span>
        {t("kyc.accepted", { size: fileSize(props.bytesMax) })}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button disabled={props.isBusy} onClick={() => files.current?.click()}>
          {props.isBusy ? t("kyc.preparing") : t("kyc.choose")}
        </Button>
        <Button className="hidden pointer-coarse:inline-flex" disabled={props.isBusy} onClick={() => camera.current?.click()}>
          <CameraIcon className="size-4" aria-hidden />
          {t("kyc.photograph")}
        </Button>
      </div>
      <input ref={files} type="file" accept={ACCEPTED} hidden aria-label={t("kyc.choose")} onChange={(event) => take(event.target.files)} />
      <input
        ref={camera}
        type="file"
        accept={PHOTOS}
        capture="environment"
        hidden
        aria-label={t("kyc.photograph")}
        onChange={(event) => take(event.target.files)}
      />
    </div>
  )
}

function Chosen(props: { readonly file: PreparedFile; readonly upload: Upload; readonly failure: Failure | undefined }) {
  const { t } = useTranslation()
  const { failure, file, upload } = props
  const isSendable = failure === undefined || isWorthAnotherTry(failure)
  const { state } = upload
  return (
    <div className="grid gap-3 rounded-lg border border-border p-3 sm:grid-cols-[11rem_1fr]">
      <Preview file={file} />
      <div className="grid min-w-0 content-between gap-3">
        <div className="min-w-0">
          <p className="truncate text-sm font-medium">{file.name}</p>
          <p className="figures text-xs text-muted-foreground">{fileSize(file.content.size)}</p>
        </div>
        {state.stage === "sending" ? (
          <Progress share={state.share} name={file.name} />
        ) : (
          failure === undefined && <p className="text-xs text-muted-foreground">{t("kyc.lookAtIt")}</p>
        )}
        <div className="flex flex-wrap gap-2">
          {state.stage === "sending" ? (
            <Button onClick={upload.stop} disabled={state.share === 1}>
              {t("action.cancel")}
            </Button>
          ) : (
            <>
              {isSendable && (
                <Button variant="primary" onClick={upload.send}>
                  {failure === undefined ? t("kyc.send") : t("action.retry")}
                </Button>
              )}
              <Button variant={isSendable ? "outline" : "primary"} onClick={upload.discard}>
                {t("kyc.chooseAnother")}
              </Button>
            </>
          )}
        </div>
      </div>
    </div>
  )
}

function Progress(props: { readonly share: number; readonly name: string }) {
  const { t } = useTranslation()
  const percent = Math.round(props.share * 100)
  const words = props.share === 1 ? t("kyc.checking") : t("kyc.sending", { percent })
  return (
    <div className="grid gap-1.5">
      <div
        role="progressbar"
        aria-label={t("kyc.progress", { name: props.name })}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={words}
        className="h-1.5 overflow-hidden rounded-full bg-muted"
      >
        <div
          className={cn("h-full rounded-full bg-accent transition-[width]", props.share === 1 && "animate-pulse")}
          style={{ width: `${percent}%` }}
        />
      </div>
      <p className="figures text-xs text-muted-foreground">{words}</p>
    </div>
  )
}

function Preview(props: { readonly file: PreparedFile }) {
  const { t } = useTranslation()
  const { content, name, type } = props.file
  const picture = useRef<HTMLImageElement>(null)
  useEffect(() => {
    if (picture.current === null) return
    const url = URL.createObjectURL(content)
    picture.current.src = url
    return () => URL.revokeObjectURL(url)
  }, [content])
  return (
    <div className="grid h-32 place-items-center overflow-hidden rounded-md bg-muted">
      {type === "application/pdf" ? (
        <FileTextIcon className="size-8 text-faint-foreground" aria-hidden />
      ) : (
        <img ref={picture} alt={t("kyc.preview", { name })} className="size-full object-contain" />
      )}
    </div>
  )
}
