/** PollSchedule: which prices to ask for next when they have to be polled, at the pace that the credits allow. */
import type { Millis, SymbolName } from "#domain/Quote.ts"

/** A symbol whose price has to be polled. */
export interface Polled {
  readonly symbol: SymbolName
  readonly exposure: boolean
  /** Somebody needs it, for exposure or to look at. */
  readonly watched: boolean
}

/** A symbol that REST refused is left out for so long. */
export const POLL_REFUSAL_MILLIS = 600_000

export class PollSchedule {
  readonly #lastPolls = new Map<SymbolName, Millis>()
  readonly #refusedUntil = new Map<SymbolName, Millis>()
  /** Symbols that may be asked for now; grows with time to at most a minute's worth. */
  #allowance: number | undefined
  #lastTurn: Millis = 0

  /** The symbols of the next poll: those with exposure first, then watched ones, of each those that waited longest. They count as polled. */
  next(needed: ReadonlyArray<Polled>, pollsPerMinute: number, symbolsMax: number, now: Millis): ReadonlyArray<Polled> {
    const earned = ((now - this.#lastTurn) / 60_000) * pollsPerMinute
    this.#allowance = Math.min(pollsPerMinute, (this.#allowance ?? pollsPerMinute) + earned)
    this.#lastTurn = now
    const due = needed.filter(({ symbol }) => (this.#refusedUntil.get(symbol) ?? 0) <= now)
    const ordered = due.toSorted((a, b) => precedence(a) - precedence(b) || this.#lastPoll(a) - this.#lastPoll(b))
    const chosen = ordered.slice(0, Math.min(symbolsMax, Math.floor(this.#allowance)))
    this.#allowance -= chosen.length
    for (const { symbol } of chosen) this.#lastPolls.set(symbol, now)
    return chosen
  }

  /** Leaves the symbol out for a while. */
  refuse(symbol: SymbolName, now: Millis): void {
    this.#refusedUntil.set(symbol, now + POLL_REFUSAL_MILLIS)
  }

  /** Forgets who waited how long, when nothing needs polling any more. */
  rest(): void {
    this.#lastPolls.clear()
    this.#allowance = undefined
  }

  #lastPoll({ symbol }: Polled): Millis {
    return this.#lastPolls.get(symbol) ?? -1
  }
}

const precedence = ({ exposure, watched }: Polled): number => (exposure ? 0 : watched ? 1 : 2)
