/** CandleTable: the chart's newest bars as figures, for those who do not read pictures. Renewed once a second, as nobody reads faster. */
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { timeHeader } from "../../lib/timeHeader.ts"
import { formatChange, formatCount, formatDateTime, UNKNOWN } from "../../locales/formats.ts"
import { machineTimeValue } from "../../state/clock.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import type { PriceChart } from "./PriceChart.ts"

const ROWS_MAX = 200
const FIGURES = ["open", "high", "low", "close"] as const

export function CandleTable(props: { readonly chart: PriceChart | undefined; readonly instrument: Instrument; readonly label: string }) {
  const { t } = useTranslation()
  const timeZone = useValue(timeZoneValue)
  useValue(machineTimeValue)
  const candles = props.chart?.candles.slice(-ROWS_MAX).toReversed() ?? []
  const hasVolume = candles.some(({ volume }) => volume !== undefined)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard (axe: scrollable-region-focusable)
    <section tabIndex={0} aria-label={props.label} className="absolute inset-0 z-30 overflow-auto bg-panel outline-offset-[-2px]">
      <table aria-label={props.label} className="w-full text-xs">
        <thead className="sticky top-0 bg-panel text-muted-foreground">
          <tr>
            <th scope="col" className="px-3 py-1.5 text-left font-normal">
              {timeHeader(t("chart.table.time"), timeZone)}
            </th>
            {FIGURES.map((figure) => (
              <th key={figure} scope="col" className="px-3 py-1.5 text-right font-normal">
                {t(`chart.table.${figure}`)}
              </th>
            ))}
            <th scope="col" className="px-3 py-1.5 text-right font-normal">
              {t("chart.table.change")}
            </th>
            {hasVolume && (
              <th scope="col" className="px-3 py-1.5 text-right font-normal">
                {t("chart.table.volume")}
              </th>
            )}
          </tr>
        </thead>
        <tbody className="figures">
          {candles.map((candle) => (
            <tr key={candle.time} className="border-t border-border/60">
              <th scope="row" className="px-3 py-1.5 text-left font-normal whitespace-nowrap">
                {formatDateTime(candle.time * 1_000, timeZone)}
              </th>
              {FIGURES.map((figure) => (
                <td key={figure} className="px-3 py-1.5 text-right">
                  {candle[figure].toFixed(props.instrument.digits)}
                </td>
              ))}
              <td
                className={`px-3 py-1.5 text-right ${candle.close < candle.open ? "text-down" : candle.close > candle.open ? "text-up" : ""}`}
              >
                {formatChange((candle.close / candle.open - 1) * 100)}
              </td>
              {hasVolume && (
                <td className="px-3 py-1.5 text-right">{candle.volume === undefined ? UNKNOWN : formatCount(candle.volume)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
