/**
 * Bad input to every trading endpoint: a 4xx problem with a stable code, and the account is as it was. Refused orders are recorded, so its
 * version may grow; balance, figures, orders, positions and bookings may not change.
 */
import { createHash } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ownRequest } from "#dev/ownRequest.ts"
import { ScriptedMarket } from "./ScriptedMarket.ts"

let market: ScriptedMarket
let account = ""
beforeAll(async () => {
  market = await ScriptedMarket.start()
  await market.clock({ now: "2026-03-10T12:00:00Z" })
  await market.tick("EURUSD", "1.10000", "1.10010")
  account = await market.account()
  await market.trade(account, "buy", "EURUSD", "0.1")
  await market.trade(account, "sell", "EURUSD", "0.1")
  await market.ask("POST", `/accounts/${account}/orders`, { ...LIMIT, timeInForce: "GTD", expiresAt: "2026-03-11T12:00:00Z" })
}, 120_000)
afterAll(() => market?.stop())

const MARKET = { symbol: "EURUSD", side: "buy", type: "market", lots: "0.01" }
const LIMIT = { ...MARKET, type: "limit", limitPrice: "1.09000" }
const STOP = { ...MARKET, type: "stop", stopPrice: "1.11000" }

/** All that must not change; clock and prices stand still. */
const fingerprint = async (): Promise<string> => {
  const { version: _, ...figures } = await market.figures(account)
  const lists = await Promise.all(
    ["/orders?status=active", "/positions", "/ledger", "/trades"].map(async (path) => {
      const { version: _version, ...page } = await market.ask("GET", `/accounts/${account}${path}`)
      return page
    })
  )
  return createHash("sha256")
    .update(JSON.stringify([figures, ...lists]))
    .digest("hex")
}

interface Row {
  readonly what: string
  readonly method: string
  readonly path: string
  readonly body: unknown
  /** Any stable code when absent. */
  readonly code?: string
}

const NO_TEXTS: ReadonlyArray<unknown> = [1, 1.5, null, [], ["1"], {}, true, false]
/** What no decimal is. */
const NOT_DECIMAL = "NaN Infinity -Infinity 1e309 1e3000000 1e5 0x10 0b1 1. .5 +1 1,5 1_000 １ null".split(" ")
const NO_DECIMALS: ReadonlyArray<unknown> = [...NOT_DECIMAL, "", " 1", "1 ", "1".repeat(16), `0.${"1".repeat(9)}`, ...NO_TEXTS]
const NO_COUNTS: ReadonlyArray<unknown> = ["1", 1.5, null, [], {}, true]
const OUTSIDE_LOTS: ReadonlyArray<readonly [string, string]> = [
  ["-1", "LOTS_BELOW_MINIMUM"],
  ["0", "LOTS_BELOW_MINIMUM"],
  ["0.001", "LOTS_BELOW_MINIMUM"],
  ["0.015", "LOTS_OFF_STEP"],
  ["100.01", "LOTS_ABOVE_MAXIMUM"],
  ["999999999999999", "LOTS_ABOVE_MAXIMUM"]
]
const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing"

const fieldRows = (
  what: string,
  method: string,
  path: string,
  base: object,
  field: string,
  values: ReadonlyArray<unknown>,
  code = "VALIDATION_FAILED"
): ReadonlyArray<Row> =>
  values.map((value) => ({ what: `${what}: ${field} ${shown(value).slice(0, 40)}`, method, path, body: { ...base, [field]: value }, code }))

const lotsRows = (what: string, method: string, path: string, base: object): ReadonlyArray<Row> =>
  OUTSIDE_LOTS.flatMap(([lots, code]) => fieldRows(what, method, path, base, "lots", [lots], code))

/** null removes where it is allowed. */
const withoutNull = (values: ReadonlyArray<unknown>): ReadonlyArray<unknown> => values.filter((value) => value !== null)

const rows: ReadonlyArray<Row> = [
  ...fieldRows("place", "POST", "/orders", MARKET, "lots", NO_DECIMALS),
  ...lotsRows("place", "POST", "/orders", MARKET),
  ...fieldRows("place", "POST", "/orders", LIMIT, "limitPrice", NO_DECIMALS),
  ...fieldRows("place", "POST", "/orders", LIMIT, "limitPrice", ["-1", "0", "1.090001", "999999999999999"], "INVALID_PRICE"),
  ...fieldRows("place", "POST", "/orders", LIMIT, "limitPrice", ["1.20000"], "PRICE_ON_WRONG_SIDE"),
  ...fieldRows("place", "POST", "/orders", STOP, "stopPrice", NO_DECIMALS),
  ...fieldRows("place", "POST", "/orders", STOP, "stopPrice", ["1.05000"], "PRICE_ON_WRONG_SIDE"),
  ...fieldRows("place", "POST", "/orders", MARKET, "stopLoss", NO_DECIMALS),
  ...fieldRows("place", "POST", "/orders", MARKET, "stopLoss", ["1.10000", "1.50000"], "STOP_LOSS_ON_WRONG_SIDE"),
  ...fieldRows("place", "POST", "/orders", MARKET, "takeProfit", NO_DECIMALS),
  ...fieldRows("place", "POST", "/orders", MARKET, "takeProfit", ["1.10000", "1.00000"], "TAKE_PROFIT_ON_WRONG_SIDE"),
  ...fieldRows("place", "POST", "/orders", MARKET, "maxSlippagePoints", ["1", 1.5, null, [], {}, true]),
  ...fieldRows("place", "POST", "/orders", MARKET, "trailingStop", ["100", 100, null, [], {}, { distancePoints: 1.5, stepPoints: 0 }]),
  ...fieldRows("place", "POST", "/orders", MARKET, "side", ["BUY", "long", null, 0, "__proto__"]),
  ...fieldRows("place", "POST", "/orders", MARKET, "type", ["MARKET", "constructor", null, 1]),
  ...fieldRows("place", "POST", "/orders", MARKET, "timeInForce", ["gtc", "", null, 0]),
  ...fieldRows("place", "POST", "/orders", MARKET, "symbol", ["", "eurusd", "EUR/USD", "__proto__", null, 1, "A".repeat(21)]),
  ...fieldRows("place", "POST", "/orders", MARKET, "symbol", ["NOPE"], "UNKNOWN_SYMBOL"),
  ...fieldRows("place", "POST", "/orders", MARKET, "comment", ["\u0000", "\ud800", "a\udfffb", "x".repeat(65), null, 1, {}]),
  ...fieldRows("place", "POST", "/orders", MARKET, "timeInForce", ["GTD", "DAY"], "INVALID_TIME_IN_FORCE"),
  ...["2026-03-10T11:59:59Z", "2020-01-01T00:00:00Z"].map((expiresAt) => ({
    what: `place: an expiry in the past, ${expiresAt}`,
    method: "POST",
    path: "/orders",
    body: { ...LIMIT, timeInForce: "GTD", expiresAt },
    code: "INVALID_EXPIRY"
  })),
  ...fieldRows("place", "POST", "/orders", { ...LIMIT, timeInForce: "GTD" }, "expiresAt", ["tomorrow", "2026-13-45T00:00:00Z", 1e12, null]),
  ...["role", "balance", "status", "filledPrice", "orderId", "accountId", "constructor"].map((field) => ({
    what: `place: a field of ours, ${field}`,
    method: "POST",
    path: "/orders",
    body: { ...MARKET, [field]: "1" },
    code: "VALIDATION_FAILED"
  })),
  {
    what: "place: more than the margin carries",
    method: "POST",
    path: "/orders",
    body: { ...MARKET, lots: "100" },
    code: "INSUFFICIENT_FREE_MARGIN"
  },
  { what: "place: no limit", method: "POST", path: "/orders", body: { ...LIMIT, limitPrice: undefined }, code: "MISSING_PRICE" },
  {
    what: "place: a limit too many",
    method: "POST",
    path: "/orders",
    body: { ...MARKET, limitPrice: "1.09000" },
    code: "UNEXPECTED_PRICE"
  },

  ...fieldRows("modify order", "PATCH", "/orders/O3", {}, "lots", NO_DECIMALS),
  ...lotsRows("modify order", "PATCH", "/orders/O3", {}),
  ...fieldRows("modify order", "PATCH", "/orders/O3", {}, "limitPrice", NO_DECIMALS),
  ...fieldRows("modify order", "PATCH", "/orders/O3", {}, "limitPrice", ["1.20000"], "PRICE_ON_WRONG_SIDE"),
  ...fieldRows("modify order", "PATCH", "/orders/O3", {}, "stopPrice", ["1.20000"], "UNEXPECTED_PRICE"),
  ...fieldRows("modify order", "PATCH", "/orders/O3", {}, "stopLoss", withoutNull(NO_DECIMALS)),
  ...fieldRows("modify order", "PATCH", "/orders/O3", {}, "stopLoss", ["1.09500"], "STOP_LOSS_ON_WRONG_SIDE"),
  ...fieldRows("modify order", "PATCH", "/orders/O3", {}, "expiresAt", ["2026-03-10T11:00:00Z"], "INVALID_EXPIRY"),
  { what: "modify order: nothing", method: "PATCH", path: "/orders/O3", body: {}, code: "NOTHING_TO_CHANGE" },
  { what: "modify order: filled long ago", method: "PATCH", path: "/orders/O1", body: { lots: "0.02" }, code: "ORDER_NOT_PENDING" },
  ...["O0", "O999", "P1", "__proto__", "O1%00", `O${"9".repeat(30)}`].flatMap((id) =>
    ["PATCH", "DELETE"].map((method) => ({
      what: `${method} order ${id}`,
      method,
      path: `/orders/${id}`,
      body: method === "PATCH" ? { lots: "0.02" } : undefined
    }))
  ),
  ...fieldRows("cancel many", "POST", "/orders/cancel", {}, "symbol", ["", null, 1, "__proto__"]),
  ...fieldRows("cancel many", "POST", "/orders/cancel", {}, "symbol", ["NOPE"], "UNKNOWN_SYMBOL"),
  ...fieldRows("cancel many", "POST", "/orders/cancel", {}, "side", ["both", null, 1]),

  ...fieldRows("modify position", "PATCH", "/positions/P1", {}, "stopLoss", withoutNull(NO_DECIMALS)),
  ...fieldRows("modify position", "PATCH", "/positions/P1", {}, "stopLoss", ["1.20000"], "STOP_LOSS_ON_WRONG_SIDE"),
  ...fieldRows("modify position", "PATCH", "/positions/P1", {}, "takeProfit", ["1.00000"], "TAKE_PROFIT_ON_WRONG_SIDE"),
  ...fieldRows("modify position", "PATCH", "/positions/P1", {}, "stopLoss", ["0", "-1", "1.000001"], "INVALID_PRICE"),
  { what: "modify position: nothing", method: "PATCH", path: "/positions/P1", body: {}, code: "NOTHING_TO_CHANGE" },
  ...fieldRows("close", "POST", "/positions/P1/close", {}, "lots", NO_DECIMALS),
  ...fieldRows("close", "POST", "/positions/P1/close", {}, "maxSlippagePoints", NO_COUNTS),
  ...fieldRows("close", "POST", "/positions/P1/close", {}, "maxSlippagePoints", [-1, 10_000_001], "INVALID_SLIPPAGE"),
  ...["-1", "0", "0.015", "0.2"].map((lots) => ({
    what: `close: ${lots} of 0.1`,
    method: "POST",
    path: "/positions/P1/close",
    body: { lots }
  })),
  ...["P0", "P999", "O1", "__proto__", "P1%00", "P1e0"].flatMap((id) =>
    ["close", "reverse"].map((verb) => ({ what: `${verb} ${id}`, method: "POST", path: `/positions/${id}/${verb}`, body: undefined }))
  ),
  ...fieldRows("close by", "POST", "/positions/P1/close-by", {}, "oppositePositionId", ["P1", "P999"]).map(({ code: _, ...row }) => row),
  ...fieldRows("close by", "POST", "/positions/P1/close-by", {}, "oppositePositionId", ["", null, 2, "__proto__"]),
  ...fieldRows("close many", "POST", "/positions/close", {}, "result", ["some", null, 1, ""]),
  ...fieldRows("close many", "POST", "/positions/close", {}, "symbol", ["NOPE"], "UNKNOWN_SYMBOL")
]

const isProblem = (status: number, body: Readonly<Record<string, unknown>>): boolean =>
  status >= 400 && status < 500 && body["status"] === status && /^[A-Z][A-Z0-9_]+$/u.test(String(body["code"]))

describe("bad input", () => {
  it("is refused row by row with a stable code, and nothing changes", { timeout: 300_000 }, async () => {
    const before = await fingerprint()
    const wrong: Array<string> = []
    const millis: Array<number> = []
    for (const { what, method, path, body, code } of rows) {
      const startedAt = performance.now()
      const answer = await market.command(account, method, path, body)
      millis.push(performance.now() - startedAt)
      const isRight = isProblem(answer.status, answer.body) && (code === undefined || answer.body["code"] === code)
      if (!isRight) wrong.push(`${what}: ${answer.status} ${String(answer.body["code"])}, not ${code ?? "a problem"}`)
      else if ((await fingerprint()) !== before) wrong.push(`${what}: something changed`)
    }
    expect(wrong).toEqual([])
    const sorted = millis.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor(sorted.length * share)]?.toFixed(1)
    console.info(`${rows.length} refusals: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${sorted.at(-1)?.toFixed(1)} ms`)
  })

  const endpoints = [
    ["POST", "/orders"],
    ["POST", "/orders/preview"],
    ["PATCH", "/orders/O3"],
    ["POST", "/orders/cancel"],
    ["PATCH", "/positions/P1"],
    ["POST", "/positions/P1/close"],
    ["POST", "/positions/P1/close-by"],
    ["POST", "/positions/close"]
  ] as const
  const bodies: ReadonlyArray<readonly [string, BodyInit, ReadonlyArray<number>]> = [
    ["half of a JSON text", '{"lots":', [422]],
    ["what is not UTF-8", Buffer.from('{"comment":"\xff"}', "latin1"), [422]],
    ["NUL in a name", '{"lots\\u0000":"1"}', [422]],
    ["a prototype", '{"__proto__":{"role":"admin"}}', [422]],
    ["a number that JSON has not", '{"lots":NaN}', [422]],
    ["a number beyond doubles", '{"maxSlippagePoints":1e309}', [422]],
    ["sixty thousand brackets", "[".repeat(60_000), [422]],
    ["deep nesting", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, [422]],
    ["a text", '"close everything"', [422]],
    ["a list", "[]", [422]],
    ["a body above the limit", `{"comment":"${"x".repeat(70_000)}"}`, [413]]
  ]
  it.each(endpoints)("%s %s refuses bodies that are none", { timeout: 60_000 }, async (method, path) => {
    const before = await fingerprint()
    const headers = { ...ownRequest(market.product.url), cookie: market.staff.cookie, "idempotency-key": "bad-body" }
    const send = (body: BodyInit, type: string) =>
      fetch(`${market.product.url}/accounts/${account}${path}`, { method, body, headers: { ...headers, "content-type": type } })
    const wrong: Array<string> = []
    for (const [what, body, statuses] of bodies) {
      const answer = await send(body, "application/json")
      const problem: Record<string, unknown> = JSON.parse(await answer.text())
      if (!statuses.includes(answer.status) || !isProblem(answer.status, problem))
        wrong.push(`${what}: ${answer.status} ${String(problem["code"])}`)
      if (!String(answer.headers.get("content-type")).startsWith("application/problem+json")) wrong.push(`${what}: not a problem's type`)
    }
    for (const type of ["text/plain", "application/xml", "multipart/form-data; boundary=x"]) {
      const answer = await send(JSON.stringify(MARKET), type)
      if (answer.status !== 415) wrong.push(`${type}: ${answer.status}`)
    }
    expect(wrong).toEqual([])
    expect(await fingerprint()).toBe(before)
  })
})

describe("races", () => {
  it("50 parallel closes of one position: one wins, 49 are told 409 POSITION_CLOSED, and it is booked once", async () => {
    const own = await market.account()
    await market.trade(own, "buy", "EURUSD", "0.1")
    const answers = await Promise.all(Array.from({ length: 50 }, () => market.command(own, "POST", "/positions/P1/close")))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ body, status }) => status === 409 && body["code"] === "POSITION_CLOSED")).toHaveLength(49)
    expect(await market.figures(own)).toMatchObject({ balance: "9999.00", openPositions: 0 })
  })

  it("50 parallel withdrawals of 1,000.00 from 9,999.00 that are free: nine are booked, never more than the free amount", async () => {
    const own = await market.account({ deposit: "9999" })
    const withdrawal = (index: number) =>
      market.staff.send("POST", `/admin/accounts/${own}/balance-operations`, {
        kind: "withdrawal",
        amount: "1000",
        reference: `race ${own} ${index}`
      })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => withdrawal(index)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(9)
    expect(answers.filter(({ body, status }) => status === 422 && body["code"] === "INSUFFICIENT_WITHDRAWABLE_AMOUNT")).toHaveLength(41)
    expect(await market.figures(own)).toMatchObject({ balance: "999.00" })
  })

  it("50 parallel sends of one command with one key: one effect, one answer; the key with another body is 422", async () => {
    const own = await market.account()
    const send = (lots: string) =>
      market.staff.send("POST", `/accounts/${own}/orders`, { ...MARKET, lots }, { "idempotency-key": "one-and-the-same" })
    const answers = await Promise.all(Array.from({ length: 50 }, () => send("0.1")))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await market.figures(own)).toMatchObject({ openPositions: 1 })
    expect(await send("0.2")).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } })
    expect(await market.figures(own)).toMatchObject({ openPositions: 1 })
  })
})
