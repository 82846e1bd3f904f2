/** Drawer: a sheet from the bottom edge, for phones. Has a close button, since a swipe must never be the only way. */
import { XIcon } from "lucide-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Drawer as Primitive } from "vaul"

export function Drawer(props: {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: ReactNode
  readonly children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Primitive.Content
          data-slot="drawer-content"
          aria-describedby={undefined}
          className="fixed inset-x-0 bottom-0 z-40 flex max-h-[92dvh] flex-col rounded-t-xl border-t border-border bg-panel outline-none"
        >
          <div className="mx-auto mt-2 h-1 w-9 shrink-0 rounded-full bg-input" aria-hidden />
          <header className="flex items-center justify-between gap-2 px-4 pt-1">
            <Primitive.Title className="text-base font-semibold tracking-tight">{props.title}</Primitive.Title>
            <Primitive.Close
              aria-label={t("action.close")}
              className="-mr-3 grid size-11 place-items-center rounded-md text-muted-foreground"
            >
              <XIcon className="size-5" aria-hidden />
            </Primitive.Close>
          </header>
          <div className="min-h-0 overflow-y-auto px-4 pb-[max(1rem,env(safe-area-inset-bottom))]">{props.children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
