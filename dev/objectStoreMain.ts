/** The object store as a program: `node dev/objectStoreMain.ts DIRECTORY PORT`. Says on stdout where it listens. */
import { DEVELOPMENT_STORE } from "#dev/objectStoreProcess.ts"
import { startObjectStore } from "#dev/ObjectStore.ts"

const [directory, port] = process.argv.slice(2)
if (directory === undefined || port === undefined) throw new Error("node dev/objectStoreMain.ts DIRECTORY PORT")
const store = await startObjectStore({ directory, port: Number(port), ...DEVELOPMENT_STORE })
const stop = (): void => void store.stop().then(() => process.exit(0))
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop)
console.log(`object store ready url=${store.url}`)
