/**
 * The simulator as a process of its own: `npm run simulator -- [--replay FILE] [--speed N] [--symbol EURUSD]`.
 *
 * SIMULATOR_PORT (8090) speaks Twelve Data's WebSocket and REST, SIMULATOR_CONTROL_PORT (8091) moves the market, HOST (127.0.0.1) is where
 * both listen, SIMULATOR_SEED (1) chooses the walk. SIGTERM and SIGINT stop it, and so does the end of a parent that started it with IPC.
 */
import { basename } from "node:path"
import { parseArgs } from "node:util"
import { MarketSimulator } from "#simulator/market/MarketSimulator.ts"

const fail = (message: string): never => {
  console.error(message)
  process.exit(2)
}

const integer = (name: string, fallback: number, maximum: number): number => {
  const value = Number(process.env[name] ?? fallback)
  return Number.isInteger(value) && value >= 0 && value <= maximum ? value : fail(`${name} must be a whole number from 0 to ${maximum}`)
}

const readArguments = () => {
  try {
    return parseArgs({ options: { replay: { type: "string" }, speed: { type: "string" }, symbol: { type: "string" } } }).values
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : String(cause))
  }
}

const readReplay = () => {
  const values = readArguments()
  if (values.replay === undefined) return undefined
  const speed = Number(values.speed ?? "1")
  if (!(speed > 0)) return fail("--speed must be a number above 0")
  return { file: values.replay, speed, symbol: values.symbol ?? basename(values.replay).split(".")[0] ?? "" }
}

const replay = readReplay()
const simulator = await MarketSimulator.start({
  host: process.env["HOST"] ?? "127.0.0.1",
  port: integer("SIMULATOR_PORT", 8090, 65_535),
  controlPort: integer("SIMULATOR_CONTROL_PORT", 8091, 65_535),
  seed: integer("SIMULATOR_SEED", 1, 2_147_483_647),
  ...(replay === undefined ? {} : { replay })
}).catch((cause: unknown) => fail(`simulator cannot start: ${cause instanceof Error ? cause.message : String(cause)}`))

const stop = () => void simulator.stop().then(() => process.exit(0))
process.once("SIGTERM", stop)
process.once("SIGINT", stop)
if (process.send !== undefined) process.once("disconnect", stop)

console.log(`simulator ready ws=${simulator.wsUrl} rest=${simulator.restUrl} control=${simulator.controlUrl}`)
