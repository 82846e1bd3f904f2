/**
 * The web app in web/dist, built by Vite when what it is made of has changed. Run by itself it builds: `node dev/webBuild.ts [--watch]`.
 */
import path from "node:path"
import { adoptedStyles } from "#dev/adoptedStyles.ts"
import { type Build, ensureBuilt, makeBuild } from "#dev/Build.ts"
import { root } from "#dev/Child.ts"
import { serviceWorkerFile } from "#dev/serviceWorkerFile.ts"

const webApp: Build = {
  name: "the web app",
  program: "dev/webBuild.ts",
  inputs: ["web", "domain", "contract", "dev/webBuild.ts", "dev/adoptedStyles.ts", "dev/serviceWorkerFile.ts", "package-lock.json"],
  result: "web/dist/index.html"
}

export const ensureWebBuilt = (): Promise<void> => ensureBuilt(webApp)

const build = async (watch: boolean) => {
  const vite = await import("vite")
  return vite.build({
    configFile: path.join(root, "web/vite.config.ts"),
    configLoader: "native",
    logLevel: "warn",
    plugins: [adoptedStyles(), serviceWorkerFile()],
    build: watch ? { watch: {} } : {}
  })
}

if (import.meta.main) await (process.argv.includes("--watch") ? build(true) : makeBuild(webApp, () => build(false)))
