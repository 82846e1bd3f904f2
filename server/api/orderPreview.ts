/** orderPreview: what an order would do, by deciding it and looking at the account afterwards. Nothing is journaled. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountView } from "#actors/account/AccountProtocol.ts"
import { decide } from "#actors/account/decide.ts"
import { marginCallLevel } from "#actors/account/decide/judgeMargin.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { Market } from "#actors/account/Market.ts"
import type { OrderPreview } from "#contract/OrderPreview.ts"
import { clientPrices } from "#domain/Book.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import { levelPrice } from "#domain/levelPrice.ts"
import { usedMargin } from "#domain/Margin.ts"
import { clientQuote, openingPrice } from "#domain/Prices.ts"
import { accountFigures, refusalView } from "#server/api/views.ts"

type PlaceOrder = Extract<AccountCommand, { readonly _tag: "PlaceOrder" }>

/** From the first of these on it is the margin watch that acts, not the order. */
const isMarginWatch = ({ _tag }: AccountEvent): boolean => _tag === "MarginCallEntered" || _tag === "StopOutStarted"

/** What the order itself would bring about. */
const consequences = (events: ReadonlyArray<AccountEvent>): ReadonlyArray<AccountEvent> => {
  const end = events.findIndex(isMarginWatch)
  return end === -1 ? events : events.slice(0, end)
}

const fillPrice = (events: ReadonlyArray<AccountEvent>): Decimal | undefined => {
  for (const event of events) if (event._tag === "OrderFilled") return event.price
  return undefined
}

const commissionOf = (events: ReadonlyArray<AccountEvent>): Decimal =>
  events.reduce((sum, event) => sum + ("trade" in event ? event.trade.commission : 0n), 0n)

export const orderPreview = ({ state, version }: AccountView, order: PlaceOrder, market: Market): OrderPreview => {
  const prices = clientPrices(market, state.group)
  const instrument = market.configuration.instruments[order.symbol]
  const quote = prices && instrument && clientQuote(prices, instrument)
  const decision = decide(state.accountId, state, order, market)
  const events = consequences(decision.events)
  const after = decision.rejection === undefined ? events.reduce(evolve, state) : undefined
  const group = market.configuration.groups[state.group]

  const shown = (value: Decimal | undefined, digits: number): string | null => (value === undefined ? null : formatDecimal(value, digits))
  const price = (value: Decimal | undefined): string | null => shown(value, instrument?.digits ?? 0)
  const priceAtLevel = (percent: Decimal | undefined): Decimal | undefined =>
    after && instrument && percent !== undefined ? levelPrice(after, market, instrument, percent) : undefined

  return {
    version,
    refusal: decision.rejection === undefined ? null : refusalView(decision.rejection),
    price: price(fillPrice(events) ?? order.limitPrice ?? order.stopPrice ?? (quote && openingPrice(order.side, quote))),
    margin: shown(after && prices && usedMargin(after, prices) - usedMargin(state, prices), state.currencyDigits),
    commission: shown(after && commissionOf(events), state.currencyDigits),
    before: accountFigures(state, market),
    after: after === undefined ? null : accountFigures(after, market),
    marginCallPrice: price(priceAtLevel(group && marginCallLevel(group))),
    stopOutPrice: price(priceAtLevel(group?.stopOutLevelPercent))
  }
}
