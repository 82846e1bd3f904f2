/** The market simulator as a process of its own. */
import { type Child, describeExit, startChild } from "#dev/Child.ts"

const READY_MILLIS_MAX = 20_000

export interface SimulatorProcess extends Child {
  readonly wsUrl: string
  readonly restUrl: string
  readonly controlUrl: string
}

export interface SimulatorOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly controlPort: number
  /** `--replay FILE --speed N`. */
  readonly args?: ReadonlyArray<string>
  readonly env?: Record<string, string>
}

/** Resolves when it listens. */
export const startSimulator = async (options: SimulatorOptions): Promise<SimulatorProcess> => {
  const listening = Promise.withResolvers<string>()
  const child = startChild({
    command: ["simulator/main.ts", ...(options.args ?? [])],
    // Loopback whatever HOST is for the server: whoever reaches the simulator moves the market.
    env: { ...options.env, HOST: "127.0.0.1", SIMULATOR_PORT: String(options.port), SIMULATOR_CONTROL_PORT: String(options.controlPort) },
    onLine: (line) => (line.startsWith("simulator ready") ? listening.resolve(line) : console.log(line))
  })
  void child.exited.then((exit) => listening.reject(new Error(`the simulator ended ${describeExit(exit)}`)))
  const patience = setTimeout(() => {
    listening.reject(new Error(`the simulator is not ready after ${READY_MILLIS_MAX / 1000} s`))
    child.kill("SIGKILL")
  }, READY_MILLIS_MAX)
  const line = await listening.promise.finally(() => clearTimeout(patience))
  const url = (name: string): string => {
    const found = line.split(" ").find((word) => word.startsWith(`${name}=`))
    if (found === undefined) throw new Error(`the simulator does not say where its ${name} is: ${line}`)
    return found.slice(name.length + 1)
  }
  return { ...child, wsUrl: url("ws"), restUrl: url("rest"), controlUrl: url("control") }
}
