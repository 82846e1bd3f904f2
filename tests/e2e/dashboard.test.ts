/** What a person does on the trading page besides one market order, each on an account of its own, with the market standing still. */
import fs from "node:fs"
import type { Browser, BrowserContext, Locator, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { control, sendTicks } from "../integration/TradingClient.ts"
import { axeFindings, WCAG_TAGS } from "./axeFindings.ts"
import { command, figureShows, openDashboard, placeMarketOrder, register, watchlistShows } from "./dashboard.ts"

let product: Product
let browser: Browser
let context: BrowserContext
let page: Page
let complaints: ReadonlyArray<string>
let clients = 0

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct({ env: { QUOTE_AGE_MILLIS_MAX: "20000" } }), launchChromium()])
  await control(product.simulatorControlUrl, "pause")
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

beforeEach(async () => {
  ;({ page, context, complaints } = await openDashboard(browser, product.url, "desktop", "dark"))
  await register(page, `client${++clients}@example.com`)
  await market("1.10000", "1.10010")
  await watchlistShows(page, "EURUSD", "1.10000")
})
afterEach(async () => {
  expect(complaints).toEqual([])
  await context.close()
})

/** Twice, since a jump must be confirmed by a second tick. */
const market = (bid: string, ask: string, symbol = "EURUSD"): Promise<void> =>
  sendTicks(product.simulatorControlUrl, [
    { symbol, bid, ask },
    { symbol, bid, ask }
  ])

const ticket = (): Locator => page.getByRole("form", { name: "Order" })
const submit = (): Locator => page.getByTestId("submit-order")
const toast = (text: string | RegExp): Locator => page.locator("[data-sonner-toast]").filter({ hasText: text }).first()
const row = (table: string, text: string | RegExp): Locator =>
  page.getByRole("table", { name: table }).getByRole("row").filter({ hasText: text })
const openTab = (name: string): Promise<void> => page.getByRole("tab", { name }).click()

describe("the watchlist", () => {
  it("finds symbols, keeps favorites in their own order, and remembers them", async () => {
    const list = page.getByRole("list", { name: "Watchlist" })
    await page.getByRole("searchbox", { name: "Search symbols" }).fill("bit")
    await list.getByRole("button", { name: /^BTCUSD/ }).waitFor()
    await expect.poll(() => list.getByRole("listitem").count()).toBe(1)
    await page.getByRole("searchbox", { name: "Search symbols" }).fill("nothing such")
    await page.getByText("Nothing matches “nothing such”").waitFor()
    await page.getByRole("button", { name: "Clear search" }).click()

    for (const symbol of ["USDJPY", "XAUUSD"]) {
      await list.getByRole("button", { name: new RegExp(`^${symbol}`) }).click({ button: "right" })
      await page.getByRole("menuitem", { name: "Add to favorites" }).click()
    }
    await page.getByRole("button", { name: "Shown: All" }).click()
    await page.getByRole("menuitemradio", { name: "Favorites" }).click()
    await list.getByRole("button", { name: /^XAUUSD/ }).click({ button: "right" })
    await page.getByRole("menuitem", { name: "Move up" }).click()
    await page.reload()
    await list.getByRole("listitem").nth(1).waitFor()
    const symbols = () => list.getByRole("listitem").evaluateAll((items) => items.map((item) => item.textContent?.slice(0, 6)))
    await expect.poll(symbols).toEqual(["XAUUSD", "USDJPY"])
  })

  it("greys a price that grew old, and sends no market order on it", { timeout: 120_000 }, async () => {
    await page.getByText("No fresh price for EURUSD. Orders are not accepted.").waitFor({ timeout: 90_000 })
    await expect.poll(() => submit().isDisabled()).toBe(true)
    await expect.poll(() => ticket().locator(".stale").count()).toBe(2)
    // Grey, and still to be read.
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
  })
})

describe("the ticket", () => {
  it("places a limit order, which is edited in its table and on the chart, and canceled", async () => {
    await page.getByRole("radio", { name: "Limit", exact: true }).click()
    await ticket().getByRole("textbox", { name: "Limit price" }).fill("1.09950")
    await ticket().getByRole("combobox", { name: "Valid" }).selectOption("DAY")
    await ticket().getByRole("switch", { name: "Take-profit" }).click()
    await ticket().getByRole("textbox", { name: "Take-profit" }).fill("1.10500")
    await submit().click()
    await toast("Limit order placed: Buy 0.10 EURUSD").waitFor()
    await openTab("Orders")
    await row("Orders", "1.09950").getByText("Today").waitFor()

    await page.getByRole("button", { name: "Edit Buy 0.10 EURUSD" }).click()
    await page.getByRole("dialog").getByRole("textbox", { name: "Limit price" }).fill("1.09940")
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
    await row("Orders", "1.09940").waitFor()

    const handle = page.getByRole("slider", { name: "Limit price, Buy 0.10 EURUSD" })
    await handle.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect.poll(() => handle.getAttribute("aria-valuenow")).toBe("1.09940")
    await page.keyboard.press("PageDown")
    await page.keyboard.press("Enter")
    await page.getByRole("dialog").getByRole("button", { name: "Move to 1.09930" }).click()
    await row("Orders", "1.09930").waitFor()

    await page.getByRole("button", { name: "Cancel Buy 0.10 EURUSD" }).click()
    await toast("Order canceled: Buy 0.10 EURUSD").waitFor()
    await page.getByText("No waiting orders").waitFor()
  })

  it("keeps what fits another type of order, and begins exits at the order's own price", async () => {
    const valid = ticket().getByRole("combobox", { name: "Valid" })
    await page.getByRole("radio", { name: "Limit", exact: true }).click()
    await valid.selectOption("FOK")
    await page.getByRole("radio", { name: "Stop", exact: true }).click()
    await expect.poll(() => valid.inputValue()).toBe("GTC")
    await ticket().getByRole("textbox", { name: "Stop price" }).fill("1.15000")
    await ticket().getByRole("switch", { name: "Stop-loss" }).click()
    await expect.poll(() => ticket().getByRole("textbox", { name: "Stop-loss" }).inputValue()).toBe("1.14800")
    await submit().click()
    await toast("Stop order placed: Buy 0.10 EURUSD").waitFor()
  })

  it("tells how wide the spread was while the page watched", async () => {
    await market("1.10000", "1.10040")
    await ticket().getByRole("button", { name: "Spread 4.0" }).waitFor()
    await market("1.10000", "1.10020")
    await ticket().getByRole("button", { name: "Spread 2.0" }).click()
    const history = page.getByRole("dialog").filter({ hasText: "Spread of EURUSD" })
    await history.getByText("4.0", { exact: true }).waitFor()
    await history.getByText(/the rollover at 2[12]:00 \S+ \(17:00 New York\)/).waitFor()
  })

  it("says in words and figures why an order is refused", async () => {
    await ticket().getByRole("textbox", { name: "Volume" }).fill("50")
    await submit().click()
    await toast("Not done: Buy 50.00 EURUSD").getByText("Free margin is not enough: 55,005.00 needed, 10,000.00 free.").waitFor()
    await openTab("History")
    await page.getByText("No trades yet").waitFor()
  })

  it("names what is wrong with a field before anything is sent", async () => {
    await ticket().getByRole("textbox", { name: "Volume" }).fill("0.001")
    await ticket().getByText("At least 0.01.").waitFor()
    await expect.poll(() => submit().isDisabled()).toBe(true)
    await ticket().getByRole("textbox", { name: "Volume" }).fill("1")
    await ticket().getByRole("switch", { name: "Stop-loss" }).click()
    await ticket().getByRole("textbox", { name: "Stop-loss" }).fill("1.20000")
    await ticket().getByText("Must be on the losing side of 1.10000.").waitFor()
  })

  it("takes exits in points and money, and the volume from the risk", async () => {
    await ticket().getByRole("switch", { name: "Stop-loss" }).click()
    await page.getByRole("radio", { name: "Points" }).click()
    await ticket().getByRole("textbox", { name: "Stop-loss" }).fill("1000")
    await ticket().getByRole("button", { name: "Risk 1 percent of equity" }).click()
    await expect.poll(() => ticket().getByRole("textbox", { name: "Volume" }).inputValue()).toBe("0.10")
    await ticket().getByText("≈ -100.00 at 1.09010").waitFor()
    await page.getByRole("radio", { name: "Money" }).click()
    await ticket().getByRole("textbox", { name: "Stop-loss" }).fill("50")
    await ticket().getByText("≈ -50.00 at 1.09510").waitFor()
    await submit().click()
    await row("Positions", "1.09510").waitFor()
  })

  it("asks before the same order goes out twice in a moment", async () => {
    await submit().click()
    await toast("filled at").waitFor()
    await submit().click()
    await page.getByText("You sent the same order a moment ago.").waitFor()
    await expect.poll(() => page.getByRole("tab", { name: "Positions" }).textContent()).toBe("Positions1")
    await page.getByRole("button", { name: "Send it again" }).click()
    await page
      .getByRole("tab", { name: "Positions2" })
      .or(page.getByRole("tab", { name: "Positions 2" }))
      .waitFor()
  })

  it("sends at once in one-click mode, which is an explicit and visible choice", async () => {
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Settings" }).click()
    await page.getByRole("radio", { name: "One click" }).click()
    await page.keyboard.press("Escape")
    await ticket().getByText("One-click is on").waitFor()
    await ticket().getByRole("group", { name: "Side" }).getByRole("button", { name: /^Sell/ }).click()
    await toast("Sell 0.10 EURUSD filled at 1.10000").waitFor()
    await page.getByRole("button", { name: "Close Sell 0.10 EURUSD" }).click()
    await toast("Sell 0.10 EURUSD closed at 1.10010").waitFor()
  })
})

describe("positions", () => {
  it("are closed in part, then reversed", async () => {
    await placeMarketOrder(page, "Buy", "1")
    await page.getByRole("button", { name: "Close Buy 1.00 EURUSD" }).click()
    const dialog = page.getByRole("dialog", { name: "Close Buy 1.00 EURUSD" })
    await dialog.getByRole("radio", { name: "25%" }).click()
    await dialog.getByText("-2.50 USD").waitFor()
    await dialog.getByRole("button", { name: "Close 0.25 lots" }).click()
    await figureShows(page, "balance", "9,997.50")
    await row("Positions", "0.75").waitFor()
    await page.getByRole("button", { name: "More for Buy 0.75 EURUSD" }).click()
    await page.getByRole("menuitem", { name: "Reverse" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Reverse" }).click()
    await row("Positions", "Sell").getByText("0.75").waitFor()
    await figureShows(page, "balance", "9,990.00")
  })

  it("get their exits edited in place, by dragging, and lose them by the keyboard", async () => {
    await placeMarketOrder(page, "Buy", "1")
    await page.getByRole("button", { name: /^Set, Stop-loss/ }).click()
    await page.getByRole("dialog").getByRole("textbox", { name: "Stop-loss" }).fill("1.09990")
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
    await row("Positions", "1.09990").waitFor()
    const handle = page.getByRole("slider", { name: "Stop-loss, Buy 1.00 EURUSD" })
    const box = await handle.boundingBox()
    if (box === null) throw new Error("the stop-loss is not in sight")
    await page.mouse.move(box.x + 8, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + 8, box.y + 60, { steps: 4 })
    await expect.poll(() => handle.textContent()).toMatch(/^SL\s+-\d/)
    await page.mouse.up()
    await page
      .getByRole("dialog", { name: /^Move Stop-loss/ })
      .getByRole("button", { name: /^Move to/ })
      .click()
    await toast("Buy 1.00 EURUSD updated").waitFor()
    await row("Positions", "1.09990").waitFor({ state: "detached" })
    await handle.focus()
    await page.keyboard.press("Delete")
    await handle.waitFor({ state: "detached" })
  })

  it("are closed by a choice that says how many they are", async () => {
    for (const side of ["buy", "sell", "buy"]) await command(page, "orders", { symbol: "EURUSD", side, type: "market", lots: "0.10" })
    await market("1.10100", "1.10110")
    await page.getByRole("button", { name: "Close all" }).click()
    await page.getByRole("menuitem", { name: "All in profit" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Close 2 positions" }).click()
    await toast("2 positions closed").waitFor()
    await row("Positions", "Sell").waitFor()
  })

  it("tell of a stop-loss that was hit, by toast and in the notification center", async () => {
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "0.10", stopLoss: "1.09900" })
    await market("1.09890", "1.09900")
    await toast("Stop-loss: Buy 0.10 EURUSD closed at 1.09890").waitFor()
    await page.getByRole("button", { name: /^Notifications, \d+ unread/ }).click()
    await page.getByRole("list", { name: "Notifications" }).getByText("Stop-loss: Buy 0.10 EURUSD closed at 1.09890").waitFor()
  })
})

describe("the chart", () => {
  it("keeps its interval, type and indicators", async () => {
    await page.getByRole("radio", { name: "5 minutes", exact: true }).click()
    await page.getByRole("button", { name: "Chart type: Candles" }).click()
    await page.getByRole("menuitemradio", { name: "Area" }).click()
    await page.getByRole("button", { name: "Indicators and marks" }).click()
    await page.getByRole("menuitemcheckbox", { name: /^RSI/ }).click()
    await page.reload()
    await page.getByRole("button", { name: "Chart type: Area" }).waitFor()
    await page.getByRole("radio", { name: "5 minutes", exact: true, checked: true }).waitFor()
    await page.getByRole("button", { name: "Indicators and marks" }).click()
    await page.getByRole("menuitemcheckbox", { name: /^RSI/, checked: true }).waitFor()
  })

  it("shows the volume where there is one, below the prices, in the legend and in the table", async () => {
    const panes = () => page.getByTestId("price-chart").getByRole("row").count()
    const menu = page.getByRole("button", { name: "Indicators and marks" })
    await page.goto("/trade/AAPL")
    await page.locator("[data-testid=price-chart][data-status=ready]").waitFor()
    const before = await panes()
    await menu.press("Enter")
    const volume = page.getByRole("menuitemcheckbox", { name: "Volume", exact: true })
    await page
      .getByRole("menuitemcheckbox", { name: /^Moving average/ })
      .and(page.locator(":focus"))
      .waitFor()
    await page.keyboard.type("vol")
    await volume.and(page.locator(":focus")).waitFor()
    await page.keyboard.press("Enter")
    await volume.and(page.getByRole("menuitemcheckbox", { checked: true })).waitFor()
    await page.keyboard.press("Escape")
    await expect.poll(panes).toBeGreaterThan(before)
    await page.getByTestId("price-chart").hover({ position: { x: 300, y: 150 } })
    await page.getByText(/^Vol[\d.]+K$/i).waitFor()

    await page.getByRole("button", { name: "Show as a table" }).click()
    const table = page.getByRole("table", { name: /^AAPL/ })
    await table.getByRole("columnheader", { name: "Volume" }).waitFor()
    const figures = await table.locator("tbody td:last-child").allTextContents()
    expect(figures.slice(0, 20).every((figure) => /^(–|[\d,]+)$/.test(figure))).toBe(true)
    expect(figures.filter((figure) => figure !== "–").length).toBeGreaterThan(100)
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])

    await page.goto("/trade/EURUSD")
    await page.locator("[data-testid=price-chart][data-status=ready]").waitFor()
    await page.getByRole("table", { name: /^EURUSD, 1 minute/ }).waitFor()
    expect(await page.getByRole("columnheader", { name: "Volume" }).count()).toBe(0)
    expect(await panes()).toBe(before)
    await menu.click()
    await page.getByRole("menuitemcheckbox", { name: "Volume none for EURUSD", checked: true }).waitFor()
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
  })

  it("says in words what it shows", async () => {
    await page.getByRole("figure", { name: /^EURUSD, 1 minute Candles, \d+ periods\. Last \d\.\d{5}/ }).waitFor()
  })

  it("fills the ticket from the price that was clicked on, and calls at an alert's price", async () => {
    await page.locator("[data-testid=price-chart][data-status=ready]").click({ button: "right", position: { x: 200, y: 200 } })
    await page.getByRole("menuitem", { name: /^Sell/ }).click()
    await page.getByRole("radio", { name: /^(Limit|Stop)$/, checked: true }).waitFor()

    await page.getByRole("button", { name: "Price alerts of EURUSD" }).click()
    await page.getByRole("dialog").getByRole("textbox", { name: "Alert me at" }).fill("1.10050")
    await page.getByRole("button", { name: "Set alert" }).click()
    await page.getByText("Rises to 1.10050").waitFor()
    await page.keyboard.press("Escape")
    await market("1.10060", "1.10070")
    await toast("EURUSD reached 1.10050").waitFor()
  })
})

describe("tables", () => {
  it("are filtered, sorted, arranged and exported", async () => {
    for (const lots of ["0.10", "0.30", "0.20"]) await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots })
    await row("Positions", "0.30").waitFor()
    await page.getByRole("button", { name: "Lots" }).click()
    const lots = () => page.getByRole("table", { name: "Positions" }).locator("tbody [data-column=lots]").allTextContents()
    await expect.poll(lots).toEqual(["0.30", "0.20", "0.10"])
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("0.2")
    await expect.poll(lots).toEqual(["0.20"])
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("")
    await page.getByRole("button", { name: "Columns and export" }).click()
    await page.getByRole("menuitemcheckbox", { name: "Swap" }).click()
    await page.getByRole("columnheader", { name: "Swap" }).waitFor({ state: "detached" })
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "Export as CSV" }).click()])
    const csv = fs.readFileSync(await download.path(), "utf8")
    expect(csv.split("\r\n")[0]).toBe("Symbol,Side,Lots,Open,Current,Stop-loss,Take-profit,Margin,Profit")
    expect(csv.split("\r\n")[1]).toBe("EURUSD,Buy,0.30,1.10010,1.10000,,,330.03,-3.00")
  })
})

describe("the keyboard", () => {
  it("buys, searches, changes the interval and closes a symbol's positions", async () => {
    await page.getByRole("heading", { name: "EURUSD" }).first().click()
    await page.keyboard.press("s")
    await page.keyboard.type("0.40")
    await page.keyboard.press("Enter")
    await toast("Sell 0.40 EURUSD filled at 1.10000").waitFor()
    await page.getByRole("heading", { name: "EURUSD" }).first().click()
    await page.keyboard.press("3")
    await page.getByRole("radio", { name: "15 minutes", checked: true }).waitFor()
    await page.keyboard.press("Alt+c")
    await page.getByRole("dialog").getByRole("button", { name: "Close 1 position" }).click()
    await toast("1 position closed").waitFor()
    await page.keyboard.press("Control+k")
    await page.getByPlaceholder("Find a symbol").waitFor()
    await page.keyboard.type("gold")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "XAUUSD" }).first().waitFor()
    await page.keyboard.press("?")
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor()
  })
})

describe("preferences", () => {
  it("write every time in the chosen zone", async () => {
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "0.10" })
    await openTab("History")
    const time = () => page.getByRole("table", { name: "History" }).locator("tbody [data-column=executedAt]").first().textContent()
    await expect.poll(time).toBeTruthy()
    const before = await time()
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Settings" }).click()
    await page.getByRole("combobox", { name: "Time zone" }).selectOption("Asia/Tokyo")
    await page.keyboard.press("Escape")
    await expect.poll(time).not.toBe(before)
  })

  it("keep the panels' sizes, and forget them when asked", async () => {
    const width = () => page.locator("#watchlist-panel").evaluate((panel) => Math.round(panel.getBoundingClientRect().width))
    const first = await width()
    const separator = page.getByRole("separator", { name: "Resize" }).first()
    await separator.focus()
    for (let count = 0; count < 3; count++) await page.keyboard.press("ArrowRight")
    await expect.poll(width).toBeGreaterThan(first)
    const wider = await width()
    await page.reload()
    await page.getByRole("form", { name: "Order" }).waitFor()
    await expect.poll(width).toBe(wider)
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Reset layout" }).click()
    await expect.poll(width).toBe(first)
  })
})

describe("an order that is over", () => {
  it("is kept with what became of it, and why", async () => {
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.20", limitPrice: "1.09000" })
    await openTab("Orders")
    await page.getByRole("button", { name: "Cancel Buy 0.20 EURUSD" }).click()
    await ticket().getByRole("textbox", { name: "Volume" }).fill("90")
    await submit().click()
    await toast("Not done: Buy 90.00 EURUSD").waitFor()
    await page.getByRole("radio", { name: "All", exact: true }).click()
    await row("Orders", "90.00").getByText("Free margin is not enough").waitFor()
    await row("Orders", "90.00").getByText("Refused", { exact: true }).waitFor()
    await row("Orders", "0.20").getByText("By you").waitFor()
  })
})

describe("the statement", () => {
  it("is printed whole and readable, with whose it is, in the dark theme too", async () => {
    for (let count = 0; count < 20; count++) {
      await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "0.10" })
      await command(page, "positions/close", { result: "all" })
    }
    await page.goto("/statement")
    await page.getByRole("table", { name: "Ledger" }).getByText("-1.00").first().waitFor()
    await page.emulateMedia({ media: "print" })
    await page.getByText(/account \d+ in USD\. From .* to .*, when this was made\.$/).waitFor()
    await expect.poll(() => page.getByRole("table", { name: "Ledger" }).locator("tbody tr").count()).toBe(21)
    const colors = await page.getByRole("region", { name: "Summary" }).evaluate((card) => {
      const { backgroundColor, color } = getComputedStyle(card)
      return { backgroundColor, color }
    })
    expect(colors.backgroundColor).toBe("oklch(1 0 0)")
    expect(colors.color).toMatch(/^oklch\(0\.2/)
    expect(await page.getByRole("banner").isVisible()).toBe(false)
    await page.emulateMedia({ media: "screen" })
  })
})

describe("addresses", () => {
  it("lead to a symbol, follow the chosen one, and say when there is nothing", async () => {
    await page.goto("/trade/XAUUSD")
    await page.getByRole("heading", { name: "XAUUSD" }).first().waitFor()
    await page
      .getByRole("list", { name: "Watchlist" })
      .getByRole("button", { name: /^USDJPY/ })
      .click()
    await page.waitForURL("**/trade/USDJPY")
    await page.goto("/no/such/page")
    await page.getByText("There is nothing at this address").waitFor()
    await page.getByRole("link", { name: "Back to trading" }).click()
    await page.waitForURL("**/trade/USDJPY")
  })
})

describe("a stop-out", () => {
  it("is explained: figures, levels, prices of that moment, every step in its order, and the tick behind each number", async () => {
    const order = { symbol: "EURUSD", side: "buy" }
    await command(page, "orders", { ...order, type: "limit", lots: "0.2", limitPrice: "1.02900" })
    await command(page, "orders", { ...order, type: "market", lots: "5" })
    await command(page, "orders", { ...order, type: "market", lots: "3" })
    await market("1.09310", "1.09320")
    await openTab("History")
    await page.getByRole("link", { name: "Stop-out report of T3" }).click()
    await page.getByText("The margin level was 48.8531%: at or below the account's stop-out level of 50%.").waitFor()
    await page.getByText("4,400.00 equity ÷ 9,006.60 used margin = 48.8531%").waitFor()
    const steps = page.getByRole("region", { name: "What was closed, in this order" }).getByRole("listitem")
    await steps.nth(0).getByText("Order O1 canceled").waitFor()
    await steps.nth(0).getByText("48.8531% → 49.9955%").waitFor()
    await steps.nth(1).getByText("Buy 5.00 EURUSD (P1) closed at 1.09310").waitFor()
    await steps.nth(1).getByText("-3,500.00").waitFor()
    await steps.nth(1).getByRole("link", { name: "Bid 1.09310, ask 1.09320, spread 1.0" }).click()
    await page.locator("tr:target").filter({ hasText: "1.09310" }).waitFor()
    // What called it out leads there, too.
    await page.getByRole("link", { name: "Keel" }).click()
    await page.getByRole("button", { name: /^Notifications/ }).click()
    await page.getByRole("link", { name: "Why? The report" }).first().click()
    await page.getByRole("heading", { name: "Stop-out report" }).waitFor()
  })
})

describe("what is seen", () => {
  it("is never behind a toast, and says that the money is play money", async () => {
    await page.getByRole("banner").getByText("Demo", { exact: true }).waitFor()
    await placeMarketOrder(page, "Buy", "0.10")
    const toastBox = await toast("filled at").boundingBox()
    const tableBox = await page.locator("#tabs-panel").boundingBox()
    if (toastBox === null || tableBox === null) throw new Error("toast or table is not in sight")
    expect(toastBox.x).toBeGreaterThanOrEqual(tableBox.x + tableBox.width)
  })

  it("fits its place on a tablet and on every narrow screen", async () => {
    for (const [width, height] of [
      [1024, 768],
      [768, 1024],
      [640, 900],
      [390, 844],
      [320, 640]
    ] as const) {
      await page.setViewportSize({ width, height })
      if (width >= 768) await page.getByRole("tab", { name: "Markets" }).click()
      else await page.getByRole("navigation", { name: "Areas" }).getByRole("button", { name: "Markets" }).click()
      const change = page.getByRole("list", { name: "Watchlist" }).getByRole("button", { name: /^EURUSD.*%/ })
      await change.waitFor()
      const menu = await page.getByRole("button", { name: "Menu", exact: true }).boundingBox()
      expect((menu?.x ?? width) + (menu?.width ?? 0), `menu at ${width}`).toBeLessThanOrEqual(width)
      const clipped = await change.evaluate((row) => row.scrollWidth - row.clientWidth)
      expect(clipped, `clipped of a row of the watchlist at ${width}`).toBeLessThanOrEqual(0)
    }
  })
})

describe("a table's column", () => {
  it("is widened and moved by keyboard", async () => {
    await openTab("History")
    await placeMarketOrder(page, "Buy", "0.10")
    const header = page.getByRole("table", { name: "History" }).getByRole("columnheader", { name: "Symbol" })
    const widthOf = async () => (await header.boundingBox())?.width ?? 0
    const before = await widthOf()
    await header.getByRole("button").focus()
    for (let count = 0; count < 10; count++) await page.keyboard.press("Shift+ArrowRight")
    await expect.poll(widthOf).toBeGreaterThan(before)
    await page.getByRole("columnheader", { name: /^Time \(GMT.*\)$/ }).waitFor()
  })
})
