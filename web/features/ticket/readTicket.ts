/** readTicket: what is typed into the ticket, as an order; and what is wrong with it, field by field. Pure. */
import type { Book } from "#domain/Book.ts"
import { type Decimal, formatDecimal, ONE, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderType, Side } from "#domain/Order.ts"
import { closingPrice, clientQuote, openingPrice, pointOf, type ClientPrices } from "#domain/Prices.ts"
import type { ExitDraft, ExitUnit, TicketDraft } from "../../state/ticket.ts"
import { zonedMillis } from "../../locales/zonedTime.ts"
import { exitPriceFor, type PreviewedOrder } from "./ticketPreview.ts"

export type TicketField = "lots" | "limitPrice" | "stopPrice" | "stopLoss" | "takeProfit" | "trailingStop" | "maxSlippage" | "expiresAt"
export type TicketProblem =
  | { readonly kind: "number" | "price" | "points" | "expiry" }
  | { readonly kind: "lotsMin" | "lotsMax" | "lotsStep"; readonly lots: string }
  | { readonly kind: "stopLossSide" | "takeProfitSide"; readonly price: string }
type Problems = Partial<Readonly<Record<TicketField, TicketProblem>>>

export interface ReadTicket {
  /** Undefined while something is wrong or missing. */
  readonly order: PreviewedOrder | undefined
  readonly limitPrice: Decimal | undefined
  readonly stopPrice: Decimal | undefined
  readonly trailingPoints: number | undefined
  readonly maxSlippagePoints: number | undefined
  /** Of an order that is valid until a date, epoch milliseconds. */
  readonly expiresAt: number | undefined
  readonly problems: Problems
}

export interface TicketContext {
  readonly instrument: Instrument
  readonly prices: ClientPrices
  readonly book: Book
  readonly exitUnit: ExitUnit
  /** The account's now, of which exits may be a share; undefined while a position cannot be valued. */
  readonly equity: Decimal | undefined
  /** In which the expiry is written. */
  readonly timeZone: string
}

export const needsLimitPrice = (type: OrderType): boolean => type === "limit" || type === "stopLimit"
export const needsStopPrice = (type: OrderType): boolean => type === "stop" || type === "stopLimit"

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
  const { instrument } = context
  const lots = parseDecimal(draft.lots.trim())
  const limitPrice = needsLimitPrice(draft.type) ? parsePrice(instrument, draft.limitPrice) : undefined
  const stopPrice = needsStopPrice(draft.type) ? parsePrice(instrument, draft.stopPrice) : undefined
  const extras = readExtras(draft, context)
  const problems = present({
    lots: lotsProblem(instrument, lots),
    limitPrice: needsLimitPrice(draft.type) && limitPrice === undefined ? { kind: "price" } : undefined,
    stopPrice: needsStopPrice(draft.type) && stopPrice === undefined ? { kind: "price" } : undefined,
    ...extras.problems
  })
  const base = { limitPrice, stopPrice, problems, ...extras.values }
  const market = referencePrices(draft, context, limitPrice ?? stopPrice)
  if (lots === undefined || market === undefined) return { ...base, order: undefined }

  const exits = readExits(draft, context, lots, market)
  const all = { ...problems, ...exits.problems }
  const order = { instrument, side: draft.side, lots, restingPrice: market.resting, stopLoss: exits.stopLoss, takeProfit: exits.takeProfit }
  return { ...base, problems: all, order: Object.keys(all).length === 0 ? order : undefined }
}

/** What fewer orders carry. */
const readExtras = (draft: TicketDraft, context: TicketContext) => {
  const isMarket = draft.type === "market"
  const needsExpiry = !isMarket && draft.timeInForce === "GTD"
  const trailingPoints = readPoints(draft.trailingStop)
  const maxSlippagePoints = isMarket ? readPoints(draft.maxSlippage) : undefined
  const expiresAt = needsExpiry ? zonedMillis(draft.expiresAt, context.timeZone) : undefined
  const problems: { readonly [Field in TicketField]?: TicketProblem | undefined } = {
    trailingStop: draft.trailingStop.enabled && trailingPoints === undefined ? { kind: "points" } : undefined,
    maxSlippage: isMarket && draft.maxSlippage.enabled && maxSlippagePoints === undefined ? { kind: "points" } : undefined,
    expiresAt: needsExpiry && expiresAt === undefined ? { kind: "expiry" } : undefined
  }
  return { values: { trailingPoints, maxSlippagePoints, expiresAt }, problems }
}

/** A positive count; undefined when it is off or cannot be read. */
const readPoints = (draft: ExitDraft): number | undefined =>
  draft.enabled && /^[1-9]\d{0,5}$/.test(draft.text.trim()) ? Number(draft.text) : undefined

interface ReferencePrices {
  readonly resting: Decimal | undefined
  readonly open: Decimal
  /** What exits are judged against: at the market, the price at which the position would be closed. */
  readonly exit: Decimal
}

/** Undefined without a quote, or while a pending order has no price. */
const referencePrices = (draft: TicketDraft, context: TicketContext, pending: Decimal | undefined): ReferencePrices | undefined => {
  if (draft.type !== "market") return pending === undefined ? undefined : { resting: pending, open: pending, exit: pending }
  const quote = clientQuote(context.prices, context.instrument)
  return quote && { resting: undefined, open: openingPrice(draft.side, quote), exit: closingPrice(draft.side, quote) }
}

const readExits = (draft: TicketDraft, context: TicketContext, lots: Decimal, market: ReferencePrices) => {
  const { side } = draft
  const order = { instrument: context.instrument, side, lots }
  const stopLoss = exitPrice(draft.stopLoss, -1n, context, order, market.open)
  const takeProfit = exitPrice(draft.takeProfit, 1n, context, order, market.open)
  const price = formatDecimal(market.exit, context.instrument.digits)
  const problems = present({
    stopLoss: exitProblem(draft.stopLoss, stopLoss, isBetter(side, market.exit, stopLoss), { kind: "stopLossSide", price }),
    takeProfit: exitProblem(draft.takeProfit, takeProfit, isBetter(side, takeProfit, market.exit), { kind: "takeProfitSide", price })
  })
  return { stopLoss, takeProfit, problems }
}

const exitProblem = (
  draft: ExitDraft,
  price: Decimal | undefined,
  isOnSide: boolean,
  wrongSide: TicketProblem
): TicketProblem | undefined => {
  if (!draft.enabled) return undefined
  if (price === undefined) return { kind: "price" }
  return isOnSide ? undefined : wrongSide
}

/** Whether a position of that side is worth more at `a` than at `b`. */
const isBetter = (side: Side, a: Decimal | undefined, b: Decimal | undefined): boolean =>
  a !== undefined && b !== undefined && (side === "buy" ? a > b : a < b)

/** `direction`: 1 towards a gain, −1 towards a loss. Undefined when the exit is off, or cannot be read. */
const exitPrice = (
  draft: ExitDraft,
  direction: bigint,
  context: TicketContext,
  order: Pick<PreviewedOrder, "instrument" | "side" | "lots">,
  openPrice: Decimal
): Decimal | undefined => {
  if (!draft.enabled) return undefined
  if (context.exitUnit === "price") return parsePrice(context.instrument, draft.text)
  const amount = parseDecimal(draft.text.trim())
  if (amount === undefined || amount <= 0n) return undefined
  if (context.exitUnit !== "points") {
    const money = context.exitUnit === "money" ? amount : ((context.equity ?? 0n) * amount) / (100n * ONE)
    return money === 0n ? undefined : positive(exitPriceFor(context.prices, context.book, order, openPrice, direction * money))
  }
  const upwards = order.side === "buy" ? direction : -direction
  return positive(openPrice + upwards * (amount / ONE) * pointOf(context.instrument))
}

const positive = (price: Decimal | undefined): Decimal | undefined => (price !== undefined && price > 0n ? price : undefined)

const present = (problems: { readonly [Field in TicketField]?: TicketProblem | undefined }): Problems =>
  Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined))
