/** serviceWorkerFile: web/serviceWorker.js with the names of a build's files: another build is another service worker, which is how browsers notice. */
import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import type { Plugin } from "vite"
import { root } from "#dev/Child.ts"

/** What a page without a network needs beside the files that it is built of. */
const SHELL = ["/", "/theme.js", "/icon.svg", "/manifest.webmanifest"]

/** For Vite. */
export const serviceWorkerFile = (): Plugin => ({
  name: "service-worker-file",
  apply: "build",
  generateBundle(_options, bundle) {
    const files = Object.values(bundle)
    const scripts = files.flatMap((file) => (file.type === "chunk" && file.isEntry ? [file.fileName, ...file.imports] : []))
    const others = files.flatMap(({ fileName, type }) => (type === "asset" && /\.(css|woff2)$/u.test(fileName) ? [fileName] : []))
    const shell = [...SHELL, ...new Set([...scripts, ...others].map((file) => `/${file}`))]
    const build = createHash("sha256").update(Object.keys(bundle).toSorted().join()).digest("hex").slice(0, 12)
    const source = fs.readFileSync(path.join(root, "web/serviceWorker.js"), "utf8")
    const head = `const BUILD = ${JSON.stringify(build)}\nconst SHELL = ${JSON.stringify(shell)}\n`
    this.emitFile({ type: "asset", fileName: "sw.js", source: head + source })
  }
})
