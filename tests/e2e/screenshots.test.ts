/**
 * What the README and the documentation show, taken from the real product: every screen in both themes, and the states that a person
 * meets: empty, loading, failed, offline, margin call, stop-out. UPDATE_SCREENSHOTS=1 writes them to docs/screenshots.
 */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { control, sendTicks } from "../integration/TradingClient.ts"
import { command, forgetPreferences, openDashboard, register, screenshot, signIn } from "./dashboard.ts"

let product: Product
let browser: Browser

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

const chartIsReady = (page: Page): Promise<void> => page.locator("[data-testid=price-chart][data-status=ready]").waitFor()

/** Nothing pointed at, and no toast in the way. */
const settle = async (page: Page): Promise<void> => {
  await page.mouse.move(720, 4)
  await page.locator("[data-sonner-toast]").first().waitFor({ state: "detached" })
}

/** A person's usual afternoon: some positions, one protected, and an order that waits. */
const trade = async (page: Page): Promise<void> => {
  const bid = Number(await page.evaluate(async () => (await (await fetch("/market/quotes?symbols=EURUSD")).json()).quotes[0].bid))
  const price = (distance: number) => (bid + distance).toFixed(5)
  await command(page, "orders", {
    symbol: "EURUSD",
    side: "buy",
    type: "market",
    lots: "0.80",
    stopLoss: price(-0.0011),
    takeProfit: price(0.0014)
  })
  await command(page, "orders", { symbol: "XAUUSD", side: "sell", type: "market", lots: "0.20" })
  await command(page, "orders", { symbol: "USDJPY", side: "buy", type: "market", lots: "0.50" })
  await command(page, "orders", { symbol: "BTCUSD", side: "buy", type: "market", lots: "0.05" })
  await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.50", limitPrice: price(-0.0005) })
}

describe("screenshots", () => {
  it("show the desktop, the tablet and the phone", { timeout: 170_000 }, async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", "dark")
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    await page.getByRole("region", { name: "Live prices" }).locator("[data-side=ask]").nth(7).waitFor()
    await screenshot(page, "sign-in-dark")
    await signIn(page)
    await trade(page)
    await page.getByRole("button", { name: /^EURUSD\b/ }).click()
    await page.getByText("USDJPY").last().waitFor()
    await chartIsReady(page)
    await page.getByTestId("profit-P1").waitFor()
    await settle(page)
    await screenshot(page, "desktop-dark")
    await page.getByRole("button", { name: "Switch to the light theme" }).click()
    await page.getByRole("button", { name: "Switch to the dark theme" }).waitFor()
    await chartIsReady(page)
    await settle(page)
    await screenshot(page, "desktop-light")
    await page.getByRole("button", { name: "Show as a table" }).click()
    await page
      .getByRole("table", { name: /^EURUSD/ })
      .getByRole("row")
      .nth(5)
      .waitFor()
    await settle(page)
    await screenshot(page, "chart-as-table-light")
    await page.getByRole("button", { name: "Show as a table" }).click()
    for (const [name, item] of [
      ["settings", "Settings"],
      ["profile", "Profile and security"],
      ["statement", "Statement"]
    ] as const) {
      await page.getByRole("button", { name: "Menu", exact: true }).click()
      await page.getByRole("menuitem", { name: item }).click()
      await page.getByRole("heading", { name: item }).waitFor()
      await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" })
      if (name === "statement") await page.getByRole("figure", { name: "Balance and equity" }).locator("canvas").first().waitFor()
      await screenshot(page, `${name}-light`)
      if (name === "settings") await page.keyboard.press("Escape")
    }
    // The theme would follow to the next screens.
    await forgetPreferences(page, product.url)
    await context.close()

    for (const theme of ["dark", "light"] as const) {
      const tablet = await openDashboard(browser, product.url, "tablet", theme)
      await signIn(tablet.page)
      await chartIsReady(tablet.page)
      await tablet.page.getByTestId("profit-P1").waitFor()
      await screenshot(tablet.page, `tablet-${theme}`)
      await tablet.context.close()

      const phone = await openDashboard(browser, product.url, "phone", theme)
      await signIn(phone.page)
      await chartIsReady(phone.page)
      await screenshot(phone.page, `phone-chart-${theme}`)
      await phone.page.getByRole("button", { name: "Markets" }).click()
      await phone.page.getByRole("list", { name: "Watchlist" }).getByText("EURUSD").waitFor()
      await screenshot(phone.page, `phone-markets-${theme}`)
      await phone.page.getByRole("button", { name: "History" }).click()
      await phone.page.getByRole("table", { name: "History" }).getByText("EURUSD").first().waitFor()
      await screenshot(phone.page, `phone-history-${theme}`)
      await phone.page.getByRole("button", { name: "Positions", exact: false }).last().click()
      await phone.page.getByRole("list", { name: "Positions" }).waitFor()
      await screenshot(phone.page, `phone-positions-${theme}`)
      if (theme === "light") {
        await phone.page.getByRole("tab", { name: "Orders" }).click()
        await phone.page.getByRole("list", { name: "Orders" }).waitFor()
        await screenshot(phone.page, "phone-orders-light")
      }
      await phone.page.getByRole("button", { name: "New order" }).click()
      await phone.page.getByRole("form", { name: "Order" }).waitFor()
      await screenshot(phone.page, `phone-order-${theme}`)
      await phone.context.close()
    }
  })

  it("show what is empty, loading, failed and offline", { timeout: 120_000 }, async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", "light")
    await register(page, "newcomer@example.com")
    await chartIsReady(page)
    await page.getByText("No open positions").waitFor()
    await screenshot(page, "empty-light")

    await page.route("**/instruments", () => {})
    await page.reload()
    await page.getByRole("main").getByRole("region", { name: "Loading" }).first().waitFor()
    await screenshot(page, "loading-light")
    await page.unroute("**/instruments")

    await page.route("**/trades?*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: "{}" }))
    await page.reload()
    await page.getByRole("tab", { name: "History" }).click()
    await page.getByText("This could not be loaded").waitFor()
    await screenshot(page, "failed-light")
    await page.unroute("**/trades?*")

    await context.setOffline(true)
    await page.getByTestId("reconnect-banner").waitFor()
    await screenshot(page, "offline-light")
    await page.getByTestId("submit-order").and(page.locator(":disabled")).waitFor()
    await context.setOffline(false)
    await page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor()
    await context.close()
  })

  it("show a margin call and a stop-out", { timeout: 120_000 }, async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", "dark")
    await signIn(page)
    await command(page, "orders/cancel", {})
    await command(page, "positions/close", { result: "all" })
    await control(product.simulatorControlUrl, "pause")
    await sendEurUsd("1.10000", "1.10010")
    // 10,000 at 1:100: 8 lots use about 8,800, so the level stands near 113 %.
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "8" })
    await sendEurUsd("1.09800", "1.09810")
    await page
      .getByRole("alert")
      .getByText(/^Margin call: the margin level/)
      .waitFor()
    await chartIsReady(page)
    await screenshot(page, "margin-call-dark")
    await sendEurUsd("1.09300", "1.09310")
    await page
      .getByText(/Stop-out: Buy .* closed at/)
      .first()
      .waitFor()
    await page.getByRole("tab", { name: "History" }).click()
    await page.getByRole("table", { name: "History" }).getByText("Stop-out").first().waitFor()
    await screenshot(page, "stop-out-dark")
    await page
      .getByRole("link", { name: /^Stop-out report of/ })
      .first()
      .click()
    await page.getByRole("table", { name: "Prices" }).waitFor()
    await screenshot(page, "stop-out-report-dark")
    await context.close()
  })
})

/** Twice, since a jump must be confirmed by a second tick. */
const sendEurUsd = (bid: string, ask: string): Promise<void> =>
  sendTicks(product.simulatorControlUrl, [
    { symbol: "EURUSD", bid, ask },
    { symbol: "EURUSD", bid, ask }
  ])
