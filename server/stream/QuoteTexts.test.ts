import { describe, expect, it } from "vitest"
import { quote } from "#actors/account/testing.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { configured, instrumentOf, NOON } from "#domain/testing.ts"
import { MarketStates } from "#server/stream/MarketStates.ts"
import { QuoteTexts } from "#server/stream/QuoteTexts.ts"

const maximum = instrumentOf("EURUSD").quoteAgeMillisMax

describe("a quote's text", () => {
  it("is made once, and again when the quote grows stale", () => {
    let now = NOON
    const texts = new QuoteTexts(
      () => defaultConfiguration,
      () => now
    )
    const last = quote("EURUSD", "1.1", "1.10012")
    expect(JSON.parse(texts.of(last))).toEqual({
      symbol: "EURUSD",
      bid: "1.10000",
      ask: "1.10012",
      time: NOON,
      receivedAt: NOON,
      sequence: 1,
      source: "ws",
      stale: false
    })
    now += maximum
    expect(texts.aged()).toEqual([])
    now += 1
    expect(texts.aged()).toEqual([last])
    expect(JSON.parse(texts.of(last))).toMatchObject({ stale: true })
    expect(texts.aged()).toEqual([])
    const next = quote("EURUSD", "1.2", "1.3", now)
    expect(JSON.parse(texts.of(next))).toMatchObject({ bid: "1.20000", stale: false })
  })

  it("marks a polled quote: nothing trades on it", () => {
    const texts = new QuoteTexts(
      () => defaultConfiguration,
      () => NOON
    )
    expect(JSON.parse(texts.of({ ...quote("EURUSD", "1.1", "1.2"), source: "rest" }))).toMatchObject({ source: "rest", stale: true })
  })
})

describe("a market's state", () => {
  /** Monday to Friday 09:30 to 16:00 New York. */
  const sessions = [1, 2, 3, 4, 5].map((weekday) => ({ openMinute: weekday * 1_440 + 570, closeMinute: weekday * 1_440 + 960 }))
  let now = NOON
  let configuration = configured({ EURUSD: { sessions } })
  const states = new MarketStates(
    () => configuration,
    () => now
  )
  const changes = () => states.changed(["EURUSD", "BTCUSD"]).map(([, text]) => JSON.parse(text))

  it("is told when the market closes, opens, and is halted, and only then", () => {
    expect(JSON.parse(states.of("EURUSD"))).toEqual({ symbol: "EURUSD", sessionOpen: true, halted: false, opensAt: null })
    states.of("BTCUSD")
    expect(changes()).toEqual([])
    now = Date.UTC(2026, 10, 23, 21)
    const opensAt = Date.UTC(2026, 10, 24, 14, 30)
    expect(changes()).toEqual([{ symbol: "EURUSD", sessionOpen: false, halted: false, opensAt }])
    expect(changes()).toEqual([])
    now = opensAt
    expect(changes()).toEqual([{ symbol: "EURUSD", sessionOpen: true, halted: false, opensAt: null }])
    configuration = { ...configured({ EURUSD: { sessions, halted: true } }), version: configuration.version + 1 }
    expect(changes()).toEqual([{ symbol: "EURUSD", sessionOpen: true, halted: true, opensAt: null }])
  })
})
