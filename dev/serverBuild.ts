/**
 * The server as one file, server/dist/main.js, built by Vite when what it is made of has changed. Run by itself it builds:
 * `node dev/serverBuild.ts`.
 *
 * Why: a start loads nine hundred modules, and finding, reading and linking them one by one takes longer than all else before the first
 * account. What a start does not need (the S3 client, the documentation's page) stays in files of its own.
 */
import { type Build, ensureBuilt, makeBuild } from "#dev/Build.ts"
import { root } from "#dev/Child.ts"

const server: Build = {
  name: "the server",
  program: "dev/serverBuild.ts",
  inputs: ["domain", "contract", "actors", "db", "server", "dev/serverBuild.ts", "package.json", "package-lock.json"],
  result: "server/dist/main.js"
}

export const ensureServerBuilt = (): Promise<void> => ensureBuilt(server)

const build = async () => {
  const vite = await import("vite")
  return vite.build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: "server/main.ts",
      outDir: "server/dist",
      // a server that runs may still load one of the old files: their names tell them apart
      emptyOutDir: false,
      target: "node24",
      // names stay, so that a stack trace and a profile can be read; `--enable-source-maps` finds the lines too
      minify: false,
      sourcemap: true,
      rolldownOptions: { output: { comments: false } }
    }
  })
}

if (import.meta.main) await makeBuild(server, build)
