/** How much JavaScript must arrive before a person can do something, of the real build; the limit is the product's own. */
import { describe, expect, it } from "vitest"
import { builtFile, loadOf, type LoadName } from "#dev/webBundle.ts"

/** Bytes after gzip. The sign-in page is what a first visit loads; the trading page adds its own to it, chart and tables come behind. */
const LIMITS: Readonly<Record<LoadName, number>> = {
  "sign-in": 250_000,
  "trading page, desktop": 310_000,
  "trading page, phone": 285_000
}

/** Loaded when they are shown, and not before. */
const LAZY = [
  "features/chart/ChartPanel.tsx",
  "features/workspace/TradingTabs.tsx",
  "features/statement/StatementPage.tsx",
  "features/profile/ProfilePage.tsx"
]

describe.each(Object.entries(LIMITS))("the first load of the %s", (name, limit) => {
  it(`is at most ${limit / 1_000} kB of JavaScript`, () => {
    const { gzipBytes } = loadOf(name as LoadName)
    console.log(`${name}: ${(gzipBytes / 1_000).toFixed(1)} kB`)
    expect(gzipBytes).toBeLessThanOrEqual(limit)
  })

  it.each(LAZY)("leaves out %s", (module) => {
    expect(loadOf(name as LoadName).files).not.toContain(builtFile(module))
  })
})
