/** What a person hears of the account's margin, in the order in which it happens. */
import { describe, expect, it } from "vitest"
import { changeNotification } from "./changeNotification.ts"

const told = (type: string, marginLevelPercent: string | null) => {
  const data = { figures: { marginLevelPercent }, marginCallLevelPercent: "100", stopOutLevelPercent: "50" }
  const notification = changeNotification("100001", { sequence: 1, type, time: 0, data }, 2)
  return notification && [notification.tone, notification.title, notification.description]
}
const levels = (level: string) => `Margin level ${level}; margin call at 100%, stop-out at 50%`

describe("of a margin call", () => {
  it.each([
    ["that begins", "MarginCallEntered", "99.5", ["warning", "Margin call", levels("99.50%")]],
    ["that prices end", "MarginCallLeft", "101", ["good", "Margin call ended", levels("101.00%")]],
    ["that ends with the last position", "MarginCallLeft", null, undefined],
    ["that becomes a stop-out", "StopOutStarted", "50", ["bad", "Stop-out", levels("50.00%")]],
    ["whose stop-out closed some", "StopOutEnded", "80", ["neutral", "Stop-out ended", levels("80.00%")]],
    ["whose stop-out closed all", "StopOutEnded", null, ["neutral", "Stop-out ended", "No position is open any more"]]
  ])("%s", (_, type, level, expected) => {
    expect(told(type, level)).toEqual(expected)
  })
})
