/**
 * Runs one of our programs against the product's database: `node dev/withDatabase.ts server/verify.ts …`. That is DATABASE_URL when it is set
 * (in the shell or in .env), else the embedded one: the running one of `npm start`, or, when nothing runs, one that is started for it.
 */
import fs from "node:fs"
import path from "node:path"
import { runningPostgresUrl, startPostgres } from "#db/EmbeddedPostgres.ts"
import { root, startChild } from "#dev/Child.ts"

const directory = path.join(root, ".data/postgres")
const [program, ...args] = process.argv.slice(2)
if (program === undefined) throw new Error("which program? node dev/withDatabase.ts server/verify.ts")
if (fs.existsSync(path.join(root, ".env"))) process.loadEnvFile(path.join(root, ".env"))

const given = process.env["DATABASE_URL"] || runningPostgresUrl(directory)
const own = given === undefined ? await startPostgres({ directory }) : undefined
const child = startChild({
  command: [program, ...args],
  // As `npm start` would: the settings ask for a key even where no price is needed.
  env: {
    DATABASE_URL: given ?? own?.url,
    ...(process.env["NODE_ENV"] === "production" ? {} : { TWELVEDATA_API_KEY: process.env["TWELVEDATA_API_KEY"] || "demo" })
  }
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal))
const exit = await child.exited
await own?.stop()
process.exit(exit.code ?? 1)
