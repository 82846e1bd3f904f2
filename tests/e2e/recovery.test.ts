/**
 * What happens when things break: a reload, a network that is gone for half a minute, a server that is killed, an answer that is lost.
 * The page recovers by itself, no figure stays wrong, and nothing is done twice.
 */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { control, sendTicks } from "../integration/TradingClient.ts"
import { command, figureShows, openDashboard, placeMarketOrder, register, watchlistShows } from "./dashboard.ts"

let product: Product
let browser: Browser
let page: Page
let clients = 0

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
  await control(product.simulatorControlUrl, "pause")
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})
beforeEach(async () => {
  ;({ page } = await openDashboard(browser, product.url, "desktop", "light"))
  await register(page, `recovery${++clients}@example.com`)
  await market("1.10000", "1.10010")
  await watchlistShows(page, "EURUSD", "1.10000")
  return () => page.context().close()
})

const market = (bid: string, ask: string): Promise<void> =>
  sendTicks(product.simulatorControlUrl, [
    { symbol: "EURUSD", bid, ask },
    { symbol: "EURUSD", bid, ask }
  ])
const isLive = (): Promise<void> => page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor({ timeout: 60_000 })
/** Open positions as the server knows them. */
const positionsOnServer = (): Promise<number> =>
  page.evaluate(async () => {
    const { accountIds } = await (await fetch("/auth/me")).json()
    return (await (await fetch(`/accounts/${accountIds[0]}/positions`)).json()).positions.length
  })

describe("the page", () => {
  it("is the same after a reload", async () => {
    await placeMarketOrder(page, "Buy", "1")
    await figureShows(page, "equity", "9,990.00")
    await page.reload()
    await figureShows(page, "equity", "9,990.00")
    await page.getByTestId("profit-P1").filter({ hasText: "-10.00" }).waitFor()
  })

  it("says that it is offline, freezes, and comes back with what happened meanwhile", { timeout: 120_000 }, async () => {
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "1", takeProfit: "1.10100" })
    await figureShows(page, "equity", "9,990.00")
    await page.clock.install()
    await page.context().setOffline(true)
    await page.clock.runFor(3_000)
    await page
      .getByTestId("reconnect-banner")
      .getByText(/^Connection lost at .* Prices are frozen\.$/)
      .waitFor()
    await page.getByTestId("submit-order").and(page.locator(":disabled")).waitFor()
    await market("1.10110", "1.10120")
    await page.clock.runFor(30_000)
    await figureShows(page, "equity", "9,990.00")

    await page.context().setOffline(false)
    await page.clock.runFor(16_000)
    await isLive()
    await figureShows(page, "balance", "10,100.00")
    await page
      .getByRole("tab", { name: "Positions" })
      .filter({ hasText: /^Positions$/ })
      .waitFor()
    await page.getByRole("button", { name: /^Notifications, \d+ unread/ }).click()
    await page.getByRole("list", { name: "Notifications" }).getByText("Take-profit: Buy 1.00 EURUSD closed at 1.10110").waitFor()
  })

  it("recovers from a server that is killed", { timeout: 170_000 }, async () => {
    await placeMarketOrder(page, "Buy", "1")
    await figureShows(page, "usedMargin", "1,100.10")
    await product.killServer()
    await page.getByTestId("reconnect-banner").waitFor()
    await product.restartServer()
    await isLive()
    await market("1.10110", "1.10120")
    await figureShows(page, "equity", "10,100.00")
    await placeMarketOrder(page, "Buy", "0.5")
    expect(await positionsOnServer()).toBe(2)
  })
})

describe("a lost answer", () => {
  it("makes the same command go out again with the same key: one order, one position", { timeout: 120_000 }, async () => {
    const keys: Array<string | undefined> = []
    await page.route("**/orders", async (route) => {
      if (route.request().method() !== "POST") return route.continue()
      keys.push(route.request().headers()["idempotency-key"])
      if (keys.length > 2) return route.continue()
      // The server does it; the page never hears of it.
      await route.fetch()
      await route.abort("connectionreset")
    })
    await placeMarketOrder(page, "Buy", "1")
    expect(keys.length).toBe(3)
    expect(new Set(keys).size).toBe(1)
    expect(await positionsOnServer()).toBe(1)
    await figureShows(page, "usedMargin", "1,100.10")
  })

  it("of two clicks there are two orders, each with its own key", async () => {
    const keys: Array<string | undefined> = []
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/orders")) keys.push(request.headers()["idempotency-key"])
    })
    await placeMarketOrder(page, "Buy", "0.10")
    await placeMarketOrder(page, "Buy", "0.20")
    await page.getByRole("tab", { name: /^Positions\s*2$/ }).waitFor()
    expect(new Set(keys).size).toBe(2)
  })
})
