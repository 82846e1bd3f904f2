/** chartLines: what each line on the chart says, and what moving it does. */
import { type Decimal, decimalFromNumber, parseDecimal, roundDecimal, toNumber } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { levelPrice } from "#domain/levelPrice.ts"
import { profitOf } from "#domain/Profit.ts"
import type { OrderView, PositionView } from "#contract/Views.ts"
import { formatLots, formatPercent, formatPrice, formatSignedAmount, formatSignedMoney } from "../../locales/formats.ts"
import type { Translate } from "../../locales/i18n.ts"
import { accountCell, positionValueCell } from "../../state/account.ts"
import { moveAlert, type PriceAlert, removeAlert } from "../../state/alerts.ts"
import { quoteValue } from "../../state/market.ts"
import { bookValue, clientPricesValue } from "../../state/prices.ts"
import { read, write } from "../../state/store.ts"
import { nameOf } from "../notifications/outcomes.ts"
import { cancel, changeOrder } from "../orders/orderCommands.ts"
import { changeExits } from "../positions/positionCommands.ts"
import type { ChartColors } from "./chartColors.ts"
import { moveLine } from "./MoveDialog.tsx"
import type { HandleSpec } from "./PriceHandle.ts"

export interface LineContext {
  readonly t: Translate
  readonly instrument: Instrument
  readonly colors: ChartColors
}

/** Its key, by which it is found again, and what it is. */
export type ChartLine = readonly [string, HandleSpec]

const priceOf = (text: string): number => toNumber(parseDecimal(text) ?? 0n)
const onGrid = (instrument: Instrument, price: number): Decimal => roundDecimal(decimalFromNumber(price) ?? 0n, instrument.digits)
const gridOf = (instrument: Instrument) => ({
  step: 10 ** -instrument.digits,
  digits: instrument.digits,
  side: "right" as const,
  onCommit: undefined,
  onRemove: undefined
})

export const positionLines = (position: PositionView, context: LineContext): ReadonlyArray<ChartLine> => {
  const { t, instrument, colors } = context
  const name = nameOf(position)
  const label = t("chart.position", { side: t(`state.${position.side}`), lots: formatLots(position.lots) })
  const open: HandleSpec = {
    ...gridOf(instrument),
    price: priceOf(position.openPrice),
    color: position.side === "buy" ? colors.up : colors.down,
    isDashed: false,
    name,
    text: () => `${label}  ${formatSignedMoney(read(positionValueCell(position.positionId)).floatingProfit)}`
  }
  return [[position.positionId, open], ...exitLine(position, "stopLoss", context), ...exitLine(position, "takeProfit", context)]
}

const exitLine = (position: PositionView, field: "stopLoss" | "takeProfit", context: LineContext): ReadonlyArray<ChartLine> => {
  const { t, instrument, colors } = context
  const price = position[field]
  if (price === null) return []
  const name = `${t(`positions.${field}`)}, ${nameOf(position)}`
  const spec: HandleSpec = {
    ...gridOf(instrument),
    price: priceOf(price),
    color: field === "stopLoss" ? colors.danger : colors.up,
    isDashed: true,
    name,
    text: (at) => `${t(`chart.${field}`)}  ${profitText(position, onGrid(instrument, at), instrument)}`,
    onCommit: (at) => {
      const to = onGrid(instrument, at)
      const result = profitText(position, to, instrument)
      moveLine({ ...courseOf(name, price, to, instrument), result, send: () => void changeExits(position, { [field]: to }) })
    },
    onRemove: () => void changeExits(position, { [field]: null })
  }
  return [[`${position.positionId}/${field}`, spec]]
}

/** Which line moves, from where to where, in words. */
const courseOf = (line: string, from: string, to: Decimal, instrument: Instrument) => ({
  line,
  from,
  to: formatPrice(to, instrument.digits)
})

/** What the position would bring at that price, by the domain's own profit. */
const profitText = (position: PositionView, closePrice: Decimal, instrument: Instrument): string => {
  const prices = read(clientPricesValue)
  const book = read(bookValue)
  if (prices === undefined || book === undefined) return ""
  const openPrice = parseDecimal(position.openPrice) ?? 0n
  const profit = profitOf(prices, book, { instrument, side: position.side, lots: parseDecimal(position.lots) ?? 0n, openPrice, closePrice })
  return profit === undefined ? "" : formatSignedAmount(profit, book.currencyDigits)
}

export const orderLines = (order: OrderView, context: LineContext): ReadonlyArray<ChartLine> => {
  const { t, instrument, colors } = context
  return (["stopPrice", "limitPrice"] as const).flatMap((field): ReadonlyArray<ChartLine> => {
    const price = order[field]
    if (price === null) return []
    const kind = t(`ticket.types.${field === "stopPrice" ? "stop" : "limit"}`)
    const name = `${t(`ticket.${field}`)}, ${nameOf(order)}`
    const spec: HandleSpec = {
      ...gridOf(instrument),
      price: priceOf(price),
      color: colors.accent,
      isDashed: true,
      name,
      text: () => `${kind} ${t(`state.${order.side}`)} ${formatLots(order.lots)}`,
      onCommit: (at) => {
        const to = onGrid(instrument, at)
        moveLine({ ...courseOf(name, price, to, instrument), send: () => void changeOrder(order, { [field]: to }) })
      },
      onRemove: () => void cancel(order)
    }
    return [[`${order.orderId}/${field}`, spec]]
  })
}

/** Where this symbol alone would bring the account into margin call, and into stop-out. */
export const levelLines = (context: LineContext): ReadonlyArray<ChartLine> => {
  const { t, instrument, colors } = context
  const book = read(bookValue)
  const prices = read(clientPricesValue)
  const account = read(accountCell)
  if (book === undefined || prices === undefined || account === undefined) return []
  return (["marginCall", "stopOut"] as const).flatMap((kind): ReadonlyArray<ChartLine> => {
    const percent = kind === "marginCall" ? account.marginCallLevelPercent : account.stopOutLevelPercent
    const price = levelPrice(book, prices, instrument, parseDecimal(percent) ?? 0n)
    if (price === undefined) return []
    const label = t(`chart.${kind}`, { level: formatPercent(percent, 0) })
    const spec: HandleSpec = {
      ...gridOf(instrument),
      price: toNumber(price),
      color: kind === "marginCall" ? colors.warning : colors.danger,
      isDashed: false,
      side: "left",
      name: label,
      text: () => label
    }
    return [[kind, spec]]
  })
}

export const alertLine = (alert: PriceAlert, context: LineContext): ChartLine => {
  const { t, instrument, colors } = context
  const spec: HandleSpec = {
    ...gridOf(instrument),
    price: toNumber(alert.price),
    color: colors.text,
    isDashed: true,
    name: t("alerts.name", { symbol: alert.symbol }),
    text: () => t("alerts.label"),
    onCommit: (at) => {
      const quote = read(quoteValue(alert.symbol))
      if (quote !== undefined) write(moveAlert, alert.alertId, onGrid(instrument, at), quote.bid)
    },
    onRemove: () => write(removeAlert, alert.alertId)
  }
  return [alert.alertId, spec]
}
