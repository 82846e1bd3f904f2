/**
 * `npm run bench -- <question>`: one file per question. Each prints its figure, the peer or limit beside it from the same run, the ratio,
 * and how the figure grows with the work. `--json FILE` writes the same as data.
 */
import { writeFile } from "node:fs/promises"
import os from "node:os"
import { parseArgs } from "node:util"
import type { Finding } from "#bench/Finding.ts"

const questions: Readonly<Record<string, () => Promise<{ readonly run: () => Promise<ReadonlyArray<Finding>> }>>> = {
  tick: () => import("#bench/tick.ts"),
  orders: () => import("#bench/orders.ts"),
  requests: () => import("#bench/requests.ts"),
  decide: () => import("#bench/decide.ts"),
  restore: () => import("#bench/restore.ts"),
  http: () => import("#bench/http.ts"),
  market: () => import("#bench/market.ts"),
  decisions: () => import("#bench/decisions.ts"),
  web: () => import("#bench/web.ts")
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } })
const [name = ""] = positionals
const question = questions[name]
if (question === undefined) {
  console.error(`Which question? npm run bench -- ${Object.keys(questions).join(" | ")}`)
  process.exit(64)
}

console.log(`${name} on ${os.cpus().length} × ${os.cpus()[0]?.model ?? "unknown"}, Node ${process.version}\n`)
const findings = await (await question()).run()
console.table(
  Object.fromEntries(
    findings.map(({ figure, limit, of, ratio, unit, work }) => [`${of}, ${work}`, { figure, unit, limit: limit ?? "", ratio: ratio ?? "" }])
  )
)
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(findings, null, 2)}\n`)
process.exit(0)
