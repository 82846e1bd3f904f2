/**
 * mutations: the engine, broken on purpose. Each wraps decide or evolve so that one rule is read wrongly; the comparison must notice, or it
 * would not notice the same fault in the engine.
 */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { Market } from "#actors/account/Market.ts"
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Trade } from "#domain/Trade.ts"
import { converted } from "./model/Formulas.ts"
import { type Fraction, minus, ofScaled, times } from "./model/Fraction.ts"
import { MarketView } from "./model/MarketView.ts"
import type { Engine } from "./Twin.ts"

const mapRecord = <A>(record: Readonly<Record<string, A>>, change: (value: A) => A): Record<string, A> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

/** An engine that is told other conditions than the model. */
const underGroups = (change: (group: AccountGroup) => AccountGroup): Engine =>
  inMarket((market) => ({
    ...market,
    configuration: { ...market.configuration, groups: mapRecord(market.configuration.groups, change) }
  }))

const underInstruments = (change: (instrument: Instrument) => Instrument): Engine =>
  inMarket((market) => ({
    ...market,
    configuration: { ...market.configuration, instruments: mapRecord(market.configuration.instruments, change) }
  }))

/** The world hands out one configuration for many decisions; its mutation is made once, so that what the engine keeps beside it stays of use. */
const inMarket = (change: (market: Market) => Market): Engine => {
  const known = new WeakMap<Market["configuration"], Market["configuration"]>()
  return {
    decide: (accountId, state, command, market) => {
      const changed = change(market)
      const configuration = known.get(market.configuration) ?? changed.configuration
      known.set(market.configuration, configuration)
      return decide(accountId, state, command, { ...changed, configuration })
    },
    evolve
  }
}

/** An engine whose events are altered before they are taken in. */
const withEvents = (change: (event: AccountEvent, state: AccountState, market: Market) => ReadonlyArray<AccountEvent>): Engine => ({
  decide: (accountId, state, command, market) => {
    const { events, rejection } = decide(accountId, state, command, market)
    return { events: events.flatMap((event) => change(event, state, market)), rejection }
  },
  evolve
})

const withState = (change: (state: AccountState, command: AccountCommand, market: Market) => AccountState): Engine => ({
  decide: (accountId, state, command, market) => decide(accountId, change(state, command, market), command, market),
  evolve
})

// ---- rounding

const exactProfit = (trade: Trade, state: AccountState, market: Market): Fraction | undefined => {
  const group = market.configuration.groups[state.group]
  const instrument = market.configuration.instruments[trade.symbol]
  const position = state.positions.get(trade.positionId)
  if (group === undefined || instrument === undefined || position === undefined) return undefined
  const view = new MarketView(market.now, market.configuration, group, state.currency, market.quote)
  const [from, to] = trade.side === "sell" ? [position.openPrice, trade.price] : [trade.price, position.openPrice]
  const raw = times(minus(ofScaled(to), ofScaled(from)), ofScaled(instrument.contractSize), ofScaled(trade.lots))
  return converted(view, raw, instrument.profitCurrency)
}

/** Rounds realized profit in another way; the entries' balances follow. */
const roundingProfit = (round: (exact: Fraction, digits: number) => bigint): Engine => ({
  decide: (accountId, state, command, market) => {
    const { events, rejection } = decide(accountId, state, command, market)
    let drift = 0n
    let change = 0n
    const altered = events.map((event): AccountEvent => {
      if ("trade" in event) {
        const exact = event.trade.entry === "close" && event.trade.cause !== "closeBy" ? exactProfit(event.trade, state, market) : undefined
        change = exact === undefined ? 0n : round(exact, state.currencyDigits) - event.trade.realizedProfit
        return { ...event, trade: { ...event.trade, realizedProfit: event.trade.realizedProfit + change } }
      }
      if (event._tag !== "LedgerEntryBooked") return event
      const { entry } = event
      const difference = entry.kind === "profit" ? change : 0n
      drift += difference
      return { ...event, entry: { ...entry, amount: entry.amount + difference, balanceAfter: entry.balanceAfter + drift } }
    })
    return { events: altered, rejection }
  },
  evolve
})

const unitOf = (digits: number): bigint => 10n ** BigInt(8 - digits)

const truncated = (exact: Fraction, digits: number): bigint => ((exact.n * 10n ** BigInt(digits)) / exact.d) * unitOf(digits)

const halfEven = (exact: Fraction, digits: number): bigint => {
  const dividend = exact.n * 10n ** BigInt(digits)
  const magnitude = dividend < 0n ? -dividend : dividend
  const whole = magnitude / exact.d
  const twice = (magnitude % exact.d) * 2n
  const rounded = twice > exact.d || (twice === exact.d && whole % 2n === 1n) ? whole + 1n : whole
  return (dividend < 0n ? -rounded : rounded) * unitOf(digits)
}

// ---- the rest

/** Symbols that only convert: nothing of the account, nor the command, is about them. */
const isOnlyConversion = (symbol: string, state: AccountState, command: AccountCommand): boolean =>
  !("symbol" in command && command.symbol === symbol) &&
  ![...state.positions.values(), ...state.orders.values()].some((item) => item.symbol === symbol) &&
  !(command._tag === "ApplyQuotes" && command.quotes.some((quote) => quote.symbol === symbol))

const swappedConversion: Engine = {
  decide: (accountId, state, command, market) =>
    decide(accountId, state, command, {
      ...market,
      quote: (symbol) => {
        const quote = market.quote(symbol)
        return quote !== undefined && isOnlyConversion(symbol, state, command) ? { ...quote, bid: quote.ask, ask: quote.bid } : quote
      }
    }),
  evolve
}

/** Where both exits are touched the stop-loss is overlooked. */
const takeProfitFirst = withState((state, command, market) => {
  if (command._tag !== "ApplyQuotes") return state
  const positions = [...state.positions].map(([id, position]): [string, typeof position] => {
    const { stopLoss, ...rest } = position
    const quote = market.quote(position.symbol)
    if (stopLoss === undefined || position.takeProfit === undefined || quote === undefined) return [id, position]
    const isBothTouched =
      position.side === "buy"
        ? quote.bid <= stopLoss && quote.bid >= position.takeProfit
        : quote.ask >= stopLoss && quote.ask <= position.takeProfit
    return [id, isBothTouched ? rest : position]
  })
  return { ...state, positions: new Map(positions) }
})

const isProtection = (event: AccountEvent): boolean =>
  event._tag === "LedgerEntryBooked" && event.entry.kind === "negativeBalanceProtection"

const evolvedWith = (change: (next: AccountState, event: AccountEvent, before: AccountState) => AccountState): Engine => ({
  decide,
  evolve: (state, event) => change(evolve(state, event), event, state)
})

/** A mutation's name says what is broken. */
export const MUTATIONS: Readonly<Record<string, Engine>> = {
  "stop-out only below its level, not at it": underGroups((group) => ({ ...group, stopOutLevelPercent: group.stopOutLevelPercent - 1n })),
  "margin call only below its level, not at it": underGroups((group) => ({
    ...group,
    marginCallLevelPercent: group.marginCallLevelPercent - 1n
  })),
  "stop-out one percent early": underGroups((group) => ({ ...group, stopOutLevelPercent: group.stopOutLevelPercent + 100_000_000n })),
  "the other stop-out strategy": underGroups((group) => ({
    ...group,
    stopOutStrategy: group.stopOutStrategy === "smart" ? "largestLoss" : "smart"
  })),
  "the other hedged margin": underGroups((group) => ({ ...group, hedgedMargin: group.hedgedMargin === "basic" ? "largerLeg" : "basic" })),
  "new exposure during a margin call": underGroups((group) => ({ ...group, refuseExposureInMarginCall: false })),
  "no leverage caps": underGroups((group) => ({ ...group, leverageCaps: {} })),
  "no mark-up": underGroups((group) => ({ ...group, markUpPoints: {} })),
  "no commission minimum": underGroups((group) => ({
    ...group,
    commissions: mapRecord(group.commissions, (rule) => ({ ...rule, minimum: 0n }))
  })),
  "no protection from a negative balance": underGroups((group) => ({ ...group, negativeBalanceProtection: false })),
  "double protection entry": withEvents((event) => (isProtection(event) ? [event, event] : [event])),
  "take-profit before stop-loss": takeProfitFirst,
  "profit truncated": roundingProfit(truncated),
  "profit rounded half to even": roundingProfit(halfEven),
  "conversion at the better side": swappedConversion,
  "swap ×3 a day late": underInstruments((instrument) => ({
    ...instrument,
    swap: {
      ...instrument.swap,
      dayMultipliers: [...instrument.swap.dayMultipliers.slice(-1), ...instrument.swap.dayMultipliers.slice(0, -1)]
    }
  })),
  "long swap rate for shorts": underInstruments((instrument) => ({
    ...instrument,
    swap: { ...instrument.swap, short: instrument.swap.long }
  })),
  "holidays forgotten": underInstruments((instrument) => ({ ...instrument, holidays: [] })),
  "sessions forgotten": underInstruments((instrument) => ({ ...instrument, sessions: [] })),
  "stale quotes trusted": underInstruments((instrument) => ({ ...instrument, quoteAgeMillisMax: 10 ** 12 })),
  "tiers forgotten": underInstruments((instrument) => ({ ...instrument, marginTiers: [] })),
  "no slippage": underInstruments((instrument) => ({ ...instrument, slippage: { kind: "none", tiers: [] } })),
  "prices may touch the market": underInstruments((instrument) => ({ ...instrument, stopsLevelPoints: 0 })),
  "OCO partners stay": withEvents((event) => (event._tag === "OrderCanceled" && event.cause === "oco" ? [] : [event])),
  "no dedupe of references": withState((state) => ({ ...state, bookedReferences: new Set() })),
  "withdrawals hold nothing back": withState((state) => ({ ...state, reservations: new Map() })),
  "resting orders hold no margin back": withState((state) => ({
    ...state,
    orders: new Map([...state.orders].map(([id, order]) => [id, { ...order, reservedMargin: 0n }]))
  })),
  "a gap is filled at the stop-loss level": withEvents((event, state) => {
    if (event._tag !== "PositionClosed" || event.trade.cause !== "stopLoss") return [event]
    return [{ ...event, trade: { ...event.trade, price: state.positions.get(event.positionId)?.stopLoss ?? event.trade.price } }]
  }),
  "netting keeps the first open price": evolvedWith((next, event, before) => {
    if (event._tag !== "PositionIncreased") return next
    const kept = before.positions.get(event.position.positionId)
    if (kept === undefined) return next
    return { ...next, positions: new Map(next.positions).set(kept.positionId, { ...event.position, openPrice: kept.openPrice }) }
  }),
  "a partial close forgets the stop-loss": evolvedWith((next, event) => {
    if (event._tag !== "PositionReduced") return next
    const { stopLoss: _, ...rest } = event.position
    return { ...next, positions: new Map(next.positions).set(rest.positionId, rest) }
  }),
  "trailing stops do not move": withEvents((event) => (event._tag === "TrailingStopMoved" ? [] : [event])),
  "swap accrues twice": evolvedWith((next, event) => (event._tag === "SwapAccrued" ? evolve(next, event) : next))
}
