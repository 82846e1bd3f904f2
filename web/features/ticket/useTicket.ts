/** useTicket: the ticket on the page, read against the live market. */
import { useEffect, useRef } from "react"
import { parseDecimal } from "#domain/Decimal.ts"
import { figuresCell } from "../../state/account.ts"
import { instrumentValue, quoteValue } from "../../state/market.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { bookValue, clientPricesValue } from "../../state/prices.ts"
import { derived, useSelected, useValue, write } from "../../state/store.ts"
import { symbolValue } from "../../state/selection.ts"
import { exitUnitCell, resetTicketPrices, ticketCell } from "../../state/ticket.ts"
import { problemText } from "./problemText.ts"
import { readTicket, type ReadTicket, type TicketField } from "./readTicket.ts"
import { ticketPreview, type TicketPreview } from "./ticketPreview.ts"

/** The chosen symbol's instrument, once it is loaded. */
export const ticketInstrumentValue = derived((read) => read(instrumentValue(read(symbolValue))))

/** What the draft says at the current quote; undefined while something is loading. */
export const readTicketValue = derived((read): ReadTicket | undefined => {
  const instrument = read(ticketInstrumentValue)
  const prices = read(clientPricesValue)
  const book = read(bookValue)
  if (instrument === undefined || prices === undefined || book === undefined) return undefined
  // The domain reads quotes through `prices`; this subscription is what makes it read again.
  read(quoteValue(instrument.symbol))
  const exitUnit = read(exitUnitCell)
  // Only a share of the equity moves with it.
  const equity = exitUnit === "percent" ? parseDecimal(read(figuresCell)?.equity ?? "") : undefined
  return readTicket(read(ticketCell), { instrument, prices, book, exitUnit, equity, timeZone: read(timeZoneValue) })
})

export const ticketPreviewValue = derived((read): TicketPreview | undefined => {
  const order = read(readTicketValue)?.order
  const prices = read(clientPricesValue)
  const book = read(bookValue)
  const equity = parseDecimal(read(figuresCell)?.equity ?? "")
  return order === undefined || prices === undefined || book === undefined || equity === undefined
    ? undefined
    : ticketPreview(prices, book, equity, order)
})

/** What is wrong with a field, in words; undefined when nothing is. */
export const useProblemText = (field: TicketField): string | undefined =>
  useSelected(readTicketValue, (ticket) => {
    const problem = ticket?.problems[field]
    return problem === undefined ? undefined : problemText(problem)
  })

/** Forgets prices that were typed for another symbol. */
export const useTicketFollowsSymbol = (): void => {
  const instrument = useValue(ticketInstrumentValue)
  const shown = useRef<string>(undefined)
  useEffect(() => {
    if (instrument === undefined || shown.current === instrument.symbol) return
    shown.current = instrument.symbol
    write(resetTicketPrices, instrument)
  }, [instrument])
}
