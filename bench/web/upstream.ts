/** The simulator with this bench's instruments, as a process of its own. */
import { simulatedInstruments } from "#bench/web/instruments.ts"
import { MarketSimulator } from "#simulator/market/MarketSimulator.ts"

const simulator = await MarketSimulator.start({
  host: "127.0.0.1",
  port: 0,
  controlPort: 0,
  seed: 1,
  instruments: simulatedInstruments
})
console.log(`ready ${simulator.wsUrl} ${simulator.restUrl} ${simulator.controlUrl}`)
