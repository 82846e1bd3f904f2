/**
 * What traders expect of a terminal, one test each, on a desktop and on a phone, with the market standing still.
 *
 * One account per screen. Every test begins flat, on the trading page, with the settings of a new browser.
 */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { control, sendTicks } from "../integration/TradingClient.ts"
import { chooseInterval, command, forgetPreferences, intervalIs, openDashboard, register, watchlistShows } from "./dashboard.ts"

let product: Product
let browser: Browser

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct({ env: { QUOTE_AGE_MILLIS_MAX: "60000" } }), launchChromium()])
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
  let context: BrowserContext
  let complaints: ReadonlyArray<string>
  const isPhone = screen === "phone"

  beforeAll(async () => {
    ;({ page, context, complaints } = await openDashboard(browser, product.url, "desktop", "dark"))
    await register(page, `interactions-${screen}@example.com`)
    if (!isPhone) return
    const state = await context.storageState()
    await context.close()
    ;({ page, context, complaints } = await openDashboard(browser, product.url, "phone", "dark", state))
  })
  afterAll(async () => {
    expect(complaints).toEqual([])
    await context?.close()
  })
  beforeEach(async () => {
    await forgetPreferences(page, product.url)
    await page.goto("/")
    await page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor()
    await command(page, "positions/close", { result: "all" })
    await command(page, "orders/cancel", {})
    await market("1.10000", "1.10010")
    await page.reload()
    await showMarkets()
    await watchlistShows(page, "EURUSD", "1.10000")
  })

  const area = (name: "Markets" | "Chart" | "Positions" | "History") =>
    page.getByRole("navigation", { name: "Areas" }).getByRole("button", { name })
  const showMarkets = async () => {
    if (isPhone) await area("Markets").click()
  }
  const showChart = async () => {
    if (isPhone) await area("Chart").click()
    await page.locator("[data-testid=price-chart][data-status=ready]").waitFor()
  }
  const showPositions = async () => {
    if (isPhone) await area("Positions").click()
    else await page.getByRole("tab", { name: "Positions" }).click()
  }
  const showOrders = async () => {
    if (isPhone) await area("Positions").click()
    await page.getByRole("tab", { name: "Orders" }).click()
  }
  const showHistory = async () => {
    if (isPhone) await area("History").click()
    else await page.getByRole("tab", { name: "History" }).click()
  }
  /** The ticket: always in sight on a desktop, a sheet on a phone. */
  const ticket = async (): Promise<Locator> => {
    const form = page.getByRole("form", { name: "Order" })
    if (isPhone && !(await form.isVisible())) await page.getByRole("button", { name: "New order" }).click()
    await form.waitFor()
    return form
  }
  const closeTicket = async () => {
    if (!isPhone) return
    const sheet = page.getByRole("dialog", { name: "New order" })
    await sheet.getByRole("button", { name: "Close" }).click()
    await sheet.waitFor({ state: "detached" })
  }
  const toast = (text: string | RegExp): Locator => page.locator("[data-sonner-toast]").filter({ hasText: text }).first()
  const buy = async (lots: string, exits: Readonly<Record<string, string>> = {}) => {
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots, ...exits })
  }
  const openSettings = async (): Promise<Locator> => {
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Settings" }).click()
    const dialog = page.getByRole("dialog", { name: "Settings" })
    await dialog.waitFor()
    return dialog
  }
  const checked = (name: string | RegExp, role: "radio" | "menuitemcheckbox" = "radio") => page.getByRole(role, { name, checked: true })
  const closeDialog = async (dialog: Locator) => {
    await page.keyboard.press("Escape")
    await dialog.waitFor({ state: "detached" })
  }

  it("1: orders are confirmed, sent with a double click, or at once, by an explicit and visible choice", async () => {
    let form = await ticket()
    await form.getByRole("group", { name: "Side" }).getByRole("button", { name: "Sell" }).dblclick()
    await form.getByRole("button", { name: "Sell 0.10 EURUSD @ 1.10000" }).waitFor()
    await closeTicket()
    for (const [mode, words, clickCount] of [
      ["Double click", "A double click on a price sends the order.", 2],
      ["One click", "One-click is on", 1]
    ] as const) {
      const settings = await openSettings()
      await settings.getByRole("radio", { name: mode }).click()
      await closeDialog(settings)
      form = await ticket()
      await form.getByText(words).waitFor()
      await form.getByRole("textbox", { name: "Volume" }).fill(clickCount === 2 ? "0.20" : "0.30")
      await form.getByRole("group", { name: "Side" }).getByRole("button", { name: "Sell" }).click({ clickCount })
      await toast(clickCount === 2 ? "Sell 0.20 EURUSD filled" : "Sell 0.30 EURUSD filled").waitFor()
      await closeTicket()
    }
  })

  it("2: the ticket shows sell, spread and buy, volume in lots, units or money, presets and steps", async () => {
    const form = await ticket()
    await form.getByRole("button", { name: /^Sell\s*1\.10000/ }).waitFor()
    await form.getByRole("button", { name: /^Buy\s*1\.10010/ }).waitFor()
    await form.getByText("Spread 1.0").waitFor()
    const volume = form.getByRole("textbox", { name: "Volume" })
    await form.getByRole("button", { name: "0.50", exact: true }).click()
    await expect.poll(() => volume.inputValue()).toBe("0.50")
    await form.getByRole("button", { name: "More volume" }).click()
    await expect.poll(() => volume.inputValue()).toBe("0.51")
    await form.getByRole("button", { name: "Give the volume in units" }).click()
    await volume.fill("30000")
    await form.getByRole("button", { name: "Buy 0.30 EURUSD @ 1.10010" }).waitFor()
    await form.getByRole("button", { name: /^≈ 33,003\.00 USD.*Give the volume in money$/ }).click()
    // 0.45 lots are worth 49,504.50, 0.46 already 50,604.60.
    await volume.fill("50000")
    await form.getByRole("button", { name: /^0\.45 lots.*Give the volume in lots$/ }).waitFor()
    await form.getByRole("button", { name: "Buy 0.45 EURUSD @ 1.10010" }).waitFor()
    await form.getByRole("button", { name: "Less volume" }).click()
    await expect.poll(() => volume.inputValue()).toBe("48404.4")
  })

  it("3: one ticket takes all four types of order, with exits as price, points, money or a share", async () => {
    const form = await ticket()
    await form.getByRole("radio", { name: "Limit", exact: true }).click()
    await form.getByRole("textbox", { name: "Limit price" }).waitFor()
    await form.getByRole("radio", { name: "Stop", exact: true }).click()
    await form.getByRole("textbox", { name: "Stop price" }).waitFor()
    await form.getByRole("radio", { name: "Stop limit" }).click()
    await form.getByRole("textbox", { name: "Stop price" }).fill("1.10100")
    await form.getByRole("textbox", { name: "Limit price" }).fill("1.10120")
    await form.getByRole("button", { name: "Buy 0.10 EURUSD @ 1.10120" }).click()
    await toast("Stop limit order placed").waitFor()
    await form.getByRole("radio", { name: "Market" }).click()
    await form.getByRole("switch", { name: "Stop-loss" }).click()
    for (const [unit, text, at] of [
      ["Points", "500", "1.09510"],
      ["Money", "100", "1.09010"],
      ["% equity", "0.5", "1.09511"]
    ] as const) {
      await form.getByRole("radio", { name: unit }).click()
      await form.getByRole("textbox", { name: "Stop-loss" }).fill(text)
      // Half a percent of an equity near 9,990 is just under 50.
      await form.getByText(unit === "% equity" ? /≈ -\d+\.\d\d at 1\.095\d\d/ : `at ${at}`).waitFor()
    }
  })

  it("4: the ticket says what the order needs, costs and leaves before it is sent", async () => {
    const form = await ticket()
    const preview = form.getByLabel("What the order would do")
    for (const line of ["Margin", "Pip value", "Spread cost", "Free margin after", "Margin level after"])
      await preview.getByText(line, { exact: true }).waitFor()
    await preview.getByText("110.01").waitFor()
    await form.getByText("Margin call at 100%, stop-out at 50%").waitFor()
    await form.getByRole("button", { name: "Buy 0.10 EURUSD @ 1.10010" }).waitFor()
  })

  it("5: the volume follows from the risk and the stop-loss", async () => {
    const form = await ticket()
    await form.getByRole("switch", { name: "Stop-loss" }).click()
    await form.getByRole("textbox", { name: "Stop-loss" }).fill("1.09010")
    await form.getByRole("button", { name: "Risk 2 percent of equity" }).click()
    await expect.poll(() => form.getByRole("textbox", { name: "Volume" }).inputValue()).toMatch(/^0\.(19|20)$/)
  })

  it("6: lines on the chart are moved by pointer or keyboard with their result, and let go by Escape", async () => {
    await buy("1", { stopLoss: "1.09900" })
    await showChart()
    const handle = page.getByRole("slider", { name: "Stop-loss, Buy 1.00 EURUSD" })
    await handle.focus()
    await page.keyboard.press("PageDown")
    await handle.filter({ hasText: "-120.00" }).waitFor()
    await page.keyboard.press("Escape")
    await handle.filter({ hasText: "-110.00" }).waitFor()
    const box = await handle.boundingBox()
    if (box === null) throw new Error("the stop-loss is not in sight")
    await page.mouse.move(box.x + 8, box.y + 8)
    await page.mouse.down()
    await page.mouse.move(box.x + 8, box.y + 50, { steps: 4 })
    await handle.filter({ hasNotText: "-110.00" }).waitFor()
    await page.mouse.up()
    // Where orders are confirmed, so is a moved line: it says what it would bring, and Escape leaves it where it was.
    const question = page.getByRole("dialog", { name: "Move Stop-loss, Buy 1.00 EURUSD?" })
    await question.getByText(/^From 1\.09900 to 1\.0\d{4}\. It would bring -\d+\.\d\d there\.$/).waitFor()
    await closeDialog(question)
    await handle.filter({ hasText: "-110.00" }).waitFor()
    await handle.focus()
    await page.keyboard.press("PageDown")
    await page.keyboard.press("Enter")
    await question.getByRole("button", { name: "Move to 1.09890" }).click()
    await toast("Buy 1.00 EURUSD updated").waitFor()
    await handle.filter({ hasText: "-120.00" }).waitFor()
  })

  it("7: the + at the price scale, or a right click, begins an order or an alert there", async () => {
    await showChart()
    await page.getByRole("button", { name: "Order or alert at this price" }).click()
    await page.getByRole("menuitem", { name: /^Alert at/ }).waitFor()
    await page.getByRole("menuitem", { name: /^Buy (Limit|Stop) at/ }).click()
    const form = await ticket()
    await form.getByRole("radio", { name: /^(Limit|Stop)$/, checked: true }).waitFor()
  })

  it("8: positions are edited in place, closed in part, reversed, and closed together by a choice that counts them", async () => {
    await buy("1")
    await showPositions()
    await page
      .getByRole("button", { name: /^Edit stop-loss/ })
      .first()
      .click()
    await page.getByRole("dialog").getByRole("textbox", { name: "Take-profit" }).fill("1.10500")
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
    await page
      .getByText(isPhone ? "TP 1.10500" : "1.10500")
      .first()
      .waitFor()
    await page.getByRole("button", { name: "Close Buy 1.00 EURUSD" }).click()
    await page.getByRole("dialog").getByRole("radio", { name: "25%" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Close 0.25 lots" }).click()
    await page.getByRole("button", { name: "More for Buy 0.75 EURUSD" }).click()
    await page.getByRole("menuitem", { name: "Reverse" }).click()
    await page.getByRole("dialog", { name: "Reverse Buy 0.75 EURUSD?" }).getByRole("button", { name: "Reverse" }).click()
    await page.getByRole("button", { name: "Close Sell 0.75 EURUSD" }).waitFor()
    await buy("0.50")
    await page.getByRole("button", { name: "More for Sell 0.75 EURUSD" }).click()
    await page.getByRole("menuitem", { name: "Close by opposite" }).click()
    const opposites = page.getByRole("dialog", { name: "Close Sell 0.75 EURUSD by an opposite position" })
    await opposites.getByRole("radio", { name: /^Buy 0\.50 EURUSD/, checked: true }).waitFor()
    await opposites.getByRole("button", { name: "Close 0.50 lots" }).click()
    await page.getByRole("button", { name: "Close Sell 0.25 EURUSD" }).waitFor()
    await page.getByRole("button", { name: "Close all" }).click()
    await page.getByRole("menuitem", { name: "All positions" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Close 1 position" }).click()
    await page.getByText("No open positions").waitFor()
  })

  it("9: keys buy, choose the interval and show the sheet of keys, and single ones can be turned off", async () => {
    await showChart()
    await page.keyboard.press("3")
    await intervalIs(page, "15 minutes")
    await page.keyboard.press("?")
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" })
    await sheet.waitFor()
    await closeDialog(sheet)
    const settings = await openSettings()
    await settings.getByRole("switch", { name: "Single-key shortcuts" }).click()
    await closeDialog(settings)
    await page.keyboard.press("4")
    await page.keyboard.press("Control+k")
    await page.getByPlaceholder("Find a symbol").waitFor()
    await page.keyboard.press("Escape")
    await intervalIs(page, "15 minutes")
  })

  it("10: a search finds any symbol by parts of its name, with its class", async () => {
    await page.getByRole("banner").getByRole("button", { name: "Search symbols" }).click()
    await page.getByPlaceholder("Find a symbol").fill("gold")
    await page.getByRole("option", { name: /XAUUSD/ }).click()
    await showChart()
    await page.getByRole("heading", { name: "XAUUSD" }).first().waitFor()
  })

  it("11: a symbol is kept among the favorites, in their own order, with its spread and day's change", async () => {
    const list = page.getByRole("list", { name: "Watchlist" })
    await list
      .getByRole("button", { name: /^EURUSD.*%/ })
      .first()
      .waitFor()
    for (const symbol of ["EURUSD", "USDJPY"]) {
      await showMarkets()
      await list.getByRole("button", { name: new RegExp(`^${symbol}`) }).click()
      await showChart()
      await page
        .getByRole("region", { name: "Chart" })
        .getByRole("button", { name: `Favorite ${symbol}` })
        .click()
    }
    await showMarkets()
    await page.getByRole("button", { name: "Shown: All" }).click()
    await page.getByRole("menuitemradio", { name: "Favorites" }).click()
    const symbols = () => list.getByRole("listitem").evaluateAll((items) => items.map((item) => item.textContent?.slice(0, 6)))
    await expect.poll(symbols).toEqual(["EURUSD", "USDJPY"])
    await list.getByRole("button", { name: /^USDJPY/ }).click({ button: "right" })
    await page.getByRole("menuitem", { name: "Move up" }).click()
    await expect.poll(symbols).toEqual(["USDJPY", "EURUSD"])
  })

  it("12: a price that moved lights up for a moment, unless less motion is wished, and nothing shifts", async () => {
    const list = page.getByRole("list", { name: "Watchlist" })
    const price = list.getByRole("button", { name: /^EURUSD/ }).locator("[data-side=bid]")
    // Rows that have a menu take the place of the first ones.
    await list.locator("li > [data-state=closed]").first().waitFor()
    const animations = () =>
      page.evaluate(() => {
        const observed = { flashes: 0 }
        const { play } = Animation.prototype
        Animation.prototype.play = function () {
          const target = this.effect instanceof KeyframeEffect ? this.effect.target : null
          if (target?.matches("li [data-side=bid]") === true && target.closest("button")?.textContent?.startsWith("EURUSD") === true)
            observed.flashes++
          play.call(this)
        }
        Object.assign(window, { observed })
      })
    const flashes = () => page.evaluate(() => ("observed" in window ? (window.observed as { flashes: number }).flashes : -1))
    await animations()
    const before = await price.boundingBox()
    await market("1.10020", "1.10030")
    await watchlistShows(page, "EURUSD", "1.10020")
    await expect.poll(flashes).toBe(1)
    expect(await price.boundingBox()).toEqual(before)
    await page.emulateMedia({ reducedMotion: "reduce" })
    await market("1.10000", "1.10010")
    await watchlistShows(page, "EURUSD", "1.10000")
    expect(await flashes()).toBe(1)
    await page.emulateMedia({ reducedMotion: null })
  })

  it("13: the spread is shown, and a price that grew old is greyed", async () => {
    const row = page.getByRole("list", { name: "Watchlist" }).getByRole("button", { name: /^EURUSD/ })
    await row.getByText("1.0", { exact: true }).waitFor()
    await page.clock.install()
    await page.clock.runFor(90_000)
    await row.locator("[data-side=bid].stale").waitFor()
  })

  it("14: there is no depth where the feed has none", async () => {
    await showChart()
    expect(await page.getByText(/depth/i).count()).toBe(0)
  })

  it("15: tables are sorted, arranged, kept so, and say their sums", async () => {
    for (const lots of ["0.10", "0.30"]) await buy(lots)
    await showHistory()
    const table = page.getByRole("table", { name: "History" })
    const lots = () => table.locator("tbody [data-column=lots]").allTextContents()
    await table.getByText("0.30").first().waitFor()
    await table.getByRole("columnheader", { name: "Lots" }).getByRole("button").first().click()
    await expect.poll(async () => (await lots())[0]).toMatch(/^(0\.75|1\.00)$/)
    await table.getByText("Total").waitFor()
    await page.getByRole("button", { name: "Columns and export" }).click()
    await page.getByRole("menuitemcheckbox", { name: "Cause" }).click()
    await page.keyboard.press("Escape")
    await page.reload()
    await showHistory()
    await table.getByText("0.30").first().waitFor()
    expect(await table.getByRole("columnheader", { name: "Cause" }).count()).toBe(0)
  })

  it("16: the balance bar says how each figure is computed, and what can be withdrawn", async () => {
    await page.getByTestId("figure-freeMargin").click()
    await page.getByText("Equity − used margin").waitFor()
    await expect.poll(() => page.getByTestId("withdrawable").textContent()).toMatch(/^\d[\d,]*\.\d\d USD$/)
    await page.keyboard.press("Escape")
    // 1,100.10 are used.
    await buy("1")
    await page.getByTestId("figure-usedMargin").filter({ hasText: "1,100.10" }).waitFor()
    await page.getByTestId("figure-marginLevel").click()
    await page.getByText("Margin call at an equity of 1,100.10").waitFor()
    await page.getByText("Stop-out at an equity of 550.05").waitFor()
    await page
      .getByText(/^[\d,]+\.\d\d away$/)
      .first()
      .waitFor()
  })

  it("17: what happened is called out and kept", async () => {
    await buy("0.10", { stopLoss: "1.09900" })
    await market("1.09890", "1.09900")
    await toast("Stop-loss: Buy 0.10 EURUSD closed at 1.09890").waitFor()
    await page.getByRole("button", { name: /^Notifications/ }).click()
    await page.getByRole("list", { name: "Notifications" }).getByText("Stop-loss: Buy 0.10 EURUSD closed at 1.09890").first().waitFor()
  })

  it("18: a lost connection is said at once, freezes prices and stops orders, until it is back", async () => {
    await context.setOffline(true)
    await page
      .getByTestId("reconnect-banner")
      .getByText(/Prices are frozen/)
      .waitFor()
    const form = await ticket()
    await form.getByTestId("submit-order").and(page.locator(":disabled")).waitFor()
    await context.setOffline(false)
    await page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor({ timeout: 60_000 })
    await form.getByTestId("submit-order").and(page.locator(":enabled")).waitFor()
  })

  it("19: the round trip to the server and its clock are in sight", async () => {
    const pill = page.getByTestId("connection").filter({ hasText: /\d+ ms/ })
    await pill.waitFor()
    await pill.click()
    await page.getByText(/^\d\d:\d\d:\d\d \(Europe\/London\)$/).waitFor()
    await page.keyboard.press("Escape")
    if (!isPhone)
      await page
        .getByTestId("server-clock")
        .filter({ hasText: /^\d\d:\d\d:\d\d GMT/ })
        .waitFor()
  })

  it("20: an order is sent, then filled, or refused with the reason in words", async () => {
    const form = await ticket()
    await page.route("**/orders", async (route) => {
      await page.locator("[data-sonner-toast]").filter({ hasText: "Sending: Buy 0.10 EURUSD" }).waitFor()
      await route.continue()
    })
    await form.getByTestId("submit-order").click()
    await toast("Buy 0.10 EURUSD filled at 1.10010").waitFor()
    await page.unroute("**/orders")
    await form.getByRole("textbox", { name: "Volume" }).fill("90")
    await form.getByTestId("submit-order").click()
    await toast("Not done: Buy 90.00 EURUSD")
      .getByText(/^Free margin is not enough/)
      .waitFor()
  })

  it("21: chart, theme and arrangement are as they were left, and can be forgotten", async () => {
    await showChart()
    await chooseInterval(page, "1 hour")
    const settings = await openSettings()
    await settings.getByRole("radio", { name: "Light" }).click()
    await closeDialog(settings)
    await page.reload()
    await showChart()
    await intervalIs(page, "1 hour")
    await page.locator("html:not(.dark)").waitFor()
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Reset layout" }).click()
  })

  it("22: the chart has types, indicators, the account's marks, a full screen and a table", async () => {
    await showChart()
    await page.getByRole("button", { name: "Chart type: Candles" }).click()
    await page.getByRole("menuitemradio", { name: "Line" }).click()
    await page.getByRole("button", { name: "Chart type: Line" }).waitFor()
    await page.getByRole("button", { name: "Indicators and marks" }).click()
    await page.getByRole("menuitemcheckbox", { name: /^Bollinger/ }).click()
    await checked(/^Bollinger/, "menuitemcheckbox").waitFor()
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Show as a table" }).click()
    await page
      .getByRole("table", { name: /^EURUSD, 1 minute Line/ })
      .getByRole("row")
      .nth(5)
      .waitFor()
    await page.getByRole("button", { name: "Full screen" }).waitFor()
  })

  it("23: history has periods, the net result of each fill, an export and a statement", async () => {
    await buy("0.10")
    await command(page, "positions/close", { result: "all" })
    await showHistory()
    const table = page.getByRole("table", { name: "History" })
    await table.getByText("-1.00").first().waitFor()
    await page.getByRole("button", { name: "Columns and export" }).click()
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "Export as CSV" }).click()])
    expect(download.suggestedFilename()).toBe("trades.csv")
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Statement" }).click()
    await page.getByRole("heading", { name: "Statement" }).waitFor()
    await page.getByRole("radio", { name: "7 days" }).click()
    await page.getByRole("region", { name: "Summary" }).getByText("Trading result").waitFor()
    await page.getByRole("button", { name: "Print" }).waitFor()
  })

  it("24: every time is written in the chosen zone", async () => {
    await buy("0.10")
    await showHistory()
    const time = page.getByRole("table", { name: "History" }).locator("tbody [data-column=executedAt]").first()
    const before = await time.textContent()
    const settings = await openSettings()
    await settings.getByRole("combobox", { name: "Time zone" }).selectOption("Asia/Tokyo")
    await closeDialog(settings)
    await expect.poll(() => time.textContent()).not.toBe(before)
  })

  it("25: everything is within reach: a bar and a sheet on a phone, panels on a desktop", async () => {
    if (!isPhone) {
      for (const name of ["Watchlist", "Chart", "Order"]) await page.getByRole("region", { name, exact: true }).first().waitFor()
      return
    }
    await ticket()
    await closeTicket()
    const small = await page
      .getByRole("navigation", { name: "Areas" })
      .getByRole("button")
      .evaluateAll((buttons) => buttons.filter((button) => button.getBoundingClientRect().height < 44).map((button) => button.textContent))
    expect(small).toEqual([])
    await showOrders()
    await page.getByText("No waiting orders").waitFor()
    for (const limitPrice of ["1.09000", "1.08000"])
      await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.10", limitPrice })
    // Nothing to scroll for: what an order waits for is in sight.
    const orders = page.getByRole("list", { name: "Orders" })
    for (const price of ["1.09000", "1.08000"]) await orders.getByText(price, { exact: true }).waitFor()
    await page.getByRole("button", { name: "Cancel all" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Cancel 2 orders" }).click()
    await page.getByText("No waiting orders").waitFor()
    await showHistory()
    await page.getByRole("radio", { name: "7 days" }).waitFor()
    await page.getByRole("tab", { name: "Ledger" }).click()
    await page.getByRole("table", { name: "Ledger" }).getByText("Deposit").first().waitFor()
  })
})
