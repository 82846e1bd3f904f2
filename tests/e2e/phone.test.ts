/** The same trade on a phone: one thing at a time, a sheet for the order, cards for positions, fingers instead of a pointer. */
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
  await control(product.simulatorControlUrl, "pause")
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

const market = (bid: string, ask: string): Promise<void> =>
  sendTicks(product.simulatorControlUrl, [
    { symbol: "EURUSD", bid, ask },
    { symbol: "EURUSD", bid, ask }
  ])

describe("on a phone", () => {
  it("a trade is bought, protected and closed", { timeout: 120_000 }, async () => {
    const { page, context, complaints } = await openDashboard(browser, product.url, "phone", "light")
    await signIn(page)
    await market("1.10000", "1.10010")
    await page.getByRole("button", { name: "Markets" }).tap()
    await watchlistShows(page, "EURUSD", "1.10000")

    await page.getByRole("button", { name: "New order" }).tap()
    const sheet = page.getByRole("dialog", { name: "New order" })
    await sheet.getByRole("button", { name: "More volume" }).tap()
    await sheet.getByRole("button", { name: "1.00" }).tap()
    await sheet.getByRole("button", { name: "Buy 1.00 EURUSD @ 1.10010" }).tap()
    await page.getByText("Buy 1.00 EURUSD filled at 1.10010").waitFor()
    await sheet.getByRole("button", { name: "Close" }).tap()
    await figureShows(page, "equity", "9,990.00")

    await page
      .getByRole("button", { name: /^Positions/ })
      .last()
      .tap()
    await page.getByRole("button", { name: /^Edit stop-loss/ }).tap()
    await page.getByRole("dialog").getByRole("textbox", { name: "Stop-loss" }).fill("1.09500")
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).tap()
    await page.getByText("SL 1.09500").waitFor()

    await market("1.10110", "1.10120")
    await page.getByTestId("profit-P1").filter({ hasText: "+100.00" }).waitFor()
    await page.getByRole("button", { name: "Close Buy 1.00 EURUSD" }).tap()
    await page.getByRole("dialog").getByRole("button", { name: "Close 1.00 lots" }).tap()
    await figureShows(page, "balance", "10,100.00")
    await page.getByRole("button", { name: "History" }).tap()
    await page.getByRole("table", { name: "History" }).getByText("+100.00").first().waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it("nothing is wider than the screen, down to 320 pixels, and every target takes a finger", { timeout: 120_000 }, async () => {
    const { page, context } = await openDashboard(browser, product.url, "phone", "dark")
    await signIn(page)
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 720 })
      for (const tab of ["Markets", "Chart", "History"]) {
        await page.getByRole("button", { name: tab }).tap()
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${tab} at ${width}`).toBeLessThanOrEqual(width)
      }
    }
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("nav button")]
        .filter((button) => button.getBoundingClientRect().height < 44)
        .map((button) => button.textContent)
    )
    expect(small).toEqual([])
    await context.close()
  })
})
