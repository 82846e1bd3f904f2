/** deviceName: a user agent in words that its user recognizes, such as "Firefox on Linux". What it says is never relied on. */

/** The first that fits: every browser's name stands in those of its descendants too. */
const BROWSERS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bEdg(?:e|A|iOS)?\//u, "Edge"],
  [/\bOPR\//u, "Opera"],
  [/\b(?:Firefox|FxiOS)\//u, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//u, "Chrome"],
  [/\bVersion\/[\d.]+.*Safari\//u, "Safari"],
  [/^curl\//u, "curl"]
]
const SYSTEMS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\biPhone\b/u, "iPhone"],
  [/\biPad\b/u, "iPad"],
  [/\bAndroid\b/u, "Android"],
  [/\bWindows\b/u, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/u, "macOS"],
  [/\bCrOS\b/u, "ChromeOS"],
  [/\bLinux\b/u, "Linux"]
]

const first = (names: typeof BROWSERS, userAgent: string): string | undefined => names.find(([pattern]) => pattern.test(userAgent))?.[1]

export const deviceName = (userAgent: string): string => {
  const browser = first(BROWSERS, userAgent)
  const system = first(SYSTEMS, userAgent)
  return browser === undefined ? (system ?? "Unknown device") : system === undefined ? browser : `${browser} on ${system}`
}
