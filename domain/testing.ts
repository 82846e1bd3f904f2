/** testing: short ways to write prices and accounts, for tests of the domain. */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { decimal, formatDecimal, type Decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices } from "#domain/Prices.ts"

/** Monday 2026-11-23, noon in New York: far from any rollover. */
export const NOON = Date.UTC(2026, 10, 23, 17)

/** Bid and ask by symbol, as text. */
export type QuoteTable = Readonly<Record<string, readonly [bid: string, ask: string]>>

/** What a test takes for granted; says so when it is not there. */
export const present = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error("expected a value")
  return value
}

/** The default configuration with changes to instruments or groups. */
export const configured = (
  instruments: Readonly<Record<string, Partial<Instrument>>>,
  groups: Readonly<Record<string, Partial<AccountGroup>>> = {},
  base: Configuration = defaultConfiguration
): Configuration => ({
  ...base,
  instruments: {
    ...base.instruments,
    ...Object.fromEntries(
      Object.entries(instruments).map(([symbol, change]) => [symbol, { ...present(base.instruments[symbol]), ...change }])
    )
  },
  groups: {
    ...base.groups,
    ...Object.fromEntries(Object.entries(groups).map(([name, change]) => [name, { ...present(base.groups[name]), ...change }]))
  }
})

export const pricesOf = (
  quotes: QuoteTable,
  configuration: Configuration = defaultConfiguration,
  group = "professional"
): ClientPrices => ({
  configuration,
  group: present(configuration.groups[group]),
  quote: (symbol) => {
    const sides = quotes[symbol]
    if (sides === undefined) return undefined
    return { symbol, bid: decimal(sides[0]), ask: decimal(sides[1]), time: NOON, receivedAt: NOON, sequence: 1, source: "ws" }
  }
})

export const instrumentOf = (symbol: string, configuration: Configuration = defaultConfiguration): Instrument =>
  present(configuration.instruments[symbol])

export const USD = { currency: "USD", currencyDigits: 2 }
export const EUR = { currency: "EUR", currencyDigits: 2 }
export const JPY = { currency: "JPY", currencyDigits: 0 }

export const positionOf = (fields: Partial<Position> & Pick<Position, "symbol" | "side">): Position => ({
  positionId: "P1",
  lots: decimal("1"),
  openPrice: decimal("1"),
  openedAt: NOON,
  margin: 0n,
  marginRate: decimal("1"),
  swap: 0n,
  commission: 0n,
  orderId: "O1",
  ...fields
})

/** An amount with two digits at least. */
export const money = (amount: Decimal | undefined): string => (amount === undefined ? "none" : formatDecimal(amount, 2))
