/**
 * Traders: clients with an account each, that buy and close in turn, as quickly as they are answered or at a set rate together. Every
 * command has a key of its own and is sent with it until it is answered for good.
 */
import { setTimeout as delay } from "node:timers/promises"
import { HttpLane } from "#bench/load/HttpLane.ts"
import { ownRequest } from "#dev/ownRequest.ts"

const PASSWORD = "four random words here"
const REGISTERED_AT_ONCE = 4
/** A session's access is renewed this often. */
const REFRESH_MILLIS = 240_000
/** The rate's clock ticks this often. */
const RATE_MILLIS = 5
const RETRY_MILLIS = 50

export interface Load {
  /** Answered with 2xx. */
  done: number
  /** Answered with 4xx: refused, such as for a price that just grew old. */
  refused: number
  /** The answer to the last order that was filled. */
  lastOrder: string
  /** What the last refusal said. */
  lastRefusal: string
  /** Not answered, or answered with 5xx; each was sent again. */
  errors: number
  /** Of commands that were done, in milliseconds. */
  readonly latencies: Array<number>
}

interface Trader {
  readonly lane: HttpLane
  readonly accountId: string
  readonly symbol: string
  cookie: string
  refreshedAt: number
  positionId: string | undefined
  count: number
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ")

export class Traders {
  readonly #url: string
  readonly #traders: Array<Trader> = []
  /** Headers by which the server knows a page of its own. */
  readonly #own: string
  readonly #run = Date.now().toString(36)

  constructor(url: string) {
    this.#url = url
    this.#own = Object.entries(ownRequest(url))
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")
  }

  get accountIds(): ReadonlyArray<string> {
    return this.#traders.map(({ accountId }) => accountId)
  }

  async register(count: number, symbols: ReadonlyArray<string>): Promise<void> {
    const numbers = Array.from({ length: count }, (_, index) => index)
    const one = async (): Promise<void> => {
      for (let index = numbers.shift(); index !== undefined; index = numbers.shift()) {
        const response = await fetch(`${this.#url}/auth/register`, {
          method: "POST",
          headers: { "content-type": "application/json", ...ownRequest(this.#url) },
          body: JSON.stringify({ email: `trader${this.#run}-${index}@example.com`, password: PASSWORD })
        })
        const text = await response.text()
        if (response.status !== 201 && response.status !== 200) throw new Error(`registration: ${response.status} ${text}`)
        const body: { accountIds: ReadonlyArray<string> } = JSON.parse(text)
        this.#traders.push({
          lane: new HttpLane(this.#url),
          accountId: body.accountIds[0] ?? "",
          symbol: symbols[index % symbols.length] ?? "",
          cookie: cookiesOf(response),
          refreshedAt: Date.now(),
          positionId: undefined,
          count: 0
        })
      }
    }
    await Promise.all(Array.from({ length: REGISTERED_AT_ONCE }, one))
  }

  /** Trades until `isOver`; at most `perSecond` commands together, or as many as are answered. */
  async trade(load: Load, isOver: () => boolean, perSecond = Infinity): Promise<void> {
    const began = performance.now()
    const budget = { allowed: perSecond === Infinity ? Infinity : 0, granted: 0 }
    const clock = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1_000) * perSecond)
      // what could not be sent in a second is not made up for
      budget.allowed = Math.min(perSecond, budget.allowed + due - budget.granted)
      budget.granted = due
    }, RATE_MILLIS)
    const mayGo = async (): Promise<boolean> => {
      while (budget.allowed < 1 && !isOver()) await delay(RATE_MILLIS)
      budget.allowed--
      return !isOver()
    }
    try {
      await Promise.all(
        this.#traders.map(async (trader) => {
          while (await mayGo()) await this.#command(trader, load, isOver)
        })
      )
    } finally {
      clearInterval(clock)
    }
  }

  async #command(trader: Trader, load: Load, isOver: () => boolean): Promise<void> {
    const { accountId, positionId, symbol } = trader
    const key = `${accountId}-${this.#run}-${trader.count++}`
    const path = positionId === undefined ? `/accounts/${accountId}/orders` : `/accounts/${accountId}/positions/${positionId}/close`
    const body = positionId === undefined ? `{"symbol":"${symbol}","side":"buy","type":"market","lots":"0.01"}` : "{}"
    while (!isOver()) {
      if (Date.now() - trader.refreshedAt > REFRESH_MILLIS) await this.#refresh(trader)
      const begun = performance.now()
      const answer = await trader.lane
        .send("POST", path, `cookie: ${trader.cookie}\r\nidempotency-key: ${key}\r\n${this.#own}`, body)
        .catch(() => undefined)
      if (answer !== undefined && answer.status < 500) {
        this.#note(trader, load, answer, performance.now() - begun)
        return
      }
      load.errors++
      await delay(RETRY_MILLIS)
    }
  }

  #note(trader: Trader, load: Load, { body, status }: { readonly status: number; readonly body: string }, millis: number): void {
    if (status >= 400) {
      load.refused++
      load.lastRefusal = body
      trader.positionId = undefined
      return
    }
    load.done++
    load.latencies.push(millis)
    if (trader.positionId === undefined) load.lastOrder = body
    trader.positionId = trader.positionId === undefined ? /"positionId":"(P\d+)"/u.exec(body)?.[1] : undefined
  }

  async #refresh(trader: Trader): Promise<void> {
    trader.refreshedAt = Date.now()
    const headers = { cookie: trader.cookie, ...ownRequest(this.#url) }
    const response = await fetch(`${this.#url}/auth/refresh`, { method: "POST", headers }).catch(() => undefined)
    if (response?.ok === true) trader.cookie = cookiesOf(response)
  }

  close(): void {
    for (const { lane } of this.#traders) lane.close()
  }
}

export const emptyLoad = (): Load => ({ done: 0, refused: 0, lastRefusal: "", lastOrder: "", errors: 0, latencies: [] })
