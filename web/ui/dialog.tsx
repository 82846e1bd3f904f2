/** Dialog: a question or a form above the page, closed by Escape, its cross or a click beside it. */
import { XIcon } from "lucide-react"
import { Dialog as Primitive } from "radix-ui"
import type { ComponentProps, ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { cn } from "../lib/cn.ts"
import { Button } from "./button.tsx"

export const Dialog = Primitive.Root
export const DialogTrigger = Primitive.Trigger

export function DialogContent({ className, children, ...props }: ComponentProps<typeof Primitive.Content>) {
  const { t } = useTranslation()
  return (
    <Primitive.Portal>
      <Primitive.Overlay
        data-slot="dialog-overlay"
        className="fixed inset-0 z-50 bg-overlay data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:animate-in data-[state=open]:fade-in-0"
      />
      <Primitive.Content
        data-slot="dialog-content"
        className={cn(
          "fixed top-1/2 left-1/2 z-50 grid max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 gap-4 overflow-y-auto rounded-lg border border-border bg-raised p-5 shadow-raised outline-none data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=closed]:zoom-out-98 data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:zoom-in-98",
          className
        )}
        {...props}
      >
        {children}
        <Primitive.Close
          aria-label={t("action.close")}
          className="absolute top-3.5 right-3.5 grid size-7 place-items-center rounded-md text-muted-foreground hover:bg-hover hover:text-foreground pointer-coarse:size-11"
        >
          <XIcon className="size-4" aria-hidden />
        </Primitive.Close>
      </Primitive.Content>
    </Primitive.Portal>
  )
}

export function DialogHeader(props: { readonly title: ReactNode; readonly description?: ReactNode }) {
  return (
    <header data-slot="dialog-header" className="grid gap-1 pr-8">
      <Primitive.Title className="text-base font-semibold tracking-tight">{props.title}</Primitive.Title>
      {props.description === undefined ? (
        <Primitive.Description className="sr-only">{props.title}</Primitive.Description>
      ) : (
        <Primitive.Description className="text-sm text-muted-foreground">{props.description}</Primitive.Description>
      )}
    </header>
  )
}

/** What answers the question stands last, after what leaves everything as it is, in words of its own (`keep`) where "Cancel" would be ambiguous. */
export function DialogFooter(props: { readonly keep?: string; readonly children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <footer data-slot="dialog-footer" className="flex justify-end gap-2 max-sm:flex-col-reverse">
      <Primitive.Close asChild>
        <Button>{props.keep ?? t("action.cancel")}</Button>
      </Primitive.Close>
      {props.children}
    </footer>
  )
}
