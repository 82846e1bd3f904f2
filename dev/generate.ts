/**
 * Writes the files that are made from code (`npm run generate`); with `--check` it writes nothing and fails when one of them differs.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { envExample } from "#dev/envExample.ts"
import { stateMachines } from "#dev/stateMachines.ts"
import { openApiText } from "#contract/DocumentedApi.ts"

const generated: ReadonlyArray<{ readonly path: string; readonly content: () => string }> = [
  { path: ".env.example", content: envExample },
  { path: "docs/openapi.json", content: openApiText },
  { path: "docs/state-machines.md", content: stateMachines }
]

const current = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

const check = process.argv.includes("--check")
const differing = generated.map(({ path, content }) => ({ path, text: content() })).filter(({ path, text }) => current(path) !== text)

for (const { path, text } of differing) {
  if (check) {
    console.error(`${path} is not what the code says: run npm run generate`)
  } else {
    writeFileSync(path, text)
    console.log(`wrote ${path}`)
  }
}
if (check && differing.length > 0) process.exitCode = 1
