/** webBundle: how much JavaScript the built web app loads before it can be used, from Vite's own manifest. */
import fs from "node:fs"
import path from "node:path"
import { gzipSync } from "node:zlib"
import { root } from "#dev/Child.ts"

const dist = path.join(root, "web/dist")

interface Chunk {
  readonly file: string
  readonly imports?: ReadonlyArray<string>
}
type Manifest = Readonly<Record<string, Chunk>>

/** What the page cannot do without; what these load lazily comes after. */
const MODULES = {
  "sign-in": ["index.html", "features/signin/EntryPages.tsx"],
  "trading page, desktop": ["index.html", "features/workspace/Workspace.tsx", "features/workspace/DesktopWorkspace.tsx"],
  "trading page, phone": ["index.html", "features/workspace/Workspace.tsx", "features/workspace/PhoneWorkspace.tsx"]
} as const
export type LoadName = keyof typeof MODULES

export interface Load {
  readonly files: ReadonlySet<string>
  /** All files, each compressed by itself as they are sent. */
  readonly gzipBytes: number
}

const readManifest = (): Manifest => JSON.parse(fs.readFileSync(path.join(dist, ".vite/manifest.json"), "utf8"))

const chunkOf = (manifest: Manifest, module: string): Chunk => {
  const chunk = manifest[module]
  if (chunk === undefined) throw new Error(`the build has no ${module}`)
  return chunk
}

/** Of the web app as it was built last. */
export const loadOf = (name: LoadName): Load => {
  const manifest = readManifest()
  const files = new Set<string>()
  const visit = (module: string): void => {
    const { file, imports = [] } = chunkOf(manifest, module)
    if (files.has(file)) return
    files.add(file)
    imports.forEach(visit)
  }
  MODULES[name].forEach(visit)
  const gzipBytes = [...files].reduce((sum, file) => sum + gzipSync(fs.readFileSync(path.join(dist, file)), { level: 9 }).length, 0)
  return { files, gzipBytes }
}

/** The file that a module of its own was built into. */
export const builtFile = (module: string): string => chunkOf(readManifest(), module).file
