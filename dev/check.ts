/** `npm run check`: everything that needs no database and no browser. */
import { runSteps } from "#dev/runSteps.ts"
import { staticChecks } from "#dev/staticChecks.ts"

process.exitCode = await runSteps([
  ...staticChecks,
  { name: "unit tests and architecture", command: ["vitest", "run", "--project", "unit"] }
])
