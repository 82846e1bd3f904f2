/** useChartLines: the account's positions and orders as lines on the chart; exits and pending prices can be moved. */
import { type RefObject, useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import type { OrderView, PositionView } from "#contract/Views.ts"
import { type Decimal, decimalFromNumber, parseDecimal, roundDecimal, toNumber } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { profitOf } from "#domain/Profit.ts"
import { useIsDark } from "../../lib/useTheme.ts"
import { formatLots, formatSignedAmount, formatSignedMoney } from "../../locales/formats.ts"
import { ordersOfSymbol, positionsOfSymbol, positionValueCell } from "../../state/account.ts"
import { bookValue, clientPricesValue } from "../../state/prices.ts"
import { read, useValue, watch } from "../../state/store.ts"
import { changeOrder } from "../orders/orderCommands.ts"
import { changeExits } from "../positions/positionCommands.ts"
import { type ChartColors, readChartColors } from "./chartColors.ts"
import { chartTypeCell } from "./chartSettings.ts"
import { type HandleSpec, PriceHandle } from "./PriceHandle.ts"
import type { PriceChart } from "./PriceChart.ts"
import type { Translate } from "../../locales/i18n.ts"

interface Context {
  readonly t: Translate
  readonly instrument: Instrument
  readonly colors: ChartColors
}

export const useChartLines = (chart: PriceChart | undefined, element: RefObject<HTMLElement | null>, instrument: Instrument): void => {
  const { t } = useTranslation()
  const positions = useValue(positionsOfSymbol(instrument.symbol))
  const orders = useValue(ordersOfSymbol(instrument.symbol))
  const isDark = useIsDark()
  // Another type of chart is another series, and lines belong to a series.
  const type = useValue(chartTypeCell)
  const handles = useRef(new Map<string, PriceHandle>())

  useEffect(() => {
    const held = handles.current
    return () => {
      for (const handle of held.values()) handle.dispose()
      held.clear()
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another type of chart is another series: its lines are gone
  }, [chart, type])

  useEffect(() => {
    const container = element.current
    if (chart === undefined || container === null) return
    const context: Context = { t, instrument, colors: readChartColors() }
    const specs = new Map([
      ...positions.flatMap((position) => positionLines(position, context)),
      ...orders.flatMap((order) => orderLines(order, context))
    ])
    const held = handles.current
    for (const [key, handle] of held) {
      if (specs.has(key)) continue
      handle.dispose()
      held.delete(key)
    }
    for (const [key, spec] of specs) {
      const handle = held.get(key)
      if (handle === undefined) held.set(key, new PriceHandle(chart, container, spec))
      else handle.update(spec)
    }
    const stops = positions.map(({ positionId }) => watch(positionValueCell(positionId), () => held.get(positionId)?.refreshText()))
    return () => {
      for (const stop of stops) stop()
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the theme and the type of chart change what the lines look like and hang on
  }, [chart, type, element, instrument, positions, orders, isDark, t])
}

type Line = readonly [string, HandleSpec]

const priceOf = (text: string): number => toNumber(parseDecimal(text) ?? 0n)
const onGrid = (instrument: Instrument, price: number): Decimal => roundDecimal(decimalFromNumber(price) ?? 0n, instrument.digits)

const gridOf = (instrument: Instrument) => ({ step: 10 ** -instrument.digits, digits: instrument.digits })

const positionLines = (position: PositionView, context: Context): ReadonlyArray<Line> => {
  const { t, instrument, colors } = context
  const name = t("positions.name", { side: t(`state.${position.side}`), lots: formatLots(position.lots), symbol: position.symbol })
  const open: HandleSpec = {
    ...gridOf(instrument),
    price: priceOf(position.openPrice),
    color: position.side === "buy" ? colors.up : colors.down,
    isDashed: false,
    name,
    text: () =>
      `${t("chart.position", { side: t(`state.${position.side}`), lots: formatLots(position.lots) })}  ${formatSignedMoney(read(positionValueCell(position.positionId)).floatingProfit)}`,
    onCommit: undefined
  }
  const exit = (field: "stopLoss" | "takeProfit"): ReadonlyArray<Line> => {
    const price = position[field]
    if (price === null) return []
    const spec: HandleSpec = {
      ...gridOf(instrument),
      price: priceOf(price),
      color: field === "stopLoss" ? colors.danger : colors.up,
      isDashed: true,
      name: `${t(`positions.${field}`)}, ${name}`,
      text: (at) => `${t(`chart.${field}`)}  ${profitText(position, onGrid(instrument, at), instrument)}`,
      onCommit: (at) => void changeExits(position, { [field]: onGrid(instrument, at) })
    }
    return [[`${position.positionId}/${field}`, spec]]
  }
  return [[position.positionId, open], ...exit("stopLoss"), ...exit("takeProfit")]
}

/** What the position would bring at that price, by the domain's own profit. */
const profitText = (position: PositionView, closePrice: Decimal, instrument: Instrument): string => {
  const prices = read(clientPricesValue)
  const book = read(bookValue)
  if (prices === undefined || book === undefined) return ""
  const openPrice = parseDecimal(position.openPrice) ?? 0n
  const profit = profitOf(prices, book, { instrument, side: position.side, lots: parseDecimal(position.lots) ?? 0n, openPrice, closePrice })
  return profit === undefined ? "" : formatSignedAmount(profit, book.currencyDigits)
}

const orderLines = (order: OrderView, context: Context): ReadonlyArray<Line> => {
  const { t, instrument, colors } = context
  const name = t("positions.name", { side: t(`state.${order.side}`), lots: formatLots(order.lots), symbol: order.symbol })
  return (["stopPrice", "limitPrice"] as const).flatMap((field): ReadonlyArray<Line> => {
    const price = order[field]
    if (price === null) return []
    const kind = t(`ticket.types.${field === "stopPrice" ? "stop" : "limit"}`)
    const spec: HandleSpec = {
      ...gridOf(instrument),
      price: priceOf(price),
      color: colors.accent,
      isDashed: true,
      name: `${t(`ticket.${field}`)}, ${name}`,
      text: () => `${kind} ${t(`state.${order.side}`)} ${formatLots(order.lots)}`,
      onCommit: (at) => void changeOrder(order, { [field]: onGrid(instrument, at) })
    }
    return [[`${order.orderId}/${field}`, spec]]
  })
}
