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
let clients = 0

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
  await control(product.simulatorControlUrl, "pause")
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

/** Twice, since a jump must be confirmed by a second tick. */
const market = (bid: string, ask: string): Promise<void> =>
  sendTicks(product.simulatorControlUrl, [
    { symbol: "EURUSD", bid, ask },
    { symbol: "EURUSD", bid, ask }
  ])

describe.each(["desktop", "phone"] as const)("on a %s", (screen) => {
  let page: Page
  const isPhone = screen === "phone"

  beforeEach(async () => {
    const first = await openDashboard(browser, product.url, "desktop", "light")
    await register(first.page, `recovery${++clients}@example.com`)
    const { cookies } = await first.context.storageState()
    await first.context.close()
    ;({ page } = await openDashboard(browser, product.url, screen, "light", { cookies, origins: [] }))
    await isLive()
    await market("1.10000", "1.10010")
    await show("Markets")
    await watchlistShows(page, "EURUSD", "1.10000")
    return () => page.context().close()
  })

  const show = async (name: "Markets" | "Positions"): Promise<void> => {
    if (isPhone) await page.getByRole("navigation", { name: "Areas" }).getByRole("button", { name }).click()
  }
  /** Through the ticket, which is a sheet on a phone. */
  const place = async (lots: string): Promise<void> => {
    if (isPhone) await page.getByRole("button", { name: "New order" }).click()
    await placeMarketOrder(page, "Buy", lots)
    if (!isPhone) return
    const sheet = page.getByRole("dialog", { name: "New order" })
    await sheet.getByRole("button", { name: "Close" }).click()
    await sheet.waitFor({ state: "detached" })
  }
  const isLive = (): Promise<void> => page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor({ timeout: 60_000 })
  /** Open positions as the server knows them. */
  const positionsOnServer = (): Promise<number> =>
    page.evaluate(async () => {
      const { accountIds } = await (await fetch("/auth/me")).json()
      return (await (await fetch(`/accounts/${accountIds[0]}/positions`)).json()).positions.length
    })

  it("the page is the same after a reload", async () => {
    await place("1")
    await figureShows(page, "equity", "9,990.00")
    await page.reload()
    await figureShows(page, "equity", "9,990.00")
    await show("Positions")
    await page.getByTestId("profit-P1").filter({ hasText: "-10.00" }).waitFor()
  })

  it("the page says that it is offline, freezes, and comes back with what happened meanwhile", { timeout: 120_000 }, async () => {
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "1", takeProfit: "1.10100" })
    await figureShows(page, "equity", "9,990.00")
    await page.clock.install()
    await page.context().setOffline(true)
    await page.clock.runFor(3_000)
    await page
      .getByTestId("reconnect-banner")
      .getByText(/^Connection lost at .* Prices are frozen\.$/)
      .waitFor()
    if (!isPhone) await page.getByTestId("submit-order").and(page.locator(":disabled")).waitFor()
    await market("1.10110", "1.10120")
    await page.clock.runFor(30_000)
    await figureShows(page, "equity", "9,990.00")

    await page.context().setOffline(false)
    await page.clock.runFor(16_000)
    await isLive()
    await figureShows(page, "balance", "10,100.00")
    expect(await positionsOnServer()).toBe(0)
    await page.getByRole("button", { name: /^Notifications, \d+ unread/ }).click()
    await page.getByRole("list", { name: "Notifications" }).getByText("Take-profit: Buy 1.00 EURUSD closed at 1.10110").waitFor()
  })

  it("the page recovers from a server that is killed, with every order once", { timeout: 170_000 }, async () => {
    await place("1")
    await figureShows(page, "usedMargin", "1,100.10")
    await product.killServer()
    await page.getByTestId("reconnect-banner").waitFor()
    await product.restartServer()
    await isLive()
    await market("1.10110", "1.10120")
    await figureShows(page, "equity", "10,100.00")
    await place("0.5")
    expect(await positionsOnServer()).toBe(2)
  })

  it("a lost answer makes the same command go out again with the same key: one order, one position", { timeout: 120_000 }, async () => {
    const keys: Array<string | undefined> = []
    await page.route("**/orders", async (route) => {
      if (route.request().method() !== "POST") return route.continue()
      keys.push(route.request().headers()["idempotency-key"])
      if (keys.length > 2) return route.continue()
      // The server does it; the page never hears of it.
      await route.fetch()
      await route.abort("connectionreset")
    })
    await place("1")
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
    await place("0.10")
    await place("0.20")
    await expect.poll(positionsOnServer).toBe(2)
    expect(new Set(keys).size).toBe(2)
  })
})
