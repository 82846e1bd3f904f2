/** ChartPanel: the chart of the chosen symbol with its interval, type and legend. */
import {
  AreaChartIcon,
  BarChartIcon,
  CandlestickChartIcon,
  ChevronDownIcon,
  LineChartIcon,
  MaximizeIcon,
  MinimizeIcon,
  TableIcon
} from "lucide-react"
import { type ComponentType, type RefObject, useEffect, useMemo, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { CandleInterval } from "#domain/Candle.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { cn } from "../../lib/cn.ts"
import { isDarkValue } from "../../state/theme.ts"
import { connectionCell } from "../../state/connection.ts"
import { instrumentValue } from "../../state/market.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { chartIntervalCell, symbolValue } from "../../state/selection.ts"
import { read, useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger
} from "../../ui/dropdown-menu.tsx"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { Segmented } from "../../ui/segmented.tsx"
import { Tooltip } from "../../ui/tooltip.tsx"
import { readChartColors } from "./chartColors.ts"
import { CandleTable } from "./CandleTable.tsx"
import { chartTableCell, ChartType, chartTypeCell } from "./chartSettings.ts"
import { FavoriteToggle } from "./FavoriteToggle.tsx"
import { SymbolDay } from "./SymbolDay.tsx"
import { chartTimes } from "./chartTimes.ts"
import { AlertsPopover } from "./AlertsPopover.tsx"
import { ChartMenu } from "./ChartMenu.tsx"
import { MoveDialog } from "./MoveDialog.tsx"
import { PriceMenu } from "./PriceMenu.tsx"
import { useIndicators } from "./useIndicators.ts"
import { useTradeMarkers } from "./useTradeMarkers.ts"
import { useChartLines } from "./useChartLines.ts"
import { IndicatorLegend } from "./IndicatorLegend.tsx"
import { writeLegend } from "./Legend.ts"
import { LiveCandles, type LiveCandlesStatus } from "./LiveCandles.ts"
import { PriceChart } from "./PriceChart.ts"

const TYPE_ICONS: Readonly<Record<ChartType, ComponentType<{ readonly className?: string }>>> = {
  candles: CandlestickChartIcon,
  bars: BarChartIcon,
  line: LineChartIcon,
  area: AreaChartIcon
}

export default function ChartPanel() {
  const { t } = useTranslation()
  const symbol = useValue(symbolValue)
  const instrument = useValue(instrumentValue(symbol))
  const frame = useRef<HTMLElement>(null)
  return (
    <PanelFrame ref={frame} aria-label={t("chart.title")} className="@container">
      <header className="flex h-10 shrink-0 items-center gap-1.5 pointer-coarse:h-13 overflow-x-auto border-b border-border px-2 [scrollbar-width:none]">
        <h2 className="pl-1 text-sm font-semibold tracking-tight">{symbol}</h2>
        <FavoriteToggle symbol={symbol} />
        <IntervalChoice className="@max-[38rem]:hidden" />
        <IntervalMenu className="@min-[38rem]:hidden" />
        <TypeChoice />
        <ChartMenu symbol={symbol} />
        {instrument !== undefined && <AlertsPopover key={symbol} instrument={instrument} />}
        <TableButton />
        <div className="ml-auto flex items-center">
          {instrument !== undefined && <SymbolDay instrument={instrument} />}
          <FullScreenButton frame={frame} />
        </div>
      </header>
      {instrument === undefined ? <Skeleton className="m-3 flex-1" /> : <Chart key={symbol} instrument={instrument} />}
    </PanelFrame>
  )
}

function Chart(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { instrument } = props
  const element = useRef<HTMLDivElement>(null)
  const legend = useRef<HTMLDivElement>(null)
  const { chart, status } = usePriceChart(element, legend, instrument)
  const summary = useSummary(chart, status, instrument)
  const isTable = useValue(chartTableCell)
  useChartLines(chart, element, instrument)
  useIndicators(chart, instrument.symbol)
  useTradeMarkers(chart, instrument.symbol)
  return (
    <div className="group/chart relative min-h-0 flex-1">
      <div
        ref={legend}
        aria-hidden
        className="figures pointer-events-none absolute top-2 right-17 left-3 z-10 flex flex-wrap gap-x-2.5 text-xs max-sm:gap-x-2 data-[direction=down]:text-down data-[direction=up]:text-up"
      />
      <IndicatorLegend />
      <figure ref={element} data-testid="price-chart" data-status={status} aria-label={summary} className="m-0 h-full" />
      <PriceMenu chart={chart} element={element} instrument={instrument} />
      <MoveDialog />
      {isTable && <CandleTable chart={chart} instrument={instrument} label={summary} />}
      {(status === "failed" || status === "partial") && (
        <output className="absolute top-13 left-3 rounded-md bg-warning-soft px-2 py-1 text-xs text-warning">
          {t(`chart.history.${status}`)}
        </output>
      )}
    </div>
  )
}

function usePriceChart(element: RefObject<HTMLDivElement | null>, legend: RefObject<HTMLDivElement | null>, instrument: Instrument) {
  const { symbol, digits } = instrument
  const [chart, setChart] = useState<PriceChart>()
  const [status, setStatus] = useState<LiveCandlesStatus>("loading")
  const candles = useRef<LiveCandles>(undefined)
  const type = useValue(chartTypeCell)
  const interval = useValue(chartIntervalCell)
  const timeZone = useValue(timeZoneValue)
  const isDark = useValue(isDarkValue)
  const { t } = useTranslation()
  const legendNames = useMemo(
    () => ({
      open: t("chart.open"),
      high: t("chart.high"),
      low: t("chart.low"),
      close: t("chart.close"),
      volume: t("chart.indicatorShort.volume")
    }),
    [t]
  )
  // Bars that were missed while the connection was gone come with a fresh history.
  const isConnected = useValue(connectionCell).status === "live"

  useEffect(() => {
    const [target, words] = [element.current, legend.current]
    if (target === null || words === null) return
    let hovered: number | undefined
    const made: PriceChart = new PriceChart(target, {
      type: read(chartTypeCell),
      digits,
      colors: readChartColors(),
      times: chartTimes(read(timeZoneValue)),
      listeners: {
        onHover: (candle) => {
          hovered = candle?.time
          writeLegend(words, candle ?? made.candles.at(-1), digits, legendNames)
        },
        onLast: (candle) => {
          if (hovered === undefined || hovered === candle.time) writeLegend(words, candle, digits, legendNames)
        },
        onBeginning: () => void candles.current?.loadOlder()
      }
    })
    // oxlint-disable-next-line react/set-state-in-effect -- the chart can only be made once its element is there
    setChart(made)
    return () => {
      setChart(undefined)
      made.dispose()
    }
  }, [element, legend, digits, legendNames])

  useEffect(() => {
    if (chart === undefined || !isConnected) return
    const live = new LiveCandles(chart, symbol, interval, setStatus)
    candles.current = live
    return () => live.stop()
  }, [chart, symbol, interval, isConnected])

  useEffect(() => chart?.setType(type), [chart, type])
  useEffect(() => chart?.setTimes(chartTimes(timeZone)), [chart, timeZone])
  useEffect(() => {
    chart?.setColors(readChartColors())
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the theme decides what the colors read are
  }, [chart, isDark])
  return { chart, status }
}

/** What the picture shows, in words; renewed when history was loaded, not with every tick. */
function useSummary(chart: PriceChart | undefined, status: LiveCandlesStatus, instrument: Instrument): string {
  const { t } = useTranslation()
  const interval = useValue(chartIntervalCell)
  const type = useValue(chartTypeCell)
  const candles = chart?.candles ?? []
  const last = candles.at(-1)
  if (last === undefined || status === "loading") return t("chart.empty", { symbol: instrument.symbol })
  const price = (value: number) => value.toFixed(instrument.digits)
  return t("chart.summary", {
    symbol: instrument.symbol,
    interval: t(`chart.intervalNames.${interval}`),
    type: t(`chart.types.${type}`),
    count: candles.length,
    close: price(last.close),
    high: price(Math.max(...candles.map((candle) => candle.high))),
    low: price(Math.min(...candles.map((candle) => candle.low)))
  })
}

function IntervalChoice(props: { readonly className: string }) {
  const { t } = useTranslation()
  const interval = useValue(chartIntervalCell)
  return (
    <Segmented
      className={props.className}
      label={t("chart.interval")}
      value={interval}
      onValueChange={(value) => write(chartIntervalCell, value)}
      options={CandleInterval.literals.map((value) => ({
        value,
        label: t(`chart.intervals.${value}`),
        name: t(`chart.intervalNames.${value}`)
      }))}
    />
  )
}

/** The same choice where there is no room for all of them side by side. */
function IntervalMenu(props: { readonly className: string }) {
  const { t } = useTranslation()
  const interval = useValue(chartIntervalCell)
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="subtle" size="sm" className={cn("gap-1 px-2", props.className)}>
          <span className="sr-only">{t("chart.interval")}: </span>
          {t(`chart.intervals.${interval}`)}
          <span className="sr-only">, {t(`chart.intervalNames.${interval}`)}</span>
          <ChevronDownIcon className="size-3 text-muted-foreground" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <Choices
        values={CandleInterval.literals}
        value={interval}
        textOf={(value) => t(`chart.intervalNames.${value}`)}
        onChoose={(value) => write(chartIntervalCell, value)}
      />
    </DropdownMenu>
  )
}

/** What a menu of the chart's offers, one of which is chosen. */
function Choices<Value extends string>(props: {
  readonly values: ReadonlyArray<Value>
  readonly value: Value
  readonly textOf: (value: Value) => string
  readonly onChoose: (value: Value) => void
}) {
  const { onChoose, textOf, value, values } = props
  const choose = (text: string) => {
    const chosen = values.find((known) => known === text)
    if (chosen !== undefined) onChoose(chosen)
  }
  return (
    <DropdownMenuContent>
      <DropdownMenuRadioGroup value={value} onValueChange={choose}>
        {values.map((known) => (
          <DropdownMenuRadioItem key={known} value={known}>
            {textOf(known)}
          </DropdownMenuRadioItem>
        ))}
      </DropdownMenuRadioGroup>
    </DropdownMenuContent>
  )
}

function TypeChoice() {
  const { t } = useTranslation()
  const type = useValue(chartTypeCell)
  const Icon = TYPE_ICONS[type]
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`${t("chart.type")}: ${t(`chart.types.${type}`)}`}>
          <Icon className="size-4" />
        </Button>
      </DropdownMenuTrigger>
      <Choices
        values={ChartType.literals}
        value={type}
        textOf={(value) => t(`chart.types.${value}`)}
        onChoose={(value) => write(chartTypeCell, value)}
      />
    </DropdownMenu>
  )
}

function TableButton() {
  const { t } = useTranslation()
  const isTable = useValue(chartTableCell)
  return (
    <Tooltip content={t("chart.asTable")}>
      <Button
        variant="ghost"
        size="icon"
        aria-label={t("chart.asTable")}
        aria-pressed={isTable}
        onClick={() => write(chartTableCell, !isTable)}
      >
        <TableIcon className="size-4" aria-hidden />
      </Button>
    </Tooltip>
  )
}

function FullScreenButton(props: { readonly frame: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation()
  const [isFull, setFull] = useState(false)
  useEffect(() => {
    const onChange = () => setFull(document.fullscreenElement !== null)
    document.addEventListener("fullscreenchange", onChange)
    return () => document.removeEventListener("fullscreenchange", onChange)
  }, [])
  const label = isFull ? t("chart.exitFullScreen") : t("chart.fullScreen")
  return (
    <Tooltip content={label}>
      <Button
        variant="ghost"
        size="icon"
        aria-label={label}
        onClick={() => void (isFull ? document.exitFullscreen() : props.frame.current?.requestFullscreen())}
      >
        {isFull ? <MinimizeIcon className="size-4" aria-hidden /> : <MaximizeIcon className="size-4" aria-hidden />}
      </Button>
    </Tooltip>
  )
}
