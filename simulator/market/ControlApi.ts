/** ControlApi: the port by which tests, demos and developers move the simulated market. JSON in, JSON out. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { Schema } from "effect"
import { Fault } from "#simulator/market/Fault.ts"

/** Bytes of a request. */
const BODY_BYTES_MAX = 4_194_304
/** Ticks of a request. */
const TICKS_MAX = 20_000

/** The text of a JSON number; `exactNumbers` turns numbers into it, and decimal strings already are it. */
const NumberText = Schema.String.check(
  Schema.isPattern(/^-?(0|[1-9]\d{0,19})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/, {
    description: 'a number, or a decimal string such as "1.10010"'
  })
)

const ScriptedTick = Schema.Struct({
  symbol: Schema.String,
  price: Schema.optionalKey(NumberText),
  bid: Schema.optionalKey(NumberText),
  ask: Schema.optionalKey(NumberText),
  /** UNIX seconds or milliseconds, or ISO-8601; the present when absent. */
  timestamp: Schema.optionalKey(Schema.String)
})
export type ScriptedTick = typeof ScriptedTick.Type

const ScriptedTicks = Schema.Array(ScriptedTick).check(Schema.isMaxLength(TICKS_MAX))
const ScriptedFrames = Schema.Array(Schema.String).check(Schema.isMaxLength(TICKS_MAX))

/** A symbol that the simulator does not know yet; its walk begins at `price`. */
const AddedSymbol = Schema.Struct({
  symbol: Schema.String.check(Schema.isPattern(/^[A-Z0-9._]{2,20}$/)),
  /** The product's own rule when absent: GBPCHF is GBP/CHF, and a name that is no pair stays as it is. */
  upstreamSymbol: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[A-Z0-9._/]{2,21}$/))),
  price: NumberText,
  digits: Schema.optionalKey(NumberText)
})
export type AddedSymbol = typeof AddedSymbol.Type
const AddedSymbols = Schema.Array(AddedSymbol).check(Schema.isMaxLength(100))

const Faults = Schema.Union([Fault, Schema.Array(Fault).check(Schema.isMaxLength(100))])

/** A request that is refused with a 4xx and says why. */
export class ControlRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** What the control port can do to the simulator. */
export interface Controls {
  readonly addSymbols: (symbols: ReadonlyArray<AddedSymbol>) => object
  readonly sendTicks: (ticks: ReadonlyArray<ScriptedTick>) => Promise<object>
  readonly sendFrames: (frames: ReadonlyArray<string>) => Promise<object>
  readonly applyFault: (fault: Fault) => Promise<object>
  readonly clearFaults: () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly state: () => object
}

export class ControlApi {
  readonly #controls: Controls

  constructor(controls: Controls) {
    this.#controls = controls
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request).then(
      (body) => ({ status: 200, body }),
      (cause: unknown) => ({
        status: cause instanceof ControlRefusal ? cause.status : 500,
        body: { error: cause instanceof Error ? cause.message : String(cause) }
      })
    )
    response.writeHead(answer.status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" })
    response.end(JSON.stringify(answer.body))
  }

  async #answer(request: IncomingMessage): Promise<object> {
    const site = request.headers["sec-fetch-site"]
    if (site !== undefined && site !== "same-origin" && site !== "none") throw new ControlRefusal(403, "not from a web page")
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const routes = this.#routes[pathname]
    if (routes === undefined) throw new ControlRefusal(404, `no such route; there are ${Object.keys(this.#routes).join(", ")}`)
    const act = routes[request.method ?? "GET"]
    if (act === undefined) throw new ControlRefusal(405, `${pathname} takes ${Object.keys(routes).join(", ")}`)
    return act(request.method === "POST" ? await readBody(request) : "")
  }

  readonly #routes: Readonly<Record<string, Readonly<Record<string, (body: string) => Promise<object> | object>>>> = {
    "/control/symbols": { POST: (body) => this.#controls.addSymbols(decode(AddedSymbols, body)) },
    "/control/ticks": { POST: (body) => this.#controls.sendTicks(decode(ScriptedTicks, body)) },
    "/control/frames": { POST: (body) => this.#controls.sendFrames(decode(ScriptedFrames, body)) },
    "/control/faults": {
      POST: (body) => this.#applyFaults(body),
      DELETE: () => {
        this.#controls.clearFaults()
        return this.#controls.state()
      }
    },
    "/control/pause": {
      POST: () => {
        this.#controls.pause()
        return this.#controls.state()
      }
    },
    "/control/resume": {
      POST: () => {
        this.#controls.resume()
        return this.#controls.state()
      }
    },
    "/control/state": { GET: () => this.#controls.state() }
  }

  async #applyFaults(body: string): Promise<object> {
    const decoded = decode(Faults, body, false)
    const results: Array<object> = []
    for (const fault of "kind" in decoded ? [decoded] : decoded) results.push(await this.#controls.applyFault(fault))
    return { results }
  }
}

const decode = <A>(schema: Schema.Decoder<A>, body: string, exact = true): A => {
  try {
    return Schema.decodeUnknownSync(schema, { onExcessProperty: "error" })(exact ? parseExactJson(body) : JSON.parse(body))
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new ControlRefusal(400, `not JSON: ${cause.message}`)
    throw new ControlRefusal(422, cause instanceof Error ? cause.message : String(cause))
  }
}

/** JSON in which every number stands as its own source text, so that 1.10010 keeps its last zero. */
const parseExactJson = (text: string): unknown => {
  const keepSource = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" ? (context?.source ?? String(value)) : value
  return JSON.parse(text, keepSource)
}

/** Reads to the end even what is too much: whoever stops halfway resets the connection, and the answer is lost. */
const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  let bytes = 0
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes <= BODY_BYTES_MAX) chunks.push(buffer)
  }
  if (bytes > BODY_BYTES_MAX) throw new ControlRefusal(413, `at most ${BODY_BYTES_MAX} bytes`)
  return Buffer.concat(chunks).toString("utf8")
}
