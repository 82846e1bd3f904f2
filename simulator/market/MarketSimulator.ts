/** MarketSimulator: a Twelve Data look-alike on loopback, with a control port beside it. */
import { createServer, type Server } from "node:http"
import { type AddedSymbol, ControlApi, ControlRefusal, type Controls, type ScriptedTick } from "#simulator/market/ControlApi.ts"
import { Credits } from "#simulator/market/Credits.ts"
import type { Fault } from "#simulator/market/Fault.ts"
import { Faults } from "#simulator/market/Faults.ts"
import { QUOTE_PATH, QuoteSocket } from "#simulator/market/QuoteSocket.ts"
import { RestApi } from "#simulator/market/RestApi.ts"
import { addedInstrument, findInstrument, SIMULATED_INSTRUMENTS, type SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"
import { SymbolMarket } from "#simulator/market/SymbolMarket.ts"
import type { Tick } from "#simulator/market/Tick.ts"
import { TickReplay } from "#simulator/market/TickReplay.ts"

/** How often the walk looks for ticks that are due. */
const WALK_MILLIS = 25
/** Symbols of one simulator, the added ones included. */
const SYMBOLS_MAX = 1_000

export interface MarketSimulatorOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly controlPort: number
  readonly seed: number
  readonly paused?: boolean
  readonly instruments?: ReadonlyArray<SimulatedInstrument>
  readonly replay?: { readonly file: string; readonly speed: number; readonly symbol: string }
}

export class MarketSimulator {
  readonly #options: MarketSimulatorOptions
  #instruments: ReadonlyArray<SimulatedInstrument>
  readonly #markets: Map<string, SymbolMarket>
  readonly #faults = new Faults()
  readonly #credits = new Credits()
  readonly #quotes: QuoteSocket
  readonly #rest: RestApi
  readonly #servers: ReadonlyArray<Server>
  readonly #replay: TickReplay | undefined
  readonly #replayed: SimulatedInstrument | undefined
  #walkTimer: NodeJS.Timeout | undefined
  #paused: boolean

  /** Starts one and resolves when both ports listen. */
  static async start(options: MarketSimulatorOptions): Promise<MarketSimulator> {
    const simulator = new MarketSimulator(options)
    await simulator.#listen()
    return simulator
  }

  private constructor(options: MarketSimulatorOptions) {
    const now = () => Date.now()
    this.#options = options
    this.#paused = options.paused ?? false
    this.#instruments = options.instruments ?? SIMULATED_INSTRUMENTS
    this.#markets = new Map(
      this.#instruments.map((instrument) => [instrument.upstreamSymbol, new SymbolMarket(instrument, options.seed, now())])
    )
    this.#quotes = new QuoteSocket({
      find: (upstreamSymbol) => this.#markets.get(upstreamSymbol)?.instrument,
      dayVolume: (instrument) => this.#market(instrument).dayVolume,
      faults: this.#faults,
      now
    })
    this.#rest = new RestApi({ markets: this.#markets, credits: this.#credits, faults: this.#faults, now })
    const control = new ControlApi(this.#controls())
    const api = createServer((request, response) => void this.#rest.handle(request, response))
    api.on("upgrade", (request, socket, head) => this.#quotes.upgrade(request, socket, head))
    this.#servers = [api, createServer((request, response) => void control.handle(request, response))]
    this.#replayed = options.replay && this.#known(options.replay.symbol)
    this.#replay = options.replay && this.#replayed && this.#makeReplay(options.replay, this.#replayed)
    this.#quotes.onSubscribed((instrument) => {
      if (instrument === this.#replayed) this.#replay?.start()
    })
  }

  get wsUrl(): string {
    return `ws://${this.#options.host}:${this.#portOf(0)}${QUOTE_PATH}`
  }

  get restUrl(): string {
    return `http://${this.#options.host}:${this.#portOf(0)}`
  }

  get controlUrl(): string {
    return `http://${this.#options.host}:${this.#portOf(1)}`
  }

  async stop(): Promise<void> {
    clearInterval(this.#walkTimer)
    this.#replay?.stop()
    this.#quotes.drop()
    for (const server of this.#servers) server.closeAllConnections()
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))))
  }

  async #listen(): Promise<void> {
    const ports = [this.#options.port, this.#options.controlPort]
    await Promise.all(
      this.#servers.map(
        (server, index) =>
          new Promise<void>((resolve, reject) => {
            server.once("error", reject)
            server.listen(ports[index], this.#options.host, () => resolve())
          })
      )
    )
    this.#walkTimer = setInterval(() => this.#walk(), WALK_MILLIS)
  }

  #portOf(server: number): number {
    const address = this.#servers[server]?.address()
    if (typeof address !== "object" || address === null) throw new Error("the simulator does not listen")
    return address.port
  }

  #market(instrument: SimulatedInstrument): SymbolMarket {
    const market = this.#markets.get(instrument.upstreamSymbol)
    if (market === undefined) throw new RangeError(`no market for ${instrument.symbol}`)
    return market
  }

  #walk(): void {
    const now = Date.now()
    for (const market of this.#markets.values()) {
      const isReplaying = market.instrument === this.#replayed && this.#replay?.state === "running"
      const ticks = this.#paused || isReplaying ? market.skip(now) : market.walk(now)
      for (const tick of ticks) void this.#quotes.send(tick)
    }
  }

  #makeReplay({ file, speed }: { readonly file: string; readonly speed: number }, instrument: SimulatedInstrument): TickReplay {
    return new TickReplay({
      file,
      speed,
      now: () => Date.now(),
      unreadBytes: () => this.#quotes.mostUnreadBytes,
      send: ({ bid, ask }) => void this.#send({ instrument, price: middle(bid, ask), bid, ask, timestamp: Math.floor(Date.now() / 1_000) })
    })
  }

  #send(tick: Tick): Promise<number> {
    this.#market(tick.instrument).take(tick)
    return this.#quotes.send(tick)
  }

  #known(name: string): SimulatedInstrument {
    const instrument = findInstrument(this.#instruments, name)
    if (instrument !== undefined) return instrument
    throw new ControlRefusal(404, `unknown symbol ${name}; there are ${this.#instruments.map(({ symbol }) => symbol).join(", ")}`)
  }

  #controls(): Controls {
    return {
      addSymbols: (symbols) => this.#addSymbols(symbols),
      sendTicks: (scripted) => this.#sendTicks(scripted),
      sendFrames: async (frames) => {
        for (const frame of frames) await this.#quotes.sendRaw(frame)
        return { sent: frames.length }
      },
      applyFault: (fault) => this.#applyFault(fault),
      clearFaults: () => this.#faults.clear(),
      pause: () => {
        this.#paused = true
      },
      resume: () => {
        this.#paused = false
      },
      state: () => this.#state()
    }
  }

  /** Whoever subscribed in vain has to subscribe again: upstream's listings change without notice too. */
  #addSymbols(symbols: ReadonlyArray<AddedSymbol>): object {
    const added = symbols.map(({ symbol, upstreamSymbol, price, digits }) =>
      addedInstrument(symbol, upstreamSymbol, Number(price), Number(digits ?? 5))
    )
    const fresh = added.filter(({ symbol }) => findInstrument(this.#instruments, symbol) === undefined)
    if (this.#instruments.length + fresh.length > SYMBOLS_MAX) throw new ControlRefusal(422, `at most ${SYMBOLS_MAX} symbols`)
    this.#instruments = [...this.#instruments, ...fresh]
    for (const each of fresh) this.#markets.set(each.upstreamSymbol, new SymbolMarket(each, this.#options.seed, Date.now()))
    return { added: fresh.map(({ symbol }) => symbol) }
  }

  async #sendTicks(scripted: ReadonlyArray<ScriptedTick>): Promise<object> {
    const ticks = scripted.map((tick) => this.#readTick(tick))
    const reached = await Promise.all(ticks.map((tick) => this.#send(tick)))
    return { sent: ticks.length, deliveries: reached.reduce((sum, subscribers) => sum + subscribers, 0) }
  }

  #readTick({ symbol, price, bid, ask, timestamp }: ScriptedTick): Tick {
    const instrument = this.#known(symbol)
    const known = price ?? (bid !== undefined && ask !== undefined ? middle(bid, ask) : (bid ?? ask))
    if (known === undefined) throw new ControlRefusal(422, `a tick of ${symbol} needs a price, a bid or an ask`)
    return {
      instrument,
      price: known,
      ...(bid === undefined ? {} : { bid }),
      ...(ask === undefined ? {} : { ask }),
      timestamp: timestamp === undefined ? Math.floor(Date.now() / 1_000) : readTimestamp(timestamp)
    }
  }

  async #applyFault(fault: Fault): Promise<object> {
    switch (fault.kind) {
      case "drop":
        return { dropped: this.#quotes.drop() }
      case "close":
        return { closed: this.#quotes.close(fault.code ?? 1001, "closed by the control port") }
      case "halfOpen":
        return { frozen: this.#quotes.freeze() }
      case "errorMessage":
        return {
          sent: await this.#quotes.sendRaw(
            JSON.stringify({ status: "error", code: fault.code, message: fault.message ?? "scripted error" })
          )
        }
      case "spike":
        return { deliveries: await this.#quotes.send(this.#movedTick(fault.symbol, fault.percent)) }
      case "gap":
        return { deliveries: await this.#send(this.#movedTick(fault.symbol, fault.percent)) }
      case "credits":
        this.#credits.setLimits(fault.perMinute, fault.perDay)
        return { perMinute: fault.perMinute, perDay: fault.perDay }
      default:
        this.#faults.stand(fault)
        return { standing: fault.kind }
    }
  }

  /** The symbol's last tick, moved by `percent`, now. */
  #movedTick(symbol: string, percent: number): Tick {
    const { last, instrument } = this.#market(this.#known(symbol))
    const moved = (text: string) => (Number(text) * (1 + percent / 100)).toFixed(instrument.digits)
    return {
      instrument,
      price: moved(last.price),
      ...(last.bid === undefined ? {} : { bid: moved(last.bid) }),
      ...(last.ask === undefined ? {} : { ask: moved(last.ask) }),
      timestamp: Math.floor(Date.now() / 1_000)
    }
  }

  #state(): object {
    const { symbol: _, ...replay } = this.#options.replay ?? { symbol: "" }
    return {
      seed: this.#options.seed,
      paused: this.#paused,
      connections: this.#quotes.sessions,
      counters: this.#quotes.counters,
      restRequests: this.#rest.requestCounts,
      credits: { perMinute: this.#credits.perMinute, perDay: this.#credits.perDay },
      faults: this.#faults.list,
      replay: this.#replay && {
        ...replay,
        symbol: this.#replayed?.symbol,
        state: this.#replay.state,
        sent: this.#replay.sent,
        skipped: this.#replay.skipped
      },
      symbols: Object.fromEntries(
        [...this.#markets.values()].map(({ instrument, last: { instrument: _instrument, ...last }, ticksSent }) => [
          instrument.symbol,
          { upstreamSymbol: instrument.upstreamSymbol, ...last, ticksSent }
        ])
      )
    }
  }
}

/** The middle of two number texts, as text; exact for up to 14 significant digits. */
const middle = (bid: string, ask: string): string => String(Number(((Number(bid) + Number(ask)) / 2).toPrecision(14)))

/** UNIX seconds of a time stamp in seconds, milliseconds or ISO-8601. */
const readTimestamp = (text: string): number => {
  const seconds = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) / (Math.abs(Number(text)) < 1e11 ? 1 : 1_000) : Date.parse(text) / 1_000
  if (Number.isNaN(seconds)) throw new ControlRefusal(422, `not a time stamp: ${text}`)
  return Math.floor(seconds)
}
