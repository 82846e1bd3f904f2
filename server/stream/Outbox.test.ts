import { beforeEach, describe, expect, it } from "vitest"
import { marketOf, openAccount, order, quote, type Desk } from "#actors/account/testing.ts"
import type { Market } from "#actors/account/Market.ts"
import { CHANGES_PER_FRAME_MAX } from "#contract/Stream.ts"
import type { ChangeView } from "#contract/Views.ts"
import { AccountFeed } from "#server/stream/AccountFeed.ts"
import { Outbox } from "#server/stream/Outbox.ts"

let market: Market
let desk: Desk
let feed: AccountFeed
let outbox: Outbox

beforeEach(() => {
  market = marketOf({ EURUSD: ["1.10000", "1.10010"] })
  desk = openAccount()
  desk.do(order({ side: "buy" }), market)
  feed = new AccountFeed("100001", () => market)
  outbox = new Outbox(({ ask, bid, symbol }) => `"${symbol} ${bid}/${ask}"`)
})

const change = (sequence: number): ChangeView => ({ sequence, type: "Test", time: 0, data: {} })
const changes = (from: number, to: number): ReadonlyArray<ChangeView> =>
  Array.from({ length: to - from + 1 }, (_, index) => change(from + index))
/** The next frame, parsed. */
const take = () => {
  const frame = outbox.take()
  return frame === undefined ? undefined : { type: frame.type, ...JSON.parse(`{${frame.members}}`) }
}
const tick = (bid: string, ask: string): void => {
  market = marketOf({ EURUSD: [bid, ask] })
  feed.quoteMoved()
  outbox.figuresMoved("100001")
}
const known = (): void => {
  feed.set({ version: 5, state: desk.state })
  outbox.watch(feed, false)
  take()
  take()
}

describe("quotes", () => {
  it("of one frame are the last of each symbol", () => {
    outbox.quote(quote("EURUSD", "1.1", "1.2"))
    outbox.quote(quote("BTCUSD", "5", "6"))
    outbox.quote(quote("EURUSD", "1.3", "1.4"))
    expect(take()).toEqual({ type: "quotes", quotes: ["EURUSD 130000000/140000000", "BTCUSD 500000000/600000000"] })
    expect(outbox.isEmpty).toBe(true)
    expect(take()).toBeUndefined()
  })

  it("that nobody wants any more are not told", () => {
    outbox.quote(quote("EURUSD", "1.1", "1.2"))
    outbox.forgetQuote("EURUSD")
    expect(outbox.isEmpty).toBe(true)
  })
})

describe("an account", () => {
  it("is told whole first, then by its figures", () => {
    feed.set({ version: 5, state: desk.state })
    outbox.watch(feed, false)
    expect(take()).toMatchObject({
      type: "accountState",
      accountId: "100001",
      version: 5,
      account: { equity: "9990.00" },
      changes: [],
      moreChanges: false
    })
    expect(take()).toMatchObject({
      type: "account",
      version: 5,
      equity: "9990.00",
      positions: [{ positionId: "P1", floatingProfit: "-10.00" }]
    })
    expect(outbox.isEmpty).toBe(true)
  })

  it("whose state is not known yet is not told", () => {
    outbox.watch(feed, false)
    outbox.figuresMoved("100001")
    expect(outbox.isEmpty).toBe(true)
  })

  it("is told again when quotes moved its figures, and not when they did not", () => {
    known()
    tick("1.10110", "1.10120")
    expect(take()).toMatchObject({ type: "account", equity: "10100.00" })
    tick("1.10110", "1.10130")
    expect(take()).toBeUndefined()
    expect(outbox.isEmpty).toBe(true)
  })

  it("that changed twice is told once, with all its events", () => {
    known()
    feed.set({ version: 6, state: desk.state })
    outbox.accountChanged("100001", changes(6, 6), false)
    feed.set({ version: 8, state: desk.state })
    outbox.accountChanged("100001", changes(7, 8), false)
    expect(take()).toMatchObject({ type: "accountState", version: 8, changes: changes(6, 8).map(({ sequence }) => ({ sequence })) })
    expect(take()).toMatchObject({ type: "account", version: 8 })
    expect(take()).toBeUndefined()
  })

  it("goes before quotes when its state changed, and takes turns with them otherwise", () => {
    known()
    outbox.quote(quote("EURUSD", "1.2", "1.3"))
    outbox.accountChanged("100001", [], false)
    tick("1.2", "1.3")
    expect([take()?.type, take()?.type, take()?.type]).toEqual(["accountState", "quotes", "account"])
    const types: Array<string | undefined> = []
    for (let count = 0; count < 4; count++) {
      outbox.quote(quote("EURUSD", "1.2", "1.3"))
      tick(`1.2${count}`, `1.3${count}`)
      types.push(take()?.type)
    }
    expect(types).toEqual(["quotes", "account", "quotes", "account"])
  })

  it("that is no longer watched is not told", () => {
    known()
    tick("1.2", "1.3")
    outbox.unwatch("100001")
    expect(outbox.isEmpty).toBe(true)
  })
})

describe("a client that resumes", () => {
  it("is told nothing before the events that it missed, and no event twice", () => {
    feed.set({ version: 7, state: desk.state })
    outbox.watch(feed, true)
    outbox.accountChanged("100001", changes(7, 8), false)
    expect(outbox.isEmpty).toBe(true)
    expect(take()).toBeUndefined()
    outbox.resume("100001", changes(4, 7), false)
    expect(take()?.changes.map((told: ChangeView) => told.sequence)).toEqual([4, 5, 6, 7, 8])
  })

  it("too far behind gets the first events and is told that there are more", () => {
    feed.set({ version: 9_999, state: desk.state })
    outbox.watch(feed, true)
    outbox.accountChanged("100001", changes(9_000, 9_001), false)
    outbox.resume("100001", changes(1, CHANGES_PER_FRAME_MAX), true)
    const told = take()
    expect(told?.moreChanges).toBe(true)
    expect(told?.changes.length).toBe(CHANGES_PER_FRAME_MAX)
    expect(told?.changes.at(-1).sequence).toBe(CHANGES_PER_FRAME_MAX)
  })
})

it("never holds more events than fit into a frame", () => {
  known()
  outbox.accountChanged("100001", changes(6, CHANGES_PER_FRAME_MAX), false)
  outbox.accountChanged("100001", changes(CHANGES_PER_FRAME_MAX + 1, 2 * CHANGES_PER_FRAME_MAX), false)
  const told = take()
  expect(told).toMatchObject({ moreChanges: true })
  expect(told?.changes.length).toBe(CHANGES_PER_FRAME_MAX)
})

describe("an account's feed", () => {
  it("knows the symbols that its figures hang on, conversion pairs included", () => {
    market = marketOf({ EURGBP: ["0.85", "0.8501"], GBPUSD: ["1.25", "1.2501"] })
    const british = openAccount()
    british.do(
      order({ side: "buy", symbol: "EURGBP" }),
      marketOf({ EURGBP: ["0.85", "0.8501"], GBPUSD: ["1.25", "1.2501"], EURUSD: ["1.1", "1.1001"] })
    )
    feed.set({ version: 5, state: british.state })
    expect([...feed.symbols]).toEqual(expect.arrayContaining(["EURGBP", "GBPUSD"]))
    expect(feed.symbols.has("BTCUSD")).toBe(false)
  })

  it("computes its figures once for all who watch", () => {
    feed.set({ version: 5, state: desk.state })
    expect(feed.figuresMembers()).toBe(feed.figuresMembers())
    const before = feed.figuresMembers()
    market = marketOf({ EURUSD: ["1.2", "1.2001"] })
    expect(feed.figuresMembers()).toBe(before)
    feed.quoteMoved()
    expect(feed.figuresMembers()).not.toBe(before)
  })
})
