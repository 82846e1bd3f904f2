/**
 * TickReplay: a recorded file of quotes (CSV `timestamp,bid,ask`, ISO-8601 or epoch time stamps, oldest first) sent at a chosen speed.
 *
 * The recorded distances in time are kept, divided by the speed; the time stamps sent are the present, for an old quote would trade nothing.
 * The replay begins with the first subscription to its symbol, so that none of it is lost.
 */
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"

export interface ReplayRow {
  /** Epoch milliseconds. */
  readonly time: number
  readonly bid: string
  readonly ask: string
}

/** Rows sent between two turns of the event loop. */
const ROWS_PER_TURN = 200
/** Waits while a subscriber leaves more than this unread. */
const UNREAD_BYTES_MAX = 1_048_576

const PRICE = /^\d{1,15}(\.\d{1,10})?$/

/** The row that a line holds, or undefined for the header and for what is no row. */
export const parseReplayRow = (line: string): ReplayRow | undefined => {
  const [stamp, bid, ask] = line.trim().split(/[,;\t]/)
  if (stamp === undefined || bid === undefined || ask === undefined || !PRICE.test(bid) || !PRICE.test(ask)) return undefined
  const time = /^\d+(\.\d+)?$/.test(stamp) ? Number(stamp) * (Number(stamp) < 1e11 ? 1_000 : 1) : Date.parse(stamp)
  return Number.isNaN(time) ? undefined : { time, bid, ask }
}

export interface TickReplayOptions {
  readonly file: string
  /** 1 is as recorded, 10 ten times as fast. */
  readonly speed: number
  readonly send: (row: ReplayRow) => void
  /** The most that any subscriber has left unread, in bytes. */
  readonly unreadBytes: () => number
  readonly now: () => number
}

export class TickReplay {
  readonly #options: TickReplayOptions
  #started = false
  #stopped = false
  sent = 0
  skipped = 0
  state: "waiting" | "running" | "finished" | "failed" = "waiting"

  constructor(options: TickReplayOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.state = "running"
    void this.#run().then(
      () => (this.state = "finished"),
      () => (this.state = "failed")
    )
  }

  stop(): void {
    this.#stopped = true
  }

  async #run(): Promise<void> {
    const { file, speed, now, send } = this.#options
    const startedAt = now()
    let firstTime: number | undefined
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      if (this.#stopped) return
      const row = parseReplayRow(line)
      if (row === undefined) {
        this.skipped++
        continue
      }
      firstTime ??= row.time
      await this.#waitUntil(startedAt + (row.time - firstTime) / speed)
      send(row)
      this.sent++
      if (this.sent % ROWS_PER_TURN === 0) await this.#waitForReaders()
    }
  }

  async #waitUntil(time: number): Promise<void> {
    const wait = time - this.#options.now()
    if (wait >= 1) await pause(wait)
  }

  async #waitForReaders(): Promise<void> {
    do await pause(0)
    while (!this.#stopped && this.#options.unreadBytes() > UNREAD_BYTES_MAX)
  }
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis).unref())
