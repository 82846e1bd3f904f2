/** SpreadHistory: how wide the spread was since the page has been open, and when it tends to widen. */
import { useTranslation } from "react-i18next"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { tradingDayAt } from "#domain/TradingDay.ts"
import { formatTime, formatZonedMinute } from "../../locales/formats.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { quoteValue, rawQuoteCell } from "../../state/market.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { spreadSpans } from "../../state/spreads.ts"
import { read, useValue } from "../../state/store.ts"
import { spreadText } from "../instrument/instrumentFigures.ts"

export default function SpreadHistory(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { instrument } = props
  const { symbol } = instrument
  const timeZone = useValue(timeZoneValue)
  const quote = useValue(quoteValue(symbol))
  const raw = useValue(rawQuoteCell(symbol))
  const spans = spreadSpans(symbol)
  const first = spans[0]
  if (quote === undefined || raw === undefined || first === undefined) return null
  // What the account's group adds is the same at all times.
  const markUp = quote.ask - quote.bid - (raw.ask - raw.bid)
  const text = (spread: Decimal) => spreadText(instrument, { ...quote, bid: 0n, ask: spread + markUp })
  const narrowest = spans.reduce((least, span) => (span.narrowest < least ? span.narrowest : least), first.narrowest)
  const widest = spans.reduce((most, span) => (span.widest > most ? span.widest : most), first.widest)
  const rollover = formatZonedMinute(tradingDayAt(read(serverTimeValue)).endsAt, timeZone)
  return (
    <div className="figures grid gap-2 text-xs">
      <h3 className="text-sm font-semibold">{t("ticket.spreadHistory.title", { symbol })}</h3>
      <dl className="grid grid-cols-3 gap-2">
        {(
          [
            ["now", raw.ask - raw.bid],
            ["narrowest", narrowest],
            ["widest", widest]
          ] as const
        ).map(([name, spread]) => (
          <div key={name}>
            <dt className="text-muted-foreground">{t(`ticket.spreadHistory.${name}`)}</dt>
            <dd className="text-sm font-semibold">{text(spread)}</dd>
          </div>
        ))}
      </dl>
      {/* One bar for each five minutes; the list above says the same in figures. */}
      <div className="flex h-10 items-end gap-px" aria-hidden>
        {spans.map((span) => (
          <span
            key={span.from}
            className="max-w-2 min-w-px flex-1 rounded-t-[1px] bg-accent"
            style={{ height: `${Math.max(6, (Number(span.widest + markUp) / Math.max(1, Number(widest + markUp))) * 100)}%` }}
          />
        ))}
      </div>
      <p className="text-muted-foreground">{t("ticket.spreadHistory.since", { time: formatTime(first.from, timeZone) })}</p>
      <p className="text-muted-foreground">{t("ticket.spreadHistory.rollover", { time: rollover })}</p>
    </div>
  )
}
