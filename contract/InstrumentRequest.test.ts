import { Result, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { AccountGroupRequest, InstrumentRequest } from "#contract/InstrumentRequest.ts"
import { AccountGroup } from "#domain/AccountGroup.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { Instrument } from "#domain/Instrument.ts"

const instruments = Object.values(defaultConfiguration.instruments).map((instrument) => Schema.encodeSync(Instrument)(instrument))
const groups = Object.values(defaultConfiguration.groups).map((group) => Schema.encodeSync(AccountGroup)(group))
const eurusd = instruments.find(({ symbol }) => symbol === "EURUSD")
const isInstrument = (value: unknown): boolean =>
  Result.isSuccess(Schema.decodeUnknownResult(InstrumentRequest, { onExcessProperty: "error" })(value))
const isGroup = (value: unknown): boolean =>
  Result.isSuccess(Schema.decodeUnknownResult(AccountGroupRequest, { onExcessProperty: "error" })(value))

it.each(instruments.map((instrument) => [instrument.symbol, instrument] as const))("staff could have entered %s", (_, instrument) => {
  expect(isInstrument(instrument)).toBe(true)
})
it.each(groups.map((group) => [group.name, group] as const))("staff could have entered the group %s", (_, group) => {
  expect(isGroup(group)).toBe(true)
})

describe("an instrument is refused with", () => {
  it.each<[string, object]>([
    ["a contract of nothing", { contractSize: "0" }],
    ["a negative step", { lotsStep: "-0.01" }],
    ["more digits than a decimal holds", { digits: 9 }],
    ["a time zone that is none", { timeZone: "Mars/Olympus" }],
    ["a session that ends before it begins", { sessions: [{ openMinute: 100, closeMinute: 100 }] }],
    ["a session beyond the week", { sessions: [{ openMinute: 0, closeMinute: 10_081 }] }],
    ["six days of swap", { swap: { kind: "points", long: "0", short: "0", dayMultipliers: [1, 1, 3, 1, 1, 0] } }],
    ["a minimum above its maximum", { lotsMin: "100", lotsMax: "1" }],
    ["a minimum off its step", { lotsMin: "0.015" }],
    ["a currency that is none", { baseCurrency: "euro" }],
    ["NUL in its description", { description: "Euro\u0000" }],
    ["a number for a decimal", { lotsMin: 0.01 }],
    ["quotes that never age", { quoteAgeMillisMax: 0 }]
  ])("%s", (_, change) => {
    expect(isInstrument({ ...eurusd, ...change })).toBe(false)
  })
})

describe("a group is refused with", () => {
  it.each<[string, object]>([
    ["a stop-out above the margin call", { marginCallLevelPercent: "50", stopOutLevelPercent: "100" }],
    ["a negative level", { stopOutLevelPercent: "-1" }],
    ["leverage 0", { leverageCaps: { crypto: 0 } }],
    ["a negative mark-up", { markUpPoints: { "*": -1 } }],
    ["a commission for no symbol", { commissions: { "": { kind: "none", rate: "0", minimum: "0" } } }],
    ["a negative commission", { commissions: { "*": { kind: "lot", rate: "-1", minimum: "0" } } }]
  ])("%s", (_, change) => {
    expect(isGroup({ ...groups[0], ...change })).toBe(false)
  })
})
