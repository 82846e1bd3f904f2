import { describe, expect, it } from "vitest"
import { POLL_REFUSAL_MILLIS, PollSchedule, type Polled } from "#actors/feed/PollSchedule.ts"

const watched = (...symbols: Array<string>): Array<Polled> => symbols.map((symbol) => ({ symbol, exposure: false, watched: true }))
const exposed = (...symbols: Array<string>): Array<Polled> => symbols.map((symbol) => ({ symbol, exposure: true, watched: true }))
const names = (polled: ReadonlyArray<Polled>) => polled.map(({ symbol }) => symbol)

describe("the poll schedule", () => {
  it("puts exposure before watchers, and watchers before what is merely listed", () => {
    const listed = { symbol: "A", exposure: false, watched: false }
    expect(names(new PollSchedule().next([listed, ...watched("B"), ...exposed("C")], 600, 100, 0))).toEqual(["C", "B", "A"])
  })

  it("asks for all at once when the credits allow", () => {
    expect(names(new PollSchedule().next(watched("A", "B", "C"), 600, 100, 0))).toEqual(["A", "B", "C"])
  })

  it("puts exposure first and keeps within one request", () => {
    const needed = [...watched("A", "B"), ...exposed("C", "D")]
    expect(names(new PollSchedule().next(needed, 600, 3, 0))).toEqual(["C", "D", "A"])
  })

  it("goes round when there are more symbols than credits", () => {
    const schedule = new PollSchedule()
    const needed = watched("A", "B", "C", "D")
    const polls = [0, 15_000, 30_000, 45_000, 60_000].map((now) => names(schedule.next(needed, 8, 2, now)))
    expect(polls).toEqual([
      ["A", "B"],
      ["C", "D"],
      ["A", "B"],
      ["C", "D"],
      ["A", "B"]
    ])
  })

  it("spends a minute's worth at once and then only what time earns", () => {
    const schedule = new PollSchedule()
    const needed = watched("A", "B", "C", "D", "E", "F", "G", "H")
    const counts = [0, 5_000, 10_000, 20_000, 20_000].map((now) => schedule.next(needed, 6, 100, now).length)
    expect(counts).toEqual([6, 0, 1, 1, 0])
  })

  it("asks for nothing without credits", () => {
    expect(new PollSchedule().next(exposed("A"), 0, 100, 0)).toEqual([])
  })

  it("leaves a refused symbol out for a while", () => {
    const schedule = new PollSchedule()
    schedule.refuse("A", 0)
    expect(names(schedule.next(watched("A", "B"), 600, 100, POLL_REFUSAL_MILLIS - 1))).toEqual(["B"])
    expect(names(schedule.next(watched("A", "B"), 600, 100, POLL_REFUSAL_MILLIS))).toEqual(["A", "B"])
  })

  it("starts afresh after a rest", () => {
    const schedule = new PollSchedule()
    schedule.next(watched("A", "B"), 2, 100, 0)
    schedule.rest()
    expect(names(schedule.next(watched("A", "B"), 2, 100, 0))).toEqual(["A", "B"])
  })
})
