/**
 * `npm test`: the checks, then every test in one run of vitest: units and architecture, then integration on a real PostgreSQL, then the
 * browser. Arguments go to vitest, as in `npm test -- journal`.
 */
import { runSteps } from "#dev/runSteps.ts"
import { staticChecks } from "#dev/staticChecks.ts"

process.exitCode = await runSteps([...staticChecks, { name: "tests", command: ["vitest", "run", ...process.argv.slice(2)] }])
