/**
 * decisions: tripwires with margin bands against full revaluation of every account on every tick: what each costs, and whether both decide
 * alike. Accounts, ticks and symbols are those of a large broker, in a calm market and in one five times as wild, over a weekend with gaps.
 *
 * `DECISIONS_ACCOUNTS` and `DECISIONS_TICKS` make it smaller. Fails when one decision differs.
 */
import { setFlagsFromString } from "node:v8"
import { compareDecisions } from "#bench/decisions/compare.ts"
import { type Finding, rounded } from "#bench/Finding.ts"

// a million positions as objects
setFlagsFromString("--max-old-space-size=12288")

const ACCOUNTS = Number(process.env["DECISIONS_ACCOUNTS"] ?? 100_000)
const TICKS = Number(process.env["DECISIONS_TICKS"] ?? 200_000)
const SAMPLES_PER_TICK = 2
const SEED = Number(process.env["SEED"] ?? 1)

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const findings: Array<Finding> = []
  for (const volatility of [1, 5]) {
    const { candidates, decisions, differences, events, sampled, seconds, ticks, wakeUps } = compareDecisions({
      accounts: ACCOUNTS,
      ticks: TICKS,
      volatility,
      seed: SEED,
      samplesPerTick: SAMPLES_PER_TICK
    })
    console.log(`volatility × ${volatility}, seed ${SEED}: ${JSON.stringify(events)}`)
    for (const difference of differences) console.log(difference)
    const work = `${ACCOUNTS.toLocaleString("en")} accounts × 50 symbols, ${TICKS.toLocaleString("en")} ticks, volatility × ${volatility}`
    const [bands, full] = [(seconds.bands / ticks) * 1e6, (seconds.full / ticks) * 1e6]
    findings.push(
      { of: "decisions that differ", work, figure: differences.length, unit: "decisions" },
      { of: "decisions", work, figure: decisions, unit: "decisions" },
      {
        of: "accounts woken, beside those that full revaluation looks at closely",
        work,
        figure: wakeUps,
        unit: "accounts",
        limit: candidates
      },
      { of: "accounts judged at random, nothing found", work, figure: sampled, unit: "accounts" },
      {
        of: "a tick with its decisions, beside incremental revaluation without any",
        work,
        figure: rounded(bands),
        unit: "µs",
        limit: rounded(full),
        ratio: rounded(bands / full)
      }
    )
    if (differences.length > 0) throw new Error(`${differences.length} decisions differ`)
  }
  return findings
}
