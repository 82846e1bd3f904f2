/** Logo: the product's mark and name. */
import { useTranslation } from "react-i18next"
import { cn } from "../lib/cn.ts"

export function Logo(props: { readonly className?: string; readonly markOnly?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={cn("inline-flex items-center gap-2", props.className)}>
      <svg viewBox="0 0 24 24" className="size-[1.6em] shrink-0" aria-hidden>
        <path
          d="M5 3v15M5 12.5 15.5 3M8.8 9.2 17.5 18"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <path d="M2.5 21.2h17.5" className="stroke-accent" strokeWidth="2.2" strokeLinecap="round" />
      </svg>
      {props.markOnly !== true && <span className="text-[1.15em] font-semibold tracking-tight">{t("app.name")}</span>}
    </span>
  )
}
