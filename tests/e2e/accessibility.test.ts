/** Nothing serious or critical by axe on any page and in any state, in both themes; and all of it within reach of the keyboard. */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { control, sendTicks } from "../integration/TradingClient.ts"
import { axeFindings, WCAG_TAGS } from "./axeFindings.ts"
import { command, openDashboard, placeMarketOrder, register, type ScreenName, signIn } from "./dashboard.ts"

let product: Product
let browser: Browser

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
  // Colors are judged at rest.
  await control(product.simulatorControlUrl, "pause")
  await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: "1.12500", ask: "1.12512" }])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

/** Each begins on the signed-in page and ends in the state to be judged. */
const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  "the workspace": async () => {},
  "an order with exits": async (page) => {
    await page.getByRole("switch", { name: "Stop-loss" }).click()
    await page.getByRole("switch", { name: "Take-profit" }).click()
    await page.getByRole("radio", { name: "Stop limit" }).click()
  },
  "closing a position": async (page) => {
    await page
      .getByRole("button", { name: /^Close Buy/ })
      .first()
      .click()
    await page.getByRole("dialog").waitFor()
  },
  "editing exits": async (page) => {
    await page
      .getByRole("button", { name: /^Edit stop-loss/ })
      .first()
      .click()
    await page.getByRole("dialog").waitFor()
  },
  "the orders": async (page) => {
    await page.getByRole("tab", { name: "Orders" }).click()
  },
  "the orders that are over": async (page) => {
    await page.getByRole("tab", { name: "Orders" }).click()
    await page.getByRole("radio", { name: "All", exact: true }).click()
    await page.getByRole("table", { name: "Orders" }).waitFor()
  },
  "the question before a reversal": async (page) => {
    await page.getByRole("tab", { name: "Positions" }).click()
    await page
      .getByRole("button", { name: /^More for Buy/ })
      .first()
      .click()
    await page.getByRole("menuitem", { name: "Reverse" }).click()
    await page.getByRole("dialog").waitFor()
  },
  "the spread's history": async (page) => {
    await page.getByRole("button", { name: /^Spread/ }).click()
    await page.getByText("Spread of EURUSD").waitFor()
  },
  "the connection": async (page) => {
    await page.getByTestId("connection").click()
    await page.getByText("Server time").waitFor()
  },
  "the history": async (page) => {
    await page.getByRole("tab", { name: "History" }).click()
    await page.getByRole("table", { name: "History" }).waitFor()
  },
  "the ledger": async (page) => {
    await page.getByRole("tab", { name: "Ledger" }).click()
    await page.getByRole("table", { name: "Ledger" }).waitFor()
  },
  "the notifications": async (page) => {
    await page.getByRole("button", { name: /^Notifications/ }).click()
    await page.getByRole("dialog").waitFor()
  },
  "the symbol search": async (page) => {
    await page.keyboard.press("Control+k")
    await page.getByPlaceholder("Find a symbol").waitFor()
  },
  "the settings": async (page) => {
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Settings" }).click()
    await page.getByRole("dialog", { name: "Settings" }).waitFor()
  },
  "the shortcuts": async (page) => {
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click()
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor()
  },
  "the chart as a table": async (page) => {
    await page.getByRole("button", { name: "Show as a table" }).click()
    await page.getByRole("table", { name: /^EURUSD/ }).waitFor()
  },
  "the picture again": async (page) => {
    await page.getByRole("button", { name: "Show as a table" }).click()
    await page.getByRole("table", { name: /^EURUSD/ }).waitFor({ state: "detached" })
  },
  "how a figure is computed": async (page) => {
    await page.getByTestId("figure-freeMargin").click()
    await page.getByTestId("withdrawable").waitFor()
  },
  "an order at a price of the chart": async (page) => {
    await page.getByRole("button", { name: "Order or alert at this price" }).click()
    await page.getByRole("menu").waitFor()
  },
  "the question before closing all": async (page) => {
    await page.getByRole("tab", { name: "Positions" }).click()
    await page.getByRole("button", { name: "Close all" }).click()
    await page.getByRole("menuitem", { name: "All positions" }).click()
    await page.getByRole("dialog").waitFor()
  },
  "the profile": async (page) => {
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Profile and security" }).click()
    await page.getByRole("region", { name: "Sessions" }).getByText("This one").waitFor()
  },
  "the statement": async (page) => {
    await page.getByRole("button", { name: "Menu", exact: true }).click()
    await page.getByRole("menuitem", { name: "Statement" }).click()
    await page.getByRole("region", { name: "Summary" }).getByText("Balance after").waitFor()
  },
  "the chart's menu": async (page) => {
    await page.getByRole("button", { name: "Indicators and marks" }).click()
    await page.getByRole("menu").waitFor()
  }
}

describe.each(["dark", "light"] as const)("in the %s theme", (theme) => {
  it("the ways in have no findings", async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", theme)
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    await page.getByRole("link", { name: "Open an account" }).click()
    await page.getByRole("heading", { name: "Open an account" }).waitFor()
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    await context.close()
  })

  it("no state of the trading page has findings", { timeout: 180_000 }, async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", theme)
    await signIn(page)
    await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: "1.12500", ask: "1.12512" }])
    await placeMarketOrder(page, "Buy", "0.10")
    await page.getByTestId("price-chart").and(page.locator("[data-status=ready]")).waitFor()
    const found: Record<string, ReadonlyArray<string>> = {}
    for (const [name, reach] of Object.entries(STATES)) {
      await page.goto("/")
      await page.getByRole("form", { name: "Order" }).waitFor()
      await page
        .getByText("Total")
        .or(page.getByRole("tab", { name: "Positions", selected: false }))
        .first()
        .waitFor()
      await reach(page)
      const serious = await axeFindings(page, WCAG_TAGS)
      if (serious.length > 0) found[name] = serious
    }
    expect(found).toEqual({})
    await context.close()
  })

  it("neither the report of a stop-out has findings, nor an address that leads nowhere", { timeout: 120_000 }, async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", theme)
    await register(page, `stopped-out-${theme}@example.com`)
    const ticks = (bid: string, ask: string) =>
      sendTicks(product.simulatorControlUrl, [
        { symbol: "EURUSD", bid, ask },
        { symbol: "EURUSD", bid, ask }
      ])
    await ticks("1.12500", "1.12510")
    await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "8" })
    await ticks("1.11700", "1.11710")
    await page
      .getByText(/^Stop-out: Buy 8\.00/)
      .first()
      .waitFor()
    await page.goto("/stop-out/T2")
    await page.getByRole("table", { name: "Prices" }).waitFor()
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    await ticks("1.12500", "1.12512")
    await page.goto("/no/such/page")
    await page.getByText("There is nothing at this address").waitFor()
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    await context.close()
  })

  it.each(["tablet", "phone"] satisfies ReadonlyArray<ScreenName>)("a %s has no findings", async (screen) => {
    const { page, context } = await openDashboard(browser, product.url, screen, theme)
    await signIn(page)
    await page.getByTestId("price-chart").waitFor()
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    if (screen === "phone") {
      for (const area of ["Markets", "Positions", "History"]) {
        await page.getByRole("navigation", { name: "Areas" }).getByRole("button", { name: area }).click()
        await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" })
        expect(await axeFindings(page, WCAG_TAGS), area).toEqual([])
      }
      await command(page, "orders", { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.10", limitPrice: "1.00000" })
      await page.getByRole("navigation", { name: "Areas" }).getByRole("button", { name: "Positions" }).click()
      await page.getByRole("tab", { name: "Orders" }).click()
      await page.getByRole("list", { name: "Orders" }).getByText("1.00000").first().waitFor()
      expect(await axeFindings(page, WCAG_TAGS), "orders").toEqual([])
      await page.getByRole("button", { name: "New order" }).click()
      await page.getByRole("form", { name: "Order" }).waitFor()
      expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    }
    await context.close()
  })
})

describe("the keyboard", () => {
  it("reaches every control of the trading page, and always shows where it is", { timeout: 120_000 }, async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", "dark")
    await signIn(page)
    await page.getByTestId("price-chart").waitFor()
    const reached = new Set<string>()
    for (let count = 0; count < 150; count++) {
      await page.keyboard.press("Tab")
      const focused = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return undefined
        const { outlineStyle, boxShadow } = getComputedStyle(element)
        const frame = element.parentElement?.closest("[data-slot=stepper]") ?? element
        const isMarked = outlineStyle !== "none" || boxShadow !== "none" || getComputedStyle(frame).boxShadow !== "none"
        return { name: element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "", isMarked }
      })
      if (focused === undefined) break
      expect.soft(focused.isMarked, `focus on "${focused.name}" can be seen`).toBe(true)
      reached.add(focused.name)
    }
    for (const name of ["Search symbols", "Menu", "Take-profit", "Stop-loss", "Full screen"]) expect(reached).toContain(name)
    for (const pattern of [/^EURUSD/, /^Positions/, /^Sell\d/, /^Buy\d/, /^Buy 0\.10 EURUSD @/])
      expect([...reached].some((name) => pattern.test(name))).toBe(true)
    await context.close()
  })

  it.each([
    ["menu", "Chart type: Candles"],
    ["popover", "Price alerts of EURUSD"]
  ])("keeps to a menu that is opened at the very moment at which a %s is gone", async (_, opener) => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", "dark")
    await signIn(page)
    await page.getByRole("button", { name: opener }).click()
    await page.locator("[data-radix-popper-content-wrapper]").waitFor()
    await page.getByRole("button", { name: "Indicators and marks" }).evaluate((button) => {
      const observer = new MutationObserver(() => {
        if (document.querySelector("[data-radix-popper-content-wrapper]") !== null) return
        observer.disconnect()
        button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0 }))
      })
      observer.observe(document.body, { childList: true })
    })
    await page.keyboard.press("Escape")
    const item = page.getByRole("menuitemcheckbox", { name: /^Bollinger/ })
    await item.waitFor()
    await page.keyboard.press("b")
    await item.and(page.locator(":focus")).waitFor()
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Indicators and marks" }).and(page.locator(":focus")).waitFor()
    await context.close()
  })
})
