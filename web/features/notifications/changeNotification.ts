/** changeNotification: an event of the account's journal in words, if it is one that a person wants to hear of. */
import { Schema } from "effect"
import { parseDecimal } from "#domain/Decimal.ts"
import { Side } from "#domain/Order.ts"
import { TradeCause } from "#domain/Trade.ts"
import type { ChangeView } from "#contract/Views.ts"
import { formatLots, formatPercent, formatPrice, formatSignedAmount } from "../../locales/formats.ts"
import { i18n } from "../../locales/i18n.ts"
import { instrumentValue } from "../../state/market.ts"
import { read } from "../../state/store.ts"
import type { Notification } from "../../state/notifications.ts"
import { failureWith } from "../../api/failure.ts"
import { failureText } from "./failureText.ts"

const TradeData = Schema.Struct({
  trade: Schema.Struct({
    symbol: Schema.String,
    side: Side,
    lots: Schema.String,
    price: Schema.String,
    cause: TradeCause,
    realizedProfit: Schema.String,
    swap: Schema.String,
    commission: Schema.String
  })
})
const RejectionData = Schema.Struct({
  orderId: Schema.String,
  rejection: Schema.Struct({ reason: Schema.String, context: Schema.Record(Schema.String, Schema.String) })
})
const CancelData = Schema.Struct({
  orderId: Schema.String,
  cause: Schema.Literals(["client", "staff", "oco", "stopOut", "positionClosed"])
})
const OrderData = Schema.Struct({ orderId: Schema.String })
const LevelsData = Schema.Struct({
  figures: Schema.Struct({ marginLevelPercent: Schema.NullOr(Schema.String) }),
  marginCallLevelPercent: Schema.String,
  stopOutLevelPercent: Schema.String
})
const EntryData = Schema.Struct({ entry: Schema.Struct({ kind: Schema.String, amount: Schema.String }) })

type Words = Pick<Notification, "tone" | "title" | "description">

/** Events that belong to a stop-out, which has a report. */
const isOfStopOut = ({ type, data }: ChangeView): boolean =>
  type === "StopOutStarted" || type === "StopOutEnded" || (isTrade(data) && data.trade.cause === "stopOut")
const isTrade = Schema.is(Schema.Struct({ trade: Schema.Struct({ cause: TradeCause }) }))

type Describe = (data: ChangeView["data"], currencyDigits: number) => Words | undefined

const describe =
  <A>(schema: Schema.Codec<A, unknown>, words: (data: A, currencyDigits: number) => Words | undefined): Describe =>
  (data, currencyDigits) => {
    const decoded = Schema.decodeUnknownExit(schema)(data)
    return decoded._tag === "Success" ? words(decoded.value, currencyDigits) : undefined
  }

/** Events carry prices as short as they are exact; people read the instrument's digits. */
const priceText = (symbol: string, text: string): string => {
  const price = parseDecimal(text)
  return price === undefined ? text : formatPrice(price, read(instrumentValue(symbol))?.digits ?? 0)
}

const traded = describe(TradeData, ({ trade }, digits) => {
  const words = { lots: formatLots(trade.lots), symbol: trade.symbol, price: priceText(trade.symbol, trade.price) }
  const net = [trade.realizedProfit, trade.swap, trade.commission].reduce((sum, text) => sum + (parseDecimal(text) ?? 0n), 0n)
  // The position's side: closing a buy is a sell.
  const side = i18n.t(`state.${trade.side === "buy" ? "sell" : "buy"}`)
  return {
    tone: net < 0n ? "bad" : "good",
    title: i18n.t(`notification.closedBy.${trade.cause}`, { ...words, side }),
    description: i18n.t("notification.closedResult", { amount: formatSignedAmount(net, digits) })
  }
})

const opened = describe(TradeData, ({ trade }) => ({
  tone: "neutral",
  title: i18n.t("notification.filled", {
    side: i18n.t(`state.${trade.side}`),
    lots: formatLots(trade.lots),
    symbol: trade.symbol,
    price: priceText(trade.symbol, trade.price)
  })
}))

const rejected = describe(RejectionData, ({ orderId, rejection }) => ({
  tone: "bad",
  title: i18n.t("notification.orderRefused", { orderId }),
  description: failureText(failureWith(rejection.reason, { context: rejection.context }))
}))

const levels = (kind: "marginCallEntered" | "marginCallLeft" | "stopOutStarted" | "stopOutEnded", tone: Notification["tone"]) =>
  describe(LevelsData, (data) => {
    const level = data.figures.marginLevelPercent
    // No good news: whatever closed the last position has said so, and a stop-out is not to look like a recovery.
    if (level === null && kind === "marginCallLeft") return undefined
    const description =
      level === null
        ? i18n.t("notification.nothingOpen")
        : i18n.t("notification.levels", {
            level: formatPercent(level),
            marginCall: formatPercent(data.marginCallLevelPercent, 0),
            stopOut: formatPercent(data.stopOutLevelPercent, 0)
          })
    return { tone, title: i18n.t(`notification.${kind}`), description }
  })

const MONEY_MOVES: ReadonlySet<string> = new Set([
  "deposit",
  "withdrawal",
  "creditIn",
  "creditOut",
  "correction",
  "negativeBalanceProtection"
])
const isMoneyMove = (
  kind: string
): kind is "deposit" | "withdrawal" | "creditIn" | "creditOut" | "correction" | "negativeBalanceProtection" => MONEY_MOVES.has(kind)

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  PositionOpened: opened,
  PositionIncreased: opened,
  PositionReduced: traded,
  PositionClosed: traded,
  OrderRejected: rejected,
  OrderActivationRejected: rejected,
  OrderCanceled: describe(CancelData, ({ orderId, cause }) =>
    cause === "client" ? undefined : { tone: "neutral", title: i18n.t(`notification.canceledBy.${cause}`, { orderId }) }
  ),
  OrderExpired: describe(OrderData, ({ orderId }) => ({ tone: "neutral", title: i18n.t("notification.expired", { orderId }) })),
  MarginCallEntered: levels("marginCallEntered", "warning"),
  MarginCallLeft: levels("marginCallLeft", "good"),
  StopOutStarted: levels("stopOutStarted", "bad"),
  StopOutEnded: levels("stopOutEnded", "neutral"),
  LedgerEntryBooked: describe(EntryData, ({ entry }, digits) => {
    if (!isMoneyMove(entry.kind)) return undefined
    const amount = parseDecimal(entry.amount) ?? 0n
    return {
      tone: amount < 0n ? "neutral" : "good",
      title: i18n.t("notification.booked", { kind: i18n.t(`ledger.kinds.${entry.kind}`), amount: formatSignedAmount(amount, digits) })
    }
  })
}

export const changeNotification = (accountId: string, change: ChangeView, currencyDigits: number): Notification | undefined => {
  const words = DESCRIPTIONS[change.type]?.(change.data, currencyDigits)
  const href = isOfStopOut(change) ? { href: `/stop-out/${change.sequence}` } : {}
  return words && { accountId, sequence: change.sequence, at: change.time, ...words, ...href }
}
