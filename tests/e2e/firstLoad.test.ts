/** How much JavaScript must arrive before a person can do something, of the real build; chart, tables and other pages come behind. */
import { describe, expect, it } from "vitest"
import { builtFile, loadOf, type LoadName } from "#dev/webBundle.ts"

/** Bytes after gzip: every script that must have arrived before a person can sign in, or sees prices, figures and the ticket and can send an order. */
const LIMIT_BYTES = 250_000
const LOADS: ReadonlyArray<LoadName> = ["sign-in", "trading page, desktop", "trading page, phone"]

/** Loaded when they are shown, and not before. */
const LAZY = [
  "features/chart/ChartPanel.tsx",
  "features/workspace/TradingTabs.tsx",
  "features/statement/StatementPage.tsx",
  "features/profile/ProfilePage.tsx",
  "features/funding/FundingPage.tsx",
  "features/kyc/VerificationPage.tsx"
]

describe.each(LOADS)("the first load of the %s", (name) => {
  it(`is at most ${LIMIT_BYTES / 1_000} kB of JavaScript`, () => {
    const { gzipBytes } = loadOf(name)
    console.log(`${name}: ${(gzipBytes / 1_000).toFixed(1)} kB`)
    expect(gzipBytes).toBeLessThanOrEqual(LIMIT_BYTES)
  })

  it.each(LAZY)("leaves out %s", (module) => {
    expect(loadOf(name).files).not.toContain(builtFile(module))
  })
})
