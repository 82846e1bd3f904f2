/** readTicket: what is typed into the ticket, as an order; and what is wrong with it, field by field. Pure. */
import type { Book } from "#domain/Book.ts"
import { type Decimal, formatDecimal, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { closingPrice, clientQuote, openingPrice, pointOf, type ClientPrices } from "#domain/Prices.ts"
import type { ExitDraft, ExitUnit, TicketDraft } from "../../state/ticket.ts"
import { exitPriceFor, type PreviewedOrder } from "./ticketPreview.ts"

export type TicketField = "lots" | "limitPrice" | "stopPrice" | "stopLoss" | "takeProfit"
export type TicketProblem =
  | { readonly kind: "number" | "price" }
  | { readonly kind: "lotsMin" | "lotsMax" | "lotsStep"; readonly lots: string }
  | { readonly kind: "stopLossSide" | "takeProfitSide"; readonly price: string }

export interface ReadTicket {
  /** Undefined while something is wrong or missing. */
  readonly order: PreviewedOrder | undefined
  readonly limitPrice: Decimal | undefined
  readonly stopPrice: Decimal | undefined
  readonly problems: Partial<Readonly<Record<TicketField, TicketProblem>>>
}

export interface TicketContext {
  readonly instrument: Instrument
  readonly prices: ClientPrices
  readonly book: Book
  readonly exitUnit: ExitUnit
}

export const lotsProblem = (instrument: Instrument, lots: Decimal | undefined): TicketProblem | undefined => {
  if (lots === undefined) return { kind: "number" }
  if (lots < instrument.lotsMin) return { kind: "lotsMin", lots: formatDecimal(instrument.lotsMin, 2) }
  if (lots > instrument.lotsMax) return { kind: "lotsMax", lots: formatDecimal(instrument.lotsMax, 2) }
  if (lots % instrument.lotsStep !== 0n) return { kind: "lotsStep", lots: formatDecimal(instrument.lotsStep, 2) }
  return undefined
}

/** A price as typed; undefined unless it is positive and has no more digits than the instrument's. */
export const parsePrice = (instrument: Instrument, text: string): Decimal | undefined => {
  const price = parseDecimal(text.trim())
  return price !== undefined && price > 0n && price % pointOf(instrument) === 0n ? price : undefined
}

export const readTicket = (draft: TicketDraft, context: TicketContext): ReadTicket => {
  const { instrument, prices } = context
  const problems: { -readonly [Field in TicketField]?: TicketProblem } = {}
  const lots = parseDecimal(draft.lots.trim())
  const wrongLots = lotsProblem(instrument, lots)
  if (wrongLots !== undefined) problems.lots = wrongLots

  const limitPrice = draft.type === "limit" || draft.type === "stopLimit" ? parsePrice(instrument, draft.limitPrice) : undefined
  const stopPrice = draft.type === "stop" || draft.type === "stopLimit" ? parsePrice(instrument, draft.stopPrice) : undefined
  if ((draft.type === "limit" || draft.type === "stopLimit") && limitPrice === undefined) problems.limitPrice = { kind: "price" }
  if ((draft.type === "stop" || draft.type === "stopLimit") && stopPrice === undefined) problems.stopPrice = { kind: "price" }

  const quote = clientQuote(prices, instrument)
  const restingPrice = draft.type === "market" ? undefined : (limitPrice ?? stopPrice)
  const openPrice = restingPrice ?? (quote && openingPrice(draft.side, quote))
  const reference = restingPrice ?? (quote && closingPrice(draft.side, quote))
  if (lots === undefined || openPrice === undefined || reference === undefined) return { order: undefined, limitPrice, stopPrice, problems }

  const base = { instrument, side: draft.side, lots }
  const below = draft.side === "buy"
  const stopLoss = exitPrice(draft.stopLoss, "loss", context, base, openPrice)
  const takeProfit = exitPrice(draft.takeProfit, "gain", context, base, openPrice)
  const referenceText = formatDecimal(reference, instrument.digits)
  if (draft.stopLoss.enabled) {
    if (stopLoss === undefined) problems.stopLoss = { kind: "price" }
    else if (below ? stopLoss >= reference : stopLoss <= reference) problems.stopLoss = { kind: "stopLossSide", price: referenceText }
  }
  if (draft.takeProfit.enabled) {
    if (takeProfit === undefined) problems.takeProfit = { kind: "price" }
    else if (below ? takeProfit <= reference : takeProfit >= reference) problems.takeProfit = { kind: "takeProfitSide", price: referenceText }
  }
  const order = Object.keys(problems).length === 0 ? { ...base, restingPrice, stopLoss, takeProfit } : undefined
  return { order, limitPrice, stopPrice, problems }
}

/** Undefined when the exit is off, or cannot be read. */
const exitPrice = (
  draft: ExitDraft,
  direction: "loss" | "gain",
  context: TicketContext,
  order: Pick<PreviewedOrder, "instrument" | "side" | "lots">,
  openPrice: Decimal
): Decimal | undefined => {
  if (!draft.enabled) return undefined
  if (context.exitUnit === "price") return parsePrice(context.instrument, draft.text)
  const amount = parseDecimal(draft.text.trim())
  if (amount === undefined || amount <= 0n) return undefined
  const sign = direction === "gain" ? 1n : -1n
  if (context.exitUnit === "money") return positive(exitPriceFor(context.prices, context.book, order, openPrice, sign * amount))
  const points = amount / POINT_SCALE
  const towards = order.side === "buy" ? sign : -sign
  return positive(openPrice + towards * points * pointOf(context.instrument))
}

/** A count typed as a decimal is scaled by 10^8. */
const POINT_SCALE = 100_000_000n
const positive = (price: Decimal | undefined): Decimal | undefined => (price !== undefined && price > 0n ? price : undefined)
