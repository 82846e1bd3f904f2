/** `node bench/load/upstream.ts SYMBOLS TICKS_PER_SECOND`: the simulator with so many symbols that tick so often together. */
import { loadInstruments } from "#bench/load/instruments.ts"
import { MarketSimulator } from "#simulator/market/MarketSimulator.ts"

const [, , symbols = "", ticksPerSecond = ""] = process.argv
const simulator = await MarketSimulator.start({
  host: "127.0.0.1",
  port: 0,
  controlPort: 0,
  seed: 1,
  paused: false,
  instruments: loadInstruments(Number(symbols), Number(ticksPerSecond))
})
console.log(`ready ${simulator.wsUrl} ${simulator.restUrl} ${simulator.controlUrl}`)
