/** stopOutOf: a stop-out as the account's journal tells it: what it began with, its steps in their order with the prices of that moment, its end. */
import { Schema } from "effect"
import type { ChangeView } from "#contract/Views.ts"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Figures } from "#domain/Figures.ts"
import { Quote } from "#domain/Quote.ts"
import { Trade } from "#domain/Trade.ts"

const Evidence = Schema.Struct({
  figures: Figures,
  quotes: Schema.Array(Quote),
  marginCallLevelPercent: DecimalFromString,
  stopOutLevelPercent: DecimalFromString,
  configurationVersion: Schema.optionalKey(Schema.Int)
})
const Started = Schema.Struct({ ...Evidence.fields, strategy: Schema.Literals(["largestLoss", "smart"]) })
const Step = Schema.Struct({
  step: Schema.Int,
  rule: Schema.Literals(["largestReservedMargin", "largestLoss", "smallestProfit", "mostMargin"]),
  orderId: Schema.optionalKey(Schema.String),
  positionId: Schema.optionalKey(Schema.String),
  before: Figures,
  after: Figures,
  quotes: Schema.Array(Quote)
})
const Traded = Schema.Struct({ trade: Trade })

export interface StopOutStep extends Schema.Schema.Type<typeof Step> {
  readonly time: number
  /** What closed the position, or part of it; undefined of an order that was canceled. */
  readonly trade: Trade | undefined
}

export interface StopOut extends Schema.Schema.Type<typeof Started> {
  readonly time: number
  readonly steps: ReadonlyArray<StopOutStep>
  /** Undefined while it goes on. */
  readonly end: (Schema.Schema.Type<typeof Evidence> & { readonly time: number }) | undefined
  /** Every price that a figure was made of, each tick once, oldest first. */
  readonly ticks: ReadonlyArray<Quote>
}

/** An event of the stop-out: by its place in the journal, or by the trade that it booked. */
export const isEvent =
  (key: string) =>
  (change: ChangeView): boolean =>
    String(change.sequence) === key || tradeIdOf(change) === key

const tradeIdOf = ({ data: { trade } }: ChangeView): unknown =>
  typeof trade === "object" && trade !== null && "tradeId" in trade ? trade.tradeId : undefined

/** The stop-out around that event; undefined when the events do not reach back to its beginning, or there is none. */
export const stopOutOf = (changes: ReadonlyArray<ChangeView>, key: string): StopOut | undefined => {
  const around = changes.findIndex(isEvent(key))
  const first = changes.slice(0, around + 1).findLastIndex(({ type }) => type === "StopOutStarted")
  const beginning = changes[first]
  if (beginning === undefined) return undefined
  const rest = changes.slice(first + 1)
  const last = rest.findIndex(({ type }) => type === "StopOutEnded")
  if (last >= 0 && first + 1 + last < around) return undefined
  const started = Schema.decodeUnknownSync(Started)(beginning.data)
  const steps = stepsOf(last < 0 ? rest : rest.slice(0, last))
  const ended = rest[last]
  const end = ended && { ...Schema.decodeUnknownSync(Evidence)(ended.data), time: ended.time }
  return { ...started, time: beginning.time, steps, end, ticks: ticksOf([started, ...steps, ...(end === undefined ? [] : [end])]) }
}

/** A step's trade is the first after it. */
const stepsOf = (changes: ReadonlyArray<ChangeView>): ReadonlyArray<StopOutStep> =>
  changes.flatMap((change, index) => {
    if (change.type !== "LiquidationStepTaken") return []
    const step = Schema.decodeUnknownSync(Step)(change.data)
    const booked = changes.slice(index + 1).find((next) => tradeIdOf(next) !== undefined || next.type === "LiquidationStepTaken")
    const isTrade = booked !== undefined && booked.type !== "LiquidationStepTaken" && step.positionId !== undefined
    return [{ ...step, time: change.time, trade: isTrade ? Schema.decodeUnknownSync(Traded)(booked.data).trade : undefined }]
  })

export const tickKey = ({ symbol, sequence }: Pick<Quote, "symbol" | "sequence">): string => `tick-${symbol}-${sequence}`

const ticksOf = (parts: ReadonlyArray<{ readonly quotes: ReadonlyArray<Quote> }>): ReadonlyArray<Quote> => [
  ...new Map(
    parts
      .flatMap(({ quotes }) => quotes)
      .toSorted((a, b) => a.receivedAt - b.receivedAt)
      .map((quote) => [tickKey(quote), quote])
  ).values()
]
