/** What `npm start` says when the product can be used. */
import { DEMO_ADMINISTRATOR, DEMO_CLIENT, DEMO_SERVICE_KEY } from "#server/DemoLogins.ts"

export interface BannerFacts {
  readonly origin: string
  readonly serverPid: number
  /** False when it runs but cannot trade yet. */
  readonly isReady: boolean
  readonly demoAccounts: boolean
  /** Of the simulator, when it runs. */
  readonly controlUrl: string | undefined
  /** Of the CRM look-alike, when it runs. */
  readonly crmUrl: string | undefined
  /** Where the embedded database keeps its files, when it runs. */
  readonly dataDirectory: string | undefined
  readonly seconds: number
}

export const banner = (facts: BannerFacts): string => {
  const rows: ReadonlyArray<readonly [string, string] | undefined> = [
    ["Web app", facts.origin],
    ["API", `${facts.origin}/docs`],
    facts.demoAccounts ? ["Demo client", `${DEMO_CLIENT.email}  ${DEMO_CLIENT.password}`] : undefined,
    facts.demoAccounts ? ["Demo administrator", `${DEMO_ADMINISTRATOR.email}  ${DEMO_ADMINISTRATOR.password}`] : undefined,
    facts.demoAccounts ? ["Demo CRM key", DEMO_SERVICE_KEY] : undefined,
    facts.crmUrl === undefined ? undefined : ["CRM look-alike", facts.crmUrl],
    facts.controlUrl === undefined ? undefined : ["Prices", "simulated: set TWELVEDATA_API_KEY for live ones"],
    facts.controlUrl === undefined ? undefined : ["Move them", `POST ${facts.controlUrl}/control/ticks`],
    facts.controlUrl === undefined ? undefined : ["Move time", `PUT ${facts.origin}/dev/clock, see docs/operations/scripted-market.md`],
    facts.dataDirectory === undefined ? undefined : ["Data", `${facts.dataDirectory}: set DATABASE_URL for a database of your own`],
    ["Server process", String(facts.serverPid)]
  ]
  const lines = rows.filter((row) => row !== undefined).map(([name, value]) => `  ${name.padEnd(20)}${value}`)
  const state = facts.isReady ? "is ready" : `runs but is not ready (${facts.origin}/readyz says why)`
  return ["", `Keel ${state} after ${facts.seconds.toFixed(1)} s. Ctrl-C stops it.`, "", ...lines, ""].join("\n")
}
