/** ticket: the order that is being written. One draft for the page, so that chart, watchlist and keyboard can fill it in. */
import { Schema } from "effect"
import { formatDecimal, maxDecimal, minDecimal, ONE, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderType, Side, TimeInForce } from "#domain/Order.ts"
import { action, cell, personal } from "./store.ts"

/** The price itself, a distance from the opening price in points, an amount of the account's currency, or percent of its equity. */
export const ExitUnit = Schema.Literals(["price", "points", "money", "percent"])
export type ExitUnit = typeof ExitUnit.Type
export interface ExitDraft {
  readonly enabled: boolean
  readonly text: string
}
const NO_EXIT: ExitDraft = { enabled: false, text: "" }

export interface TicketDraft {
  readonly side: Side
  readonly type: OrderType
  /** As typed. */
  readonly lots: string
  readonly limitPrice: string
  readonly stopPrice: string
  readonly timeInForce: TimeInForce
  /** As typed into a date and time field, in the chosen time zone. */
  readonly expiresAt: string
  readonly stopLoss: ExitDraft
  readonly takeProfit: ExitDraft
  /** Distance in points at which the stop-loss follows the market. */
  readonly trailingStop: ExitDraft
  /** Points that a market order's fill may be worse than the price that was seen. */
  readonly maxSlippage: ExitDraft
}

const EMPTY: TicketDraft = {
  side: "buy",
  type: "market",
  lots: "0.10",
  limitPrice: "",
  stopPrice: "",
  timeInForce: "GTC",
  expiresAt: "",
  stopLoss: NO_EXIT,
  takeProfit: NO_EXIT,
  trailingStop: NO_EXIT,
  maxSlippage: NO_EXIT
}
export const ticketCell = cell<TicketDraft>(EMPTY)
/** lots: as the order has it; units: of what is traded; money: what that is worth at the market, in the account's currency. */
export const VolumeUnit = Schema.Literals(["lots", "units", "money"])
export type VolumeUnit = typeof VolumeUnit.Type
export const volumeUnitCell = personal("ticket.volumeUnit", VolumeUnit, "lots")
export const exitUnitCell = personal("ticket.exitUnit", ExitUnit, "price")

const WAITING: ReadonlyArray<TimeInForce> = ["GTC", "DAY", "GTD"]
/** How long an order of a type may wait. One with a limit may also be done at once or not at all; a market order is, always. */
export const TIMES_IN_FORCE: Readonly<Record<OrderType, ReadonlyArray<TimeInForce>>> = {
  market: [],
  limit: [...WAITING, "IOC", "FOK"],
  stop: WAITING,
  stopLimit: WAITING
}

/** What another type of order cannot have is as it is at first. */
export const editTicket = action((read, write, change: Partial<TicketDraft>) => {
  const draft = { ...read(ticketCell), ...change }
  const isAllowed = draft.type === "market" || TIMES_IN_FORCE[draft.type].includes(draft.timeInForce)
  write(ticketCell, isAllowed ? draft : { ...draft, timeInForce: EMPTY.timeInForce })
})

/** Prices belong to a symbol: choosing another one forgets them, and fits the volume to what it allows. */
export const resetTicketPrices = action((read, write, instrument: Instrument) => {
  const draft = read(ticketCell)
  const lots = parseDecimal(draft.lots) ?? ONE
  const fitting = maxDecimal(instrument.lotsMin, minDecimal(instrument.lotsMax, lots - (lots % instrument.lotsStep)))
  write(ticketCell, {
    ...draft,
    lots: formatDecimal(fitting, 2),
    limitPrice: "",
    stopPrice: "",
    stopLoss: { ...draft.stopLoss, text: "" },
    takeProfit: { ...draft.takeProfit, text: "" }
  })
})
