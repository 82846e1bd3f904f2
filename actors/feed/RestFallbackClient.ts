/**
 * RestFallbackClient: prices by polling `/price` while the socket does not bring them, labelled `rest`.
 *
 * It begins soon after the socket is lost and ends when the socket is back; symbols that the socket refuses are polled all the time. The
 * pace is what the plan's credits allow, with exposure first.
 */
import { Clock, Effect } from "effect"
import { PollSchedule, type Polled } from "#actors/feed/PollSchedule.ts"
import { REST_SYMBOLS_MAX, type RestError, type RestPrices, type TwelveDataRest } from "#actors/feed/TwelveDataRestClient.ts"
import type { QuoteAssembler } from "#actors/feed/QuoteAssembler.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/** How often the plan's limits are asked for while polling. */
const USAGE_MILLIS = 600_000

export interface RestFallbackOptions {
  readonly rest: TwelveDataRest["Service"]
  readonly pollMillis: number
  readonly assembler: QuoteAssembler
  readonly upstreamSymbol: (symbol: SymbolName) => string
  /** The symbols that the socket does not bring now. */
  readonly needed: (now: Millis) => ReadonlyArray<Polled>
  readonly publish: (quotes: ReadonlyArray<Quote>) => Effect.Effect<void>
}

export class RestFallbackClient {
  readonly #options: RestFallbackOptions
  readonly #schedule = new PollSchedule()
  #usageAskedAt: Millis | undefined
  #isRefused = false
  isPolling = false
  lastError: string | undefined

  constructor(options: RestFallbackOptions) {
    this.#options = options
  }

  /** Polls for as long as it runs; ends only when upstream refuses the key. */
  readonly run: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    while (!this.#isRefused) {
      yield* Effect.sleep(this.#options.pollMillis)
      const now = yield* Clock.currentTimeMillis
      const needed = this.#options.needed(now)
      yield* this.#turn(needed.length > 0)
      if (needed.length > 0) yield* this.#poll(needed, now)
    }
  })

  #turn(isNeeded: boolean): Effect.Effect<void> {
    if (isNeeded === this.isPolling) return Effect.void
    this.isPolling = isNeeded
    if (isNeeded) return Effect.logWarning("market feed: polling prices by REST")
    this.#schedule.rest()
    this.lastError = undefined
    return Effect.logInfo("market feed: polling ends")
  }

  #poll(needed: ReadonlyArray<Polled>, now: Millis): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      yield* this.#learnLimits(now)
      const { budget } = this.#options.rest
      const chosen = this.#schedule.next(needed, budget.pollsPerMinute(now), REST_SYMBOLS_MAX, now)
      const [exposed, watched] = [chosen.filter(({ exposure }) => exposure), chosen.filter(({ exposure }) => !exposure)]
      yield* this.#ask(exposed.slice(0, budget.available("exposure", now)), "exposure")
      yield* this.#ask(watched.slice(0, budget.available("watched", now)), "watched")
    })
  }

  #learnLimits(now: Millis): Effect.Effect<void> {
    if (this.#usageAskedAt !== undefined && now - this.#usageAskedAt < USAGE_MILLIS) return Effect.void
    this.#usageAskedAt = now
    return this.#options.rest.usage.pipe(Effect.catch((error) => this.#fail(error)))
  }

  #ask(polled: ReadonlyArray<Polled>, purpose: "exposure" | "watched"): Effect.Effect<void> {
    if (polled.length === 0 || this.#isRefused) return Effect.void
    return this.#options.rest
      .prices(
        polled.map(({ symbol }) => this.#options.upstreamSymbol(symbol)),
        purpose
      )
      .pipe(
        Effect.flatMap((answer) => this.#take(polled, answer)),
        Effect.catch((error) => this.#fail(error))
      )
  }

  #take(polled: ReadonlyArray<Polled>, { prices, time }: RestPrices): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const quotes: Array<Quote> = []
      for (const { symbol } of polled) {
        const price = prices.get(this.#options.upstreamSymbol(symbol))
        if (price === undefined) this.#schedule.refuse(symbol, now)
        else quotes.push(this.#options.assembler.fromRest(symbol, price, time, now))
      }
      this.lastError = undefined
      return this.#options.publish(quotes)
    })
  }

  #fail(error: RestError): Effect.Effect<void> {
    this.lastError = error._tag === "CreditsSpent" ? "the plan's credits are spent" : error.message
    this.#isRefused = error._tag === "RestRefused" && (error.code === 401 || error.code === 403)
    return this.#isRefused
      ? Effect.logError("market feed: REST refuses the API key, not trying again until a restart", this.lastError)
      : Effect.logWarning("market feed: polling failed", this.lastError)
  }
}
