/**
 * `npm run audit:api`: what independent tools find in the API. Redocly and Spectral, with OWASP's rules, read the document; Specmatic asks every
 * operation of a running product with generated inputs, right and wrong ones. Fails on an error-level finding, a 5xx, an undeclared answer, an
 * answer that does not fit its schema, a right request that is refused for its shape, a wrong one that is done.
 *
 * Specmatic needs Java 17 or newer; `--without-specmatic` does without. Its own verdicts are not counted: it knows no state, so that to close
 * a closed position is a failure to it. What it sends is judged on its way back instead.
 */
import { ApiDocument, type Operation } from "#dev/audit/ApiDocument.ts"
import { AuditPeople } from "#dev/audit/AuditPeople.ts"
import { AuditProxy } from "#dev/audit/AuditProxy.ts"
import { javaAt } from "#dev/audit/javaAt.ts"
import { specmaticDocument } from "#dev/audit/specmaticDocument.ts"
import { root } from "#dev/Child.ts"
import { ensureServerBuilt } from "#dev/serverBuild.ts"
import { startProduct } from "#dev/TestProduct.ts"
import { spawn } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"

const DOCUMENT = "docs/openapi.json"
const SPECMATIC_JAR = path.join(root, "node_modules/specmatic/specmatic.jar")
/** It draws more inputs than anybody reads. */
const COMBINATIONS_MAX = 2
const SPECMATIC_MILLIS_MAX = 20 * 60_000
const OUTPUT_LINES_SHOWN = 40
const WITHOUT_SPECMATIC = "--without-specmatic"

interface Ran {
  readonly code: number | null
  readonly output: string
}

const run = (program: string, args: ReadonlyArray<string>, cwd: string, env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, timeout: SPECMATIC_MILLIS_MAX })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text))
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, output }))
  })

const tool = (name: string, args: ReadonlyArray<string>): Promise<Ran> =>
  run(process.execPath, [path.join(root, "node_modules/.bin", name), ...args], root, {
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true"
  })

const lastLines = (text: string): string => text.trim().split("\n").slice(-OUTPUT_LINES_SHOWN).join("\n")

/** Answers whether it passed. */
const report = (name: string, isClean: boolean, details: string): boolean => {
  console.log(`${isClean ? "✓" : "✗"} ${name}${details === "" ? "" : `\n${details}`}`)
  return isClean
}

const lintDocument = async (): Promise<boolean> => {
  const redocly = await tool("redocly", ["lint", DOCUMENT, "--format", "stylish"])
  const spectral = await tool("spectral", ["lint", DOCUMENT, "--fail-severity", "error"])
  const isRedoclyClean = report("redocly lint", redocly.code === 0, lastLines(redocly.output))
  return report("spectral with OWASP's rules", spectral.code === 0, lastLines(spectral.output)) && isRedoclyClean
}

/** What is known to be weak in what we depend on. A registry that does not answer audits is said so, and is no failure: see docs/security.md. */
const auditPackages = async (): Promise<boolean> => {
  // its own level of words: after `npm run --silent` it would not say what went wrong
  const { code, output } = await run("npm", ["audit", "--audit=true", "--audit-level=low", "--loglevel=error"], root)
  const isUnanswered = code !== 0 && /audit endpoint returned an error|ENOTFOUND|E40[45]|405 /u.test(output)
  if (isUnanswered)
    return report("npm audit: not answered by this registry, so nothing is known; run it against registry.npmjs.org", true, "")
  return report("npm audit", code === 0, code === 0 ? "" : lastLines(output))
}

const specmaticConfiguration = `version: 2
contracts:
  - provides:
      - ./openapi.json
test:
  resiliencyTests:
    enable: all
disable_telemetry: true
`

/** Specmatic leaves out what never succeeds with an answer of its own: the stream, and a redirect. */
const isAskable = ({ responses }: Operation): boolean => Object.keys(responses).some((status) => status.startsWith("2"))

const askEverything = async (java: string): Promise<boolean> => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "keel-audit-"))
  await ensureServerBuilt()
  const product = await startProduct()
  const document = await ApiDocument.of(product.url)
  const people = new AuditPeople(product.url)
  const proxy = new AuditProxy(product.url, document, people)
  try {
    const names = await people.names()
    fs.writeFileSync(path.join(folder, "openapi.json"), JSON.stringify(specmaticDocument(document.json, names)))
    fs.writeFileSync(path.join(folder, "specmatic.yaml"), specmaticConfiguration)
    const { output } = await run(java, ["-Xmx1g", "-jar", SPECMATIC_JAR, "test", `--testBaseURL=${await proxy.listen()}`], folder, {
      SPECMATIC_DISABLE_TELEMETRY: "true",
      MAX_TEST_REQUEST_COMBINATIONS: String(COMBINATIONS_MAX)
    })
    const unasked = document.operations
      .filter((operation) => isAskable(operation) && !proxy.asked.has(operation.name))
      .map(({ name }) => name)
    const requests = [...proxy.asked.values()].reduce((sum, count) => sum + count, 0)
    const findings = [...proxy.findings, ...unasked.map((name) => `${name} was not asked`)]
    if (requests === 0) findings.push(lastLines(output))
    return report(`specmatic: ${requests} requests to ${proxy.asked.size} operations`, findings.length === 0, findings.join("\n"))
  } finally {
    proxy.close()
    await product.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const askedWithSpecmatic = async (): Promise<boolean> => {
  if (process.argv.includes(WITHOUT_SPECMATIC)) return report(`specmatic: left out by ${WITHOUT_SPECMATIC}`, true, "")
  const java = javaAt()
  if (java === undefined) return report(`specmatic needs Java 17, which is not installed; ${WITHOUT_SPECMATIC} does without it`, false, "")
  return await askEverything(java)
}

const results = [await lintDocument(), await auditPackages(), await askedWithSpecmatic()]
process.exitCode = results.every(Boolean) ? 0 : 1
