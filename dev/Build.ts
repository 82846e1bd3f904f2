/** Build: something that is made from files of the checkout, and made again only when one of them has changed. */
import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { root, startChild } from "#dev/Child.ts"

export interface Build {
  readonly name: string
  /** Makes it; run by itself, so that the builder's memory is given back. */
  readonly program: string
  /** Files and folders of the checkout; what was built and tests do not count. */
  readonly inputs: ReadonlyArray<string>
  /** The file that stands for all that is made. */
  readonly result: string
}

const filesOf = (input: string): ReadonlyArray<string> => {
  const full = path.join(root, input)
  if (!fs.statSync(full).isDirectory()) return [input]
  return fs
    .readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("/dist/") && !/\.test\.tsx?$/.test(file))
    .sort()
}

const inputsHash = ({ inputs }: Build): string => {
  const hash = createHash("sha256")
  for (const file of inputs.flatMap(filesOf))
    hash
      .update(file)
      .update("\0")
      .update(fs.readFileSync(path.join(root, file)))
      .update("\0")
  return hash.digest("hex")
}

const stampFile = ({ program }: Build): string => path.join(root, ".cache", `${path.basename(program, ".ts")}.sha256`)

const isFresh = (build: Build): boolean =>
  fs.existsSync(path.join(root, build.result)) &&
  fs.existsSync(stampFile(build)) &&
  fs.readFileSync(stampFile(build), "utf8") === inputsHash(build)

/** Rejects when it cannot be built; the builder has said why. */
export const ensureBuilt = async (build: Build): Promise<void> => {
  if (isFresh(build)) return
  const { code } = await startChild({ command: [build.program], env: { NODE_ENV: "production" } }).exited
  if (code !== 0) throw new Error(`${build.name} does not build`)
}

/** Makes it by `make` and remembers from what; half a build is not taken for one. */
export const makeBuild = async (build: Build, make: () => Promise<unknown>): Promise<void> => {
  const hash = inputsHash(build)
  fs.rmSync(stampFile(build), { force: true })
  await make()
  fs.mkdirSync(path.dirname(stampFile(build)), { recursive: true })
  fs.writeFileSync(stampFile(build), hash)
}
