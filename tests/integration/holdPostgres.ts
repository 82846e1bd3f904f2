/** A process that runs an embedded PostgreSQL until it is killed: `node holdPostgres.ts [DIRECTORY]`, ephemeral without one. */
import { startEphemeralPostgres, startPostgres } from "#db/EmbeddedPostgres.ts"

const directory = process.argv[2]
const postgres = directory === undefined ? await startEphemeralPostgres() : await startPostgres({ directory })
console.log(JSON.stringify({ url: postgres.url, pid: postgres.pid }))
setInterval(() => undefined, 60_000)
