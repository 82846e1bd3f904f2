/** Lists of one's own, and how they and everything else that is arranged follow a person to the next device. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { chooseInterval, intervalIs, openDashboard, register } from "./dashboard.ts"

let product: Product
let browser: Browser
let people = 0

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

describe.each(["desktop", "phone"] as const)("on a %s", (screen) => {
  let page: Page
  let context: BrowserContext
  let complaints: ReadonlyArray<string>
  const isPhone = screen === "phone"
  const showMarkets = async (on: Page) => {
    if (isPhone) await on.getByRole("navigation", { name: "Areas" }).getByRole("button", { name: "Markets" }).click()
  }
  const showChart = async (on: Page) => {
    if (isPhone) await on.getByRole("navigation", { name: "Areas" }).getByRole("button", { name: "Chart" }).click()
  }
  const listed = (on: Page): Promise<ReadonlyArray<string | undefined>> =>
    on
      .getByRole("list", { name: "Watchlist" })
      .getByRole("listitem")
      .evaluateAll((items) => items.map((item) => item.textContent?.slice(0, 6)))
  /** Another browser of the same person. */
  const openOther = async () => {
    const { cookies } = await context.storageState()
    return openDashboard(browser, product.url, screen, "dark", { cookies, origins: [] })
  }
  const kept = async (): Promise<Record<string, string>> => (await (await context.request.get("/preferences")).json()).entries

  beforeEach(async () => {
    const first = await openDashboard(browser, product.url, "desktop", "dark")
    await register(first.page, `lists${++people}@example.com`)
    const { cookies } = await first.context.storageState()
    await first.context.close()
    ;({ page, context, complaints } = await openDashboard(browser, product.url, screen, "dark", { cookies, origins: [] }))
    await page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor()
    await showMarkets(page)
    return async () => {
      expect(complaints).toEqual([])
      await context.close()
    }
  })

  it("lists get a name, symbols and another name, are chosen between and deleted", async () => {
    const list = page.getByRole("list", { name: "Watchlist" })
    const menu = async (shown: string, item: string) => {
      // The one before may still be on its way out.
      await page.getByRole("menu").waitFor({ state: "detached" })
      await page.getByRole("button", { name: `Shown: ${shown}` }).click()
      await page.getByRole("menuitem", { name: item }).click()
      return page.getByRole("dialog")
    }
    const named = async (dialog: Locator, name: string) => {
      await dialog.getByRole("textbox", { name: "Name of the list" }).fill(name)
      await page.keyboard.press("Enter")
      await page.getByRole("button", { name: `Shown: ${name}` }).waitFor()
    }
    await named(await menu("All", "New list…"), "Majors")
    await page.getByText("This list is empty").waitFor()
    for (const symbol of ["GBPUSD", "EURUSD"]) {
      await page.getByRole("searchbox", { name: "Search symbols" }).fill(symbol)
      await list.getByRole("button", { name: new RegExp(`^${symbol}`) }).click({ button: "right" })
      await page.getByRole("menuitemcheckbox", { name: "In “Majors”" }).click()
    }
    await page.getByRole("searchbox", { name: "Search symbols" }).fill("")
    await expect.poll(() => listed(page)).toEqual(["GBPUSD", "EURUSD"])
    await named(await menu("Majors", "Rename list…"), "Europe")
    await page.reload()
    await showMarkets(page)
    await expect.poll(() => listed(page)).toEqual(["GBPUSD", "EURUSD"])
    await page.getByRole("button", { name: "Shown: Europe" }).click()
    await page.getByRole("menuitemradio", { name: "All", exact: true }).click()
    await page.getByRole("menu").waitFor({ state: "detached" })
    await page.getByRole("button", { name: "Shown: All" }).click()
    await page.getByRole("menuitemradio", { name: "Europe" }).click()
    await (await menu("Europe", "Delete list…")).getByRole("button", { name: "Delete list" }).click()
    await page.getByRole("button", { name: "Shown: All" }).waitFor()
    await list.getByRole("button", { name: /^BTCUSD/ }).waitFor()
  })

  it("a list, the chart's interval and the theme are the same on the next device", async () => {
    await page.getByRole("button", { name: "Shown: All" }).click()
    await page.getByRole("menuitem", { name: "New list…" }).click()
    await page.getByRole("textbox", { name: "Name of the list" }).fill("Metals")
    await page.keyboard.press("Enter")
    await page.getByRole("searchbox", { name: "Search symbols" }).fill("XAUUSD")
    await page
      .getByRole("list", { name: "Watchlist" })
      .getByRole("button", { name: /^XAUUSD/ })
      .click({ button: "right" })
    await page.getByRole("menuitemcheckbox", { name: "In “Metals”" }).click()
    await showChart(page)
    await chooseInterval(page, "1 hour")
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Settings" }).click()
    await page.getByRole("radio", { name: "Light" }).click()
    await expect
      .poll(kept)
      .toMatchObject({ theme: '"light"', "chart.interval": '"1h"', "watchlist.lists": expect.stringContaining("XAUUSD") })

    const other = await openOther()
    await other.page.locator("html:not(.dark)").waitFor()
    await showChart(other.page)
    await intervalIs(other.page, "1 hour")
    await showMarkets(other.page)
    await other.page.getByRole("button", { name: "Shown: Metals" }).waitFor()
    await expect.poll(() => listed(other.page)).toEqual(["XAUUSD"])
    expect(other.complaints).toEqual([])
    await other.context.close()
  })

  it("what two devices change one after the other stays, from both", async () => {
    const other = await openOther()
    await showChart(other.page)
    await chooseInterval(other.page, "4 hours")
    await expect.poll(kept).toMatchObject({ "chart.interval": '"4h"' })
    // This page still has the version before.
    await page.getByRole("button", { name: "Shown: All" }).click()
    await page.getByRole("menuitemradio", { name: "Favorites" }).click()
    await expect.poll(kept).toEqual(expect.objectContaining({ "chart.interval": '"4h"', "watchlist.group": '"favorites"' }))
    await showChart(page)
    await intervalIs(page, "4 hours")
    await other.context.close()
  })
})
