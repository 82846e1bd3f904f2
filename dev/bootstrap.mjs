/**
 * Runs one of our TypeScript programs with everything it needs: `node dev/bootstrap.mjs dev/start.ts …`.
 *
 * It installs the dependencies when node_modules is not what package-lock.json says, and goes on with Node 24 from there when the node that
 * was found is older. Plain JavaScript without dependencies, because it has to run before either is there (Node 20 is enough).
 *
 * Whoever ends npm ends the program too: signals are passed on, and a vanished parent counts as SIGTERM.
 */
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { constants } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const NODE_MAJOR = 24
const PARENT_CHECK_MILLIS = 500
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [program, ...programArguments] = process.argv.slice(2)

/** Programs that run without the tools for development and tests. */
const withoutDevelopmentTools =
  ["dev/start.ts", "dev/withDatabase.ts", "simulator/main.ts"].includes(program) && !programArguments.includes("--watch")

const readJson = (file) => JSON.parse(readFileSync(join(root, file), "utf8"))

const isNewEnough = Number.parseInt(process.versions.node, 10) >= NODE_MAJOR

/** The Node that npm installs on this kind of machine. */
const nodePackage = `node_modules/node-${process.platform}-${process.arch}`
const installedNode = join(root, nodePackage, "bin/node")

/** Whether every package of the lock file that this program needs is there in that version. */
const isInstalled = () => {
  const hidden = "node_modules/.package-lock.json"
  if (!existsSync(join(root, hidden))) return false
  const there = readJson(hidden).packages
  const isMissing = ([path, locked]) => {
    if (path === "" || (locked.dev && withoutDevelopmentTools)) return false
    // Optional packages are for one kind of machine each; npm leaves out those of the others.
    if (locked.optional && (isNewEnough || path !== nodePackage)) return false
    return there[path]?.version !== locked.version || !existsSync(join(root, path, "package.json"))
  }
  return !Object.entries(readJson("package-lock.json").packages).some(isMissing)
}

/**
 * Runs a command to its end, passing on the signals that we get; resolves to the code to exit with. `killAfterMillis`: how long it may go on
 * after a signal.
 */
const run = (command, args, options) =>
  new Promise((resolve) => {
    const child = spawn(command, args, options)
    const pass = (signal) => {
      child.kill(signal)
      if (options.killAfterMillis !== undefined) setTimeout(() => child.kill("SIGKILL"), options.killAfterMillis).unref()
    }
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"]
    for (const signal of signals) process.on(signal, pass)
    const stopWatching = watchParent(() => pass("SIGTERM"))
    const finish = (code) => {
      stopWatching()
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.once("error", (error) => {
      console.error(`${command}: ${error.message}`)
      finish(1)
    })
    child.once("exit", (code, signal) => finish(code ?? 128 + constants.signals[signal]))
    if (options.stdio !== "inherit") for (const stream of [child.stdout, child.stderr]) stream.on("data", options.output)
  })

/** Calls `stop` when npm, which started us, has gone. Without npm our parent may go: that is how a program is put into the background. */
const watchParent = (stop) => {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, PARENT_CHECK_MILLIS)
  timer.unref()
  return () => clearInterval(timer)
}

/** `npm ci` by the npm that runs us, under the node that npm itself runs on; npm's own words only when it fails. */
const install = async () => {
  console.log("Installing dependencies with npm ci (only when package-lock.json has changed) …")
  const npm = process.env.npm_execpath
  const [command, first] = npm === undefined ? ["npm", []] : [process.env.npm_node_execpath ?? process.execPath, [npm]]
  const include = withoutDevelopmentTools ? [] : ["--include=dev"]
  let words = ""
  const code = await run(command, [...first, "ci", "--include=optional", ...include, "--no-progress"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // npm finishes what it downloads, however long that takes; a half-made node_modules is found out and made again.
    killAfterMillis: 2_000,
    output: (chunk) => (words += chunk)
  })
  if (code === 0) return
  console.error(`${words.trim()}\nnpm ci failed`)
  process.exit(code)
}

/** As if `node <program> …` had been called. */
const runHere = async () => {
  watchParent(() => process.kill(process.pid, "SIGTERM"))
  process.argv.splice(1, 2, join(root, program))
  await import(pathToFileURL(join(root, program)).href)
}

process.chdir(root)
if (!isInstalled()) await install()
if (isNewEnough) {
  await runHere()
} else if (existsSync(installedNode)) {
  process.exit(await run(installedNode, process.argv.slice(1), { stdio: "inherit" }))
} else {
  console.error(
    `Node ${NODE_MAJOR} or newer is needed and npm has none for ${process.platform}-${process.arch}: this is ${process.version}`
  )
  process.exit(1)
}
