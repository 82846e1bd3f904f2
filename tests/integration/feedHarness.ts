/** A feed against a simulator of its own, both real, for the feed's integration tests. */
import { Effect, Fiber, Layer, Logger, ManagedRuntime, Redacted, Schema, Stream } from "effect"
import { MarketFeed, type FeedStatus } from "#actors/feed/MarketFeed.ts"
import { layerTwelveDataFeed, type FeedTiming } from "#actors/feed/TwelveDataFeed.ts"
import { layerTwelveDataRest } from "#actors/feed/TwelveDataRestClient.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"
import { MarketSimulator, type MarketSimulatorOptions } from "#simulator/market/MarketSimulator.ts"

const DEADLINE_MILLIS = 15_000

/** Waits until the condition holds; fails with its name after a deadline. */
export const until = async (name: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + DEADLINE_MILLIS
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${name}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const SimulatorState = Schema.Struct({
  connections: Schema.Array(Schema.Struct({ id: Schema.Int, frozen: Schema.Boolean, symbols: Schema.Array(Schema.String) })),
  counters: Schema.Record(Schema.String, Schema.Int),
  restRequests: Schema.Record(Schema.String, Schema.Int)
})

export const startSimulator = (options: Partial<MarketSimulatorOptions> = {}): Promise<MarketSimulator> =>
  MarketSimulator.start({ host: "127.0.0.1", port: 0, controlPort: 0, seed: 1, paused: true, ...options })

/** Calls the control port; fails unless it answers 200. */
export const control = async (simulator: MarketSimulator, method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${simulator.controlUrl}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const answer: unknown = await response.json()
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}

/** The simulator's own account of what it did; connections that it froze count as gone. */
export const stateOf = async (simulator: MarketSimulator): Promise<typeof SimulatorState.Type> => {
  const state = Schema.decodeUnknownSync(SimulatorState)(await control(simulator, "GET", "state"))
  return { ...state, connections: state.connections.filter(({ frozen }) => !frozen) }
}

/** Fast enough for a test, slow enough for a busy machine. */
const TEST_TIMING: Partial<FeedTiming> = {
  handshakeMillisMax: 1_000,
  heartbeatMillis: 100,
  silenceMillisMax: 1_000,
  priceSilenceMillisMax: 60_000,
  subscriptionMillis: 20,
  backoff: { min: 20, max: 200 },
  fallbackAfterMillis: 60_000,
  pollMillis: 30
}

export interface FeedHarness {
  readonly quotes: ReadonlyArray<Quote>
  /** Symbol, bid, ask, source of every quote so far. */
  readonly figures: () => ReadonlyArray<readonly [string, string, string, string]>
  readonly status: () => Promise<FeedStatus>
  readonly run: <A, E>(effect: Effect.Effect<A, E, MarketFeed>) => Promise<A>
  readonly stop: () => Promise<void>
}

export interface FeedHarnessOptions {
  readonly apiKey?: string
  readonly symbolsMax?: number
  readonly timing?: Partial<FeedTiming>
  readonly wsUrl?: string
}

export const startFeed = async (simulator: MarketSimulator, options: FeedHarnessOptions = {}): Promise<FeedHarness> => {
  const runtime = ManagedRuntime.make(
    layerTwelveDataFeed({
      config: {
        apiKey: Redacted.make(options.apiKey ?? "test-key"),
        wsUrl: options.wsUrl ?? simulator.wsUrl,
        symbolsMax: options.symbolsMax ?? 100
      },
      syntheticSpread: () => decimal("0.0002"),
      timing: { ...TEST_TIMING, ...options.timing }
    }).pipe(
      Layer.provide(layerTwelveDataRest({ restUrl: simulator.restUrl, apiKey: Redacted.make(options.apiKey ?? "test-key") })),
      Layer.provideMerge(Logger.layer([]))
    )
  )
  const quotes: Array<Quote> = []
  const feed = await runtime.runPromise(MarketFeed)
  const consumer = runtime.runFork(Stream.runForEach(feed.quotes, (batch) => Effect.sync(() => void quotes.push(...batch))))
  return {
    quotes,
    figures: () => quotes.map(({ symbol, bid, ask, source }) => [symbol, formatDecimal(bid), formatDecimal(ask), source] as const),
    status: () => runtime.runPromise(feed.status),
    run: (effect) => runtime.runPromise(effect),
    stop: async () => {
      await runtime.runPromise(Fiber.interrupt(consumer))
      await runtime.dispose()
    }
  }
}

/** Subscribes and waits until upstream has confirmed. */
export const subscribe = async (feed: FeedHarness, ...symbols: Array<string>): Promise<void> => {
  await feed.run(Effect.flatMap(MarketFeed, (market) => market.subscribe(symbols)))
  await until(`${symbols.join(", ")} are live`, async () => {
    const status = await feed.status()
    return symbols.every((symbol) => status.symbols.some((health) => health.symbol === symbol && health.subscription === "live"))
  })
}
