/** Tick: one price as it goes over the wire. Figures are the text of a JSON number, so that 1.10010 stays 1.10010. */
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"

export interface Tick {
  readonly instrument: SimulatedInstrument
  readonly price: string
  readonly bid?: string
  readonly ask?: string
  /** UNIX seconds. */
  readonly timestamp: number
}

/** The price event that upstream sends for the tick. */
export const priceFrame = (tick: Tick, dayVolume: number): string => {
  const { instrument } = tick
  const head = {
    event: "price",
    symbol: instrument.upstreamSymbol,
    currency: instrument.currency,
    ...(instrument.currencyBase === undefined ? {} : { currency_base: instrument.currencyBase }),
    ...(instrument.currencyQuote === undefined ? {} : { currency_quote: instrument.currencyQuote }),
    ...(instrument.type === "Physical Currency" ? {} : { exchange: instrument.exchange }),
    ...(instrument.micCode === undefined ? {} : { mic_code: instrument.micCode }),
    type: instrument.type,
    timestamp: tick.timestamp,
    ...(instrument.type === "Common Stock" ? { day_volume: dayVolume } : {})
  }
  const bid = tick.bid === undefined ? "" : `,"bid":${tick.bid}`
  const ask = tick.ask === undefined ? "" : `,"ask":${tick.ask}`
  return `${JSON.stringify(head).slice(0, -1)},"price":${tick.price}${bid}${ask}}`
}
