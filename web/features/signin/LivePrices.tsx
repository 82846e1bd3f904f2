/** LivePrices: what the markets do, beside the sign-in form: the product's own stream, open to everybody. */
import { useTranslation } from "react-i18next"
import { instrumentsCell } from "../../state/market.ts"
import { useValue } from "../../state/store.ts"
import { QuotePrice } from "../instrument/QuotePrice.tsx"
import { Spread } from "../instrument/Spread.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"

const SHOWN = 8

export function LivePrices() {
  const { t } = useTranslation()
  const instruments = useValue(instrumentsCell)
  const shown = [...(instruments?.values() ?? [])].slice(0, SHOWN)
  return (
    <section aria-label={t("signin.livePrices")} className="w-[26rem] max-w-full">
      <h2 className="text-xl font-semibold tracking-tight">{t("app.tagline")}</h2>
      <p className="mt-1 text-sm text-muted-foreground">{t("signin.livePricesNote")}</p>
      <ul className="mt-6 overflow-hidden rounded-lg border border-border bg-panel">
        {shown.length === 0 &&
          Array.from({ length: SHOWN }, (_, index) => (
            <li key={index} className="flex h-12 items-center justify-between border-b border-border px-4 last:border-b-0">
              <Skeleton className="h-3.5 w-20" />
              <Skeleton className="h-3.5 w-40" />
            </li>
          ))}
        {shown.map((instrument) => (
          <li
            key={instrument.symbol}
            className="grid h-12 grid-cols-[1fr_5rem_2.5rem_5rem] items-center border-b border-border px-4 last:border-b-0"
          >
            <span className="min-w-0">
              <span className="block text-sm font-semibold tracking-tight">{instrument.symbol}</span>
              <span className="block truncate text-2xs leading-3 text-faint-foreground">{instrument.description}</span>
            </span>
            <QuotePrice symbol={instrument.symbol} side="bid" className="justify-self-end" />
            <Spread symbol={instrument.symbol} className="figures text-center text-2xs text-faint-foreground" />
            <QuotePrice symbol={instrument.symbol} side="ask" className="justify-self-end" />
          </li>
        ))}
      </ul>
    </section>
  )
}
