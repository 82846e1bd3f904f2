/** What can be said of the code without running it, the quick things first. */
import type { Step } from "#dev/runSteps.ts"

export const staticChecks: ReadonlyArray<Step> = [
  { name: "lock file is complete", command: ["dev/complete-lock.mjs", "--check"] },
  { name: "generated files are what the code says", command: ["dev/generate.ts", "--check"] },
  { name: "format", command: ["oxfmt", "--check"] },
  { name: "types", command: ["tsc", "--project", "tsconfig.json"] },
  { name: "types of the web app", command: ["tsc", "--project", "web/tsconfig.json", "--noEmit"] },
  { name: "lint", command: ["oxlint", "--deny-warnings", "--report-unused-disable-directives"] }
]
