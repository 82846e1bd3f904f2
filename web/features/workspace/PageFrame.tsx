/** PageFrame: a page beside the trading page: its title, the way back, and its subjects one below the other. */
import { ArrowLeftIcon } from "lucide-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { Button } from "../../ui/button.tsx"

export function PageFrame(props: { readonly title: string; readonly aside?: ReactNode; readonly children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className="h-full overflow-y-auto border-t border-border print:h-auto print:overflow-visible print:border-0">
      <div className="mx-auto grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-4 px-4 py-6 print:max-w-none">
        <header className="flex flex-wrap items-center gap-2">
          <Button asChild variant="ghost" size="icon" className="print:hidden">
            <Link href="/" aria-label={t("workspace.back")}>
              <ArrowLeftIcon className="size-4" aria-hidden />
            </Link>
          </Button>
          <h1 className="text-xl font-semibold tracking-tight">{props.title}</h1>
          <div className="ml-auto">{props.aside}</div>
        </header>
        {props.children}
      </div>
    </div>
  )
}
