/** Tells of changed server code, once for changes that come together. */
import fs from "node:fs"
import path from "node:path"
import { root } from "#dev/Child.ts"

const QUIET_MILLIS = 150

export const watchSources = (changed: () => void): void => {
  let timer: NodeJS.Timeout | undefined
  for (const folder of ["domain", "contract", "actors", "db", "server"]) {
    fs.watch(path.join(root, folder), { recursive: true }, (_event, file) => {
      if (file?.startsWith("dist/") === true) return
      clearTimeout(timer)
      timer = setTimeout(changed, QUIET_MILLIS)
    })
  }
}
