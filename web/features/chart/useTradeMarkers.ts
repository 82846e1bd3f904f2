/** useTradeMarkers: the account's fills in the symbol as arrows on their bars. */
import { createSeriesMarkers, type SeriesMarker, type Time } from "lightweight-charts"
import { useEffect, useState } from "react"
import { type CandleInterval, candleOpen } from "#domain/Candle.ts"
import type { TradeView } from "#contract/Views.ts"
import { Result } from "effect"
import { loadSymbolTrades } from "../../api/history.ts"
import { formatLots } from "../../locales/formats.ts"
import { accountIdCell, versionCell } from "../../state/account.ts"
import { chartIntervalCell } from "../../state/selection.ts"
import { isDarkValue } from "../../state/theme.ts"
import { useValue } from "../../state/store.ts"
import { type ChartColors, readChartColors } from "./chartColors.ts"
import { chartMarksCell, chartTypeCell } from "./chartSettings.ts"
import { type PriceChart, stamp } from "./PriceChart.ts"

export const useTradeMarkers = (chart: PriceChart | undefined, symbol: string): void => {
  const trades = useSymbolTrades(symbol)
  const isShown = useValue(chartMarksCell).includes("trades")
  const interval = useValue(chartIntervalCell)
  const type = useValue(chartTypeCell)
  const isDark = useValue(isDarkValue)
  useEffect(() => {
    if (chart === undefined || !isShown) return
    const colors = readChartColors()
    const markers = createSeriesMarkers(
      chart.series,
      trades.map((trade) => marker(trade, interval, colors)).toSorted((a, b) => Number(a.time) - Number(b.time))
    )
    return () => {
      if (!chart.isDisposed) markers.detach()
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another type of chart is another series, another theme are other colors
  }, [chart, isShown, trades, interval, type, isDark])
}

/** Loaded anew after every change of the account. */
const useSymbolTrades = (symbol: string): ReadonlyArray<TradeView> => {
  const accountId = useValue(accountIdCell)
  const version = useValue(versionCell)
  const [trades, setTrades] = useState<ReadonlyArray<TradeView>>([])
  useEffect(() => {
    if (accountId === undefined) return
    let isWanted = true
    void loadSymbolTrades(accountId, symbol).then((answer) => {
      if (isWanted && Result.isSuccess(answer)) setTrades(answer.success)
    })
    return () => {
      isWanted = false
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new version of the account is the reason to load again
  }, [accountId, symbol, version])
  return trades
}

const marker = (trade: TradeView, interval: CandleInterval, colors: ChartColors): SeriesMarker<Time> => {
  const isBuy = trade.side === "buy"
  return {
    time: stamp(candleOpen(interval, trade.executedAt) / 1_000),
    position: isBuy ? "belowBar" : "aboveBar",
    shape: trade.entry === "open" ? (isBuy ? "arrowUp" : "arrowDown") : "circle",
    color: isBuy ? colors.up : colors.down,
    size: 0.8,
    text: formatLots(trade.lots)
  }
}
