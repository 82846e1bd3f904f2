/**
 * `npm run bench -- <question>`: one file per question. Each prints its figure, the peer or limit beside it from the same run, the ratio,
 * how the figure grows with the work, and where there is an aim, whether it is met or by how much it is missed. `--json FILE` writes the same as data. `all` asks those that docs/PERFORMANCE.md reports, each in a
 * process of its own; one that fails is reported and the others go on.
 */
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { parseArgs } from "node:util"
import { distanceOf, type Finding, rounded } from "#bench/Finding.ts"

const questions: Readonly<Record<string, () => Promise<{ readonly run: () => Promise<ReadonlyArray<Finding>> }>>> = {
  tick: () => import("#bench/tick.ts"),
  actors: () => import("#bench/actors.ts"),
  orders: () => import("#bench/orders.ts"),
  requests: () => import("#bench/requests.ts"),
  decide: () => import("#bench/decide.ts"),
  restore: () => import("#bench/restore.ts"),
  memory: () => import("#bench/memory.ts"),
  http: () => import("#bench/http.ts"),
  market: () => import("#bench/market.ts"),
  decisions: () => import("#bench/decisions.ts"),
  crash: () => import("#bench/crash.ts"),
  web: () => import("#bench/web.ts")
}

/** In `all`: with what keeps them together below a quarter of an hour on two quiet cores. */
const reported: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tick: {},
  actors: {},
  decide: {},
  memory: {},
  restore: {},
  orders: {},
  requests: { REQUESTS_MILLIS: "5000" },
  http: {},
  market: {},
  decisions: { DECISIONS_ACCOUNTS: "20000", DECISIONS_TICKS: "50000" },
  crash: {}
}
/** One that takes longer is stopped. */
const QUESTION_MILLIS_MAX = 300_000

const machine = `${os.cpus().length} × ${os.cpus()[0]?.model ?? "unknown"}, Node ${process.version}`

const askAll = (): Record<string, unknown> => {
  const answers: Record<string, unknown> = { machine, at: new Date().toISOString() }
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "keel-bench-"))
  for (const [name, env] of Object.entries(reported)) {
    const file = path.join(directory, `${name}.json`)
    const began = performance.now()
    const { signal, status } = spawnSync(process.execPath, [import.meta.filename, name, "--json", file], {
      stdio: "inherit",
      env: { ...process.env, ...env },
      timeout: QUESTION_MILLIS_MAX
    })
    const seconds = Math.round((performance.now() - began) / 1_000)
    const findings: unknown = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : `no answer: ${signal ?? status}`
    answers[name] = { seconds, findings }
  }
  fs.rmSync(directory, { recursive: true, force: true })
  return answers
}

/** "ratio ≥ 0.5: missed by 1.3 ×" */
const aimText = (finding: Finding): string => {
  const distance = distanceOf(finding)
  if (finding.aim === undefined || distance === undefined) return ""
  const { is, of, value } = finding.aim
  return `${of} ${is === "atLeast" ? "≥" : "≤"} ${value}: ${distance <= 1 ? "met" : `missed by ${rounded(distance)} ×`}`
}

const ask = async (name: string): Promise<ReadonlyArray<Finding>> => {
  const question = questions[name]
  if (question === undefined) {
    console.error(`Which question? npm run bench -- ${Object.keys(questions).join(" | ")} | all`)
    process.exit(64)
  }
  console.log(`${name} on ${machine}\n`)
  const findings = await (await question()).run()
  console.table(
    Object.fromEntries(
      findings.map((finding) => [
        `${finding.of}, ${finding.work}`,
        { figure: finding.figure, unit: finding.unit, limit: finding.limit ?? "", ratio: finding.ratio ?? "", aim: aimText(finding) }
      ])
    )
  )
  return findings
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } })
const [name = ""] = positionals
const answer = name === "all" ? askAll() : await ask(name)
if (values.json !== undefined) fs.writeFileSync(values.json, `${JSON.stringify(answer, null, 2)}\n`)
process.exit(0)
