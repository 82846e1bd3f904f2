/** javaAt: the Java that Specmatic runs on: JAVA_HOME's, else the one of the path; undefined when there is none. */
import { spawnSync } from "node:child_process"
import path from "node:path"

export const javaAt = (): string | undefined => {
  const home = process.env["JAVA_HOME"]
  const candidates = [...(home === undefined ? [] : [path.join(home, "bin/java")]), "java"]
  return candidates.find((candidate) => spawnSync(candidate, ["-version"], { stdio: "ignore" }).status === 0)
}
