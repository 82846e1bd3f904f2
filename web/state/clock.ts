/** clock: the time, once a second, and how far the server's clock is from this machine's. The page's only source of time. */
import { cell, derived, read, type Value, write } from "./store.ts"

export const nowMillis = (): number => Date.now()

const tickCell = cell(nowMillis())
/** Server's clock minus this machine's, milliseconds. */
const offsetCell = cell(0)

export const noteServerTime = (serverMillis: number): void => {
  const offset = serverMillis - nowMillis()
  // A frame is always some milliseconds old: only a real difference moves the clock.
  if (Math.abs(offset - read(offsetCell)) > 250) write(offsetCell, offset)
}

/** This machine's time, renewed once a second. */
export const machineTimeValue: Value<number> = tickCell
/** The server's time, renewed once a second. */
export const serverTimeValue = derived((read) => read(tickCell) + read(offsetCell))

export const startClock = (): void => {
  setInterval(() => write(tickCell, nowMillis()), 1_000)
}
