/**
 * ScriptedMarket: a running product whose prices and time stand still until somebody moves them; all by HTTP, as docs/operations/scripted-market.md
 * tells an outsider.
 */
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { ADMINISTRATOR, type Answer, control, eventually, sendTicks, TradingClient } from "./TradingClient.ts"

export interface AccountTerms {
  readonly currency?: string
  readonly mode?: "hedging" | "netting"
  readonly group?: string
  readonly leverage?: number
  readonly deposit?: string
  readonly credit?: string
}

/** What stands at `path` of an answer. */
export const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown => {
  const [name, ...rest] = path
  if (name === undefined) return value
  return typeof value === "object" && value !== null ? at(Reflect.get(value, name), ...rest) : undefined
}

export class ScriptedMarket {
  readonly product: Product
  readonly staff: TradingClient
  #keys = 0

  private constructor(product: Product, staff: TradingClient) {
    this.product = product
    this.staff = staff
  }

  static async start(): Promise<ScriptedMarket> {
    const product = await startProduct()
    await control(product.simulatorControlUrl, "pause")
    const staff = new TradingClient(() => product.url)
    await staff.signIn(ADMINISTRATOR)
    return new ScriptedMarket(product, staff)
  }

  stop(): Promise<void> {
    return this.product.stop()
  }

  /** One request that must succeed. */
  async ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const headers = method === "GET" ? {} : { "idempotency-key": `key-${++this.#keys}` }
    const answer = await this.staff.send(method, path, body, headers)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** One command that may be refused. */
  command(account: string, method: string, path: string, body?: unknown): Promise<Answer> {
    return this.staff.send(method, `/accounts/${account}${path}`, body, { "idempotency-key": `key-${++this.#keys}` })
  }

  async clock(change: Record<string, unknown>): Promise<void> {
    await this.ask("PUT", "/dev/clock", change)
  }

  /** Sends a quote and waits until the server has it. */
  async tick(symbol: string, bid: string, ask = bid): Promise<void> {
    const before = await this.#quote(symbol)
    await sendTicks(this.product.simulatorControlUrl, [{ symbol, bid: Number(bid), ask: Number(ask) }])
    await eventually(`${symbol} at ${bid}/${ask}`, async () => {
      const now = await this.#quote(symbol)
      return at(now, "sequence") === at(before, "sequence") ? undefined : now
    })
  }

  async #quote(symbol: string): Promise<unknown> {
    return at(await this.ask("GET", `/market/quotes?symbols=${symbol}`), "quotes", 0)
  }

  /** Changes an instrument's conditions. */
  async instrument(symbol: string, change: Record<string, unknown>, like = symbol): Promise<void> {
    await this.ask("PUT", `/admin/instruments/${symbol}`, { ...(await this.ask("GET", `/instruments/${like}`)), symbol, ...change })
  }

  /** A group as `professional` but for the change. */
  async group(name: string, change: Record<string, unknown>): Promise<string> {
    await this.ask("PUT", `/admin/groups/${name}`, { ...(await this.ask("GET", "/admin/groups/professional")), name, ...change })
    return name
  }

  /** A new account of the administrator's own. */
  async account(terms: AccountTerms = {}): Promise<string> {
    const { credit, currency = "USD", deposit = "10000", group = "professional", leverage = 100, mode = "hedging" } = terms
    const opened = await this.ask("POST", "/admin/accounts", { currency, mode, group, leverage })
    const account = String(opened["accountId"])
    await this.book(account, "deposit", deposit)
    if (credit !== undefined) await this.book(account, "creditIn", credit)
    return account
  }

  async book(account: string, kind: string, amount: string): Promise<void> {
    await this.ask("POST", `/admin/accounts/${account}/balance-operations`, { kind, amount, reference: `reference-${++this.#keys}` })
  }

  /** A market order that must be filled; answers the position's id. */
  async trade(account: string, side: "buy" | "sell", symbol: string, lots: string, more: Record<string, unknown> = {}): Promise<string> {
    const filled = await this.ask("POST", `/accounts/${account}/orders`, { symbol, side, type: "market", lots, ...more })
    return String(at(filled, "positions", 0, "positionId"))
  }

  figures(account: string): Promise<Record<string, unknown>> {
    return this.ask("GET", `/accounts/${account}`)
  }

  async positions(account: string, status = "open"): Promise<ReadonlyArray<Record<string, unknown>>> {
    const { positions } = await this.ask("GET", `/accounts/${account}/positions?status=${status}`)
    return Array.isArray(positions) ? positions : []
  }

  /** The account's events of one type, oldest first. */
  async events(account: string, type: string): Promise<ReadonlyArray<Record<string, unknown>>> {
    const { changes } = await this.ask("GET", `/accounts/${account}/changes?since=0&limit=500`)
    return Array.isArray(changes)
      ? changes.filter((change) => at(change, "type") === type).map((change) => at(change, "data") as Record<string, unknown>)
      : []
  }

  /** Waits until the account has no open position: a stop-out or an exit is the account's own doing. */
  async flat(account: string): Promise<void> {
    await eventually(`${account} flat`, async () => ((await this.positions(account)).length === 0 ? true : undefined))
  }
}
