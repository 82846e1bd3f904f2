/**
 * The web app in web/dist, built by Vite when what it is made of has changed. Run by itself it builds: `node dev/webBuild.ts [--watch]`.
 */
import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { adoptedStyles } from "#dev/adoptedStyles.ts"
import { root, startChild } from "#dev/Child.ts"
import { serviceWorkerFile } from "#dev/serviceWorkerFile.ts"

const inputs = ["web", "domain", "contract", "dev/adoptedStyles.ts", "dev/serviceWorkerFile.ts", "package-lock.json"]
const stampFile = path.join(root, ".cache/web-build.sha256")

const filesOf = (input: string): ReadonlyArray<string> => {
  const full = path.join(root, input)
  if (!fs.statSync(full).isDirectory()) return [input]
  return fs
    .readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("web/dist/") && !/\.test\.tsx?$/.test(file))
    .sort()
}

const inputsHash = (): string => {
  const hash = createHash("sha256")
  for (const file of inputs.flatMap(filesOf))
    hash
      .update(file)
      .update("\0")
      .update(fs.readFileSync(path.join(root, file)))
      .update("\0")
  return hash.digest("hex")
}

const isFresh = (): boolean =>
  fs.existsSync(path.join(root, "web/dist/index.html")) && fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === inputsHash()

/** Builds unless web/dist is fresh; in a process of its own, so that Vite's memory is given back. */
export const ensureWebBuilt = async (): Promise<void> => {
  if (isFresh()) return
  const { code } = await startChild({ command: ["dev/webBuild.ts"], env: { NODE_ENV: "production" } }).exited
  if (code !== 0) throw new Error("the web app does not build")
}

const build = async (watch: boolean): Promise<void> => {
  const hash = inputsHash()
  fs.rmSync(stampFile, { force: true })
  const vite = await import("vite")
  await vite.build({
    configFile: path.join(root, "web/vite.config.ts"),
    configLoader: "native",
    logLevel: "warn",
    plugins: [adoptedStyles(), serviceWorkerFile()],
    build: watch ? { watch: {} } : {}
  })
  if (watch) return
  fs.mkdirSync(path.dirname(stampFile), { recursive: true })
  fs.writeFileSync(stampFile, hash)
}

if (import.meta.main) await build(process.argv.includes("--watch"))
