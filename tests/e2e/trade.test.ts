/** One trade through the browser, on the real product: from sign-in to the booked result. */
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { control, sendTicks } from "../integration/TradingClient.ts"
import { figureShows, openDashboard, signIn, watchlistShows } from "./dashboard.ts"

let product: Product
let browser: Browser

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

/** Twice, since a jump from the walk's last price must be confirmed by a second tick. */
const market = async (bid: string, ask: string): Promise<void> => {
  await sendTicks(product.simulatorControlUrl, [
    { symbol: "EURUSD", bid, ask },
    { symbol: "EURUSD", bid, ask }
  ])
}

describe("a trade", () => {
  it("is bought, valued and closed through the browser to the cent", { timeout: 120_000 }, async () => {
    const { page, context, complaints } = await openDashboard(browser, product.url, "desktop", "dark")
    await signIn(page)
    await figureShows(page, "balance", "10,000.00")

    await control(product.simulatorControlUrl, "pause")
    await market("1.10000", "1.10010")
    await watchlistShows(page, "EURUSD", "1.10000")

    const ticket = page.getByRole("form", { name: "Order" })
    await ticket.getByRole("textbox", { name: "Volume" }).fill("1")
    await ticket.getByRole("button", { name: /^Buy 1.10010/ }).click()
    const preview = ticket.getByLabel("What the order would do")
    await preview.getByText("1,100.10").waitFor()
    await preview.getByText("8,889.90").waitFor()
    await ticket.getByRole("button", { name: "Buy 1.00 EURUSD @ 1.10010" }).click()
    await page.getByText("Buy 1.00 EURUSD filled at 1.10010").waitFor()
    await figureShows(page, "usedMargin", "1,100.10")
    await figureShows(page, "equity", "9,990.00")

    await market("1.10110", "1.10120")
    await figureShows(page, "equity", "10,100.00")
    await page.getByTestId("profit-P1").filter({ hasText: "+100.00" }).waitFor()
    await figureShows(page, "balance", "10,000.00")

    await page.getByRole("button", { name: "Close Buy 1.00 EURUSD" }).click()
    const dialog = page.getByRole("dialog", { name: "Close Buy 1.00 EURUSD" })
    await dialog.getByText("+100.00 USD").waitFor()
    await dialog.getByRole("button", { name: "Close 1.00 lots" }).click()
    await page.getByText("Result +100.00").waitFor()
    await figureShows(page, "balance", "10,100.00")
    await figureShows(page, "usedMargin", "0.00")
    await page.getByText("No open positions").waitFor()

    await page.getByRole("tab", { name: "Ledger" }).click()
    await page
      .getByRole("table", { name: "Ledger" })
      .getByRole("row", { name: /Trading result/ })
      .getByText("+100.00")
      .waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})
