/** Figures on the page equal the API's to the digit, while prices move. */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { sendTicks, control } from "../integration/TradingClient.ts"
import { command, openDashboard, register } from "./dashboard.ts"

let product: Product
let browser: Browser

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

const FIGURES = ["balance", "equity", "floatingProfit", "usedMargin", "freeMargin", "marginLevel"] as const
const ORDERS = [
  { symbol: "EURUSD", side: "buy", lots: "0.37" },
  { symbol: "USDJPY", side: "sell", lots: "0.81" },
  { symbol: "EURGBP", side: "buy", lots: "0.23" },
  { symbol: "XAUUSD", side: "sell", lots: "0.05" },
  { symbol: "GER40", side: "buy", lots: "0.50" },
  { symbol: "BTCUSD", side: "sell", lots: "0.02" }
]

/** As a person reads them, without grouping and signs of plus. */
const shown = async (page: Page): Promise<Record<string, string>> => {
  const plain = (text: string) => text.replaceAll(/[,%+]/g, "").replace("−", "-")
  const figures = await Promise.all(
    FIGURES.map(async (name) => [name, plain(await page.getByTestId(`figure-${name}`).locator("> span").nth(1).innerText())] as const)
  )
  const profits = await page
    .locator("[data-testid^=profit-P]")
    .evaluateAll((cells) => cells.map((cell) => [cell.getAttribute("data-testid") ?? "", cell.textContent ?? ""] as const))
  return Object.fromEntries([...figures, ...profits.map(([id, text]) => [id, plain(text)] as const)])
}

const onServer = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(async () => {
    const { accountIds } = await (await fetch("/auth/me")).json()
    const account = await (await fetch(`/accounts/${accountIds[0]}`)).json()
    const { positions } = await (await fetch(`/accounts/${accountIds[0]}/positions`)).json()
    return {
      balance: account.balance,
      equity: account.equity,
      floatingProfit: account.floatingProfit,
      usedMargin: account.usedMargin,
      freeMargin: account.freeMargin,
      marginLevel: Number(account.marginLevelPercent).toFixed(2),
      ...Object.fromEntries(
        positions.map((position: { positionId: string; floatingProfit: string }) => [
          `profit-${position.positionId}`,
          position.floatingProfit
        ])
      )
    }
  })

it("shows what the API says, to the digit, whenever the market rests for a moment", { timeout: 170_000 }, async () => {
  const { page, context } = await openDashboard(browser, product.url, "desktop", "dark")
  await register(page, "figures@example.com")
  for (const order of ORDERS) await command(page, "orders", { ...order, type: "market" })
  await page.getByTestId("profit-P6").waitFor()
  for (let round = 0; round < 8; round++) {
    await control(product.simulatorControlUrl, "resume")
    await page.waitForFunction(
      (before) => document.querySelector("[data-testid=figure-equity]")?.textContent !== before,
      await page.getByTestId("figure-equity").textContent()
    )
    await control(product.simulatorControlUrl, "pause")
    await sendTicks(product.simulatorControlUrl, [{ symbol: "EURGBP", bid: `0.8781${round}`, ask: `0.8783${round}` }])
    await expect.poll(() => shown(page), { timeout: 10_000 }).toEqual(await onServer(page))
  }
  await context.close()
})
