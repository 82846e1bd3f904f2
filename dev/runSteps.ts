/** Runs tools one after the other and says how each went; the first that fails is the last. */
import { spawn } from "node:child_process"
import path from "node:path"
import { root } from "#dev/Child.ts"

export interface Step {
  readonly name: string
  /** A program of ours, or one of node_modules/.bin, and its arguments. */
  readonly command: readonly [program: string, ...args: ReadonlyArray<string>]
}

/** Resolves to the exit code. */
export const runSteps = async (steps: ReadonlyArray<Step>): Promise<number> => {
  for (const step of steps) {
    const startedAt = performance.now()
    console.log(`\n▸ ${step.name}`)
    const code = await run(step)
    if (code !== 0) {
      console.error(`✗ ${step.name} failed with code ${code}: ${step.command.join(" ")}`)
      return code
    }
    console.log(`✓ ${step.name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  }
  return 0
}

const run = ({ command: [program, ...args] }: Step): Promise<number> =>
  new Promise((resolve, reject) => {
    const file = program.includes("/") ? program : path.join("node_modules/.bin", program)
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      // Tools start `node` by name; a variable of the shell must not turn tests into production.
      env: { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, NODE_ENV: "test" },
      stdio: "inherit"
    })
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, pass)
    child.once("error", reject)
    child.once("exit", (code) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, pass)
      resolve(code ?? 1)
    })
  })
