/** `npm run verify`: proves the database of the environment, or the one that `npm start` runs in this checkout. */
import fs from "node:fs"
import path from "node:path"
import { runningPostgresUrl, startPostgres } from "#db/EmbeddedPostgres.ts"
import { root, startChild } from "#dev/Child.ts"

const directory = path.join(root, ".data/postgres")

if (fs.existsSync(path.join(root, ".env"))) process.loadEnvFile(path.join(root, ".env"))
const running = process.env["DATABASE_URL"] || runningPostgresUrl(directory)
const ours = running ? undefined : await startPostgres({ directory })
// the simulator's key stands in: verification reads no prices
const env = { DATABASE_URL: running || ours?.url, TWELVEDATA_API_KEY: process.env["TWELVEDATA_API_KEY"] || "none" }
const { code } = await startChild({ command: ["server/verify.ts"], env }).exited
await ours?.stop()
process.exit(code ?? 1)
