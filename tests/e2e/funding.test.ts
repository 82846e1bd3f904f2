/** Deposits and withdrawals as a client does them, on desktop and phone, with decisions coming from elsewhere meanwhile. */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { CrmClient } from "../integration/fundingClient.ts"
import { PASSWORD, registerPerson, type Person } from "../integration/securityClient.ts"
import { ADMINISTRATOR, control, eventually, sendTicks, TradingClient } from "../integration/TradingClient.ts"
import { axeFindings, WCAG_TAGS } from "./axeFindings.ts"
import { figureShows, openDashboard, screenshot, signIn, type OpenPage, type ScreenName } from "./dashboard.ts"

let product: Product
let browser: Browser
let crm: CrmClient

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
  const admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  crm = await CrmClient.make(() => product.url, admin, ["funding:read", "funding:decide"])
  await control(product.simulatorControlUrl, "pause")
  await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: "1.12500", ask: "1.12512" }])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

/** Signed in as a new client, on the page that is reached from the menu. */
const openFunding = async (screen: ScreenName, theme: "dark" | "light"): Promise<OpenPage & { readonly person: Person }> => {
  const person = await registerPerson(product.url)
  const opened = await openDashboard(browser, product.url, screen, theme)
  await signIn(opened.page, { email: person.email, password: PASSWORD })
  await opened.page.getByRole("button", { name: "Menu", exact: true }).click()
  await opened.page.getByRole("menuitem", { name: "Deposits and withdrawals" }).click()
  await opened.page.getByRole("heading", { name: "Deposits and withdrawals" }).waitFor()
  return { ...opened, person }
}

const requestIdOn = async (page: Page): Promise<string> => {
  const text = await page.getByRole("alert").filter({ hasText: "was requested" }).textContent()
  return /[DW]\d+/u.exec(text ?? "")?.[0] ?? "none"
}
const itemOf = (page: Page, requestId: string) => page.getByTestId(`request-${requestId}`)

describe.each<[ScreenName, "dark" | "light"]>([
  ["desktop", "dark"],
  ["phone", "light"]
])("on a %s screen, %s", (screen, theme) => {
  it("a deposit is requested, decided elsewhere, and the balance grows under the reader's eyes", async () => {
    const { complaints, context, page } = await openFunding(screen, theme)
    await page.getByText("No deposits yet").waitFor()
    await screenshot(page, `${screen}-${theme}-funding-empty`)
    await page.getByRole("radio", { name: "Card" }).click()
    await page.getByLabel("Amount in USD").fill("10")
    await page.getByText("At least 20.00 USD by this method.").waitFor()
    expect(await page.getByRole("button", { name: "Deposit 10.00 USD" }).isDisabled()).toBe(true)
    await page.getByLabel("Amount in USD").fill("250")
    await page.getByRole("button", { name: "Deposit 250.00 USD" }).click()
    const depositId = await requestIdOn(page)
    await itemOf(page, depositId).getByText("Our team acts next").waitFor()
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    await screenshot(page, `${screen}-${theme}-funding-deposit`)
    expect(await crm.decide(depositId, { decision: "processing" })).toMatchObject({ status: 200 })
    await itemOf(page, depositId).getByText("Our team is working on it.").waitFor()
    expect(await itemOf(page, depositId).getByRole("button").count()).toBe(0)
    expect(await crm.decide(depositId, { decision: "approved", amount: "247.5" })).toMatchObject({ status: 200 })
    await page.getByTestId("funding-balance").getByText("10,247.50").waitFor()
    await figureShows(page, "balance", "10,247.50")
    await itemOf(page, depositId).getByText("You requested 250.00 USD").waitFor()
    await screenshot(page, `${screen}-${theme}-funding-approved`)
    expect(complaints).toEqual([])
    await context.close()
  })

  it("a withdrawal holds its amount back, is canceled, and another one is declined with its reason", async () => {
    const { complaints, context, page } = await openFunding(screen, theme)
    await page.getByRole("radio", { name: "Withdraw", exact: true }).click()
    await page.getByTestId("funding-withdrawable").getByText("10,000.00").waitFor()
    await page.getByLabel("Amount in USD").fill("10000.01")
    await page.getByLabel("Account holder").fill("Ada Lovelace")
    await page.getByLabel("IBAN or account number").fill("GB33BUKB20201555555555")
    await page.getByText("10,000.00 USD can be withdrawn right now.").waitFor()
    await screenshot(page, `${screen}-${theme}-funding-refused`)
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    await page.getByRole("button", { name: "All: 10,000.00" }).click()
    await page.getByRole("button", { name: "Withdraw 10,000.00 USD" }).click()
    const first = await requestIdOn(page)
    await page.getByTestId("funding-reserved").getByText("10,000.00").waitFor()
    await page.getByTestId("funding-withdrawable").getByText("0.00").waitFor()
    await page.getByRole("button", { name: `Cancel ${first}` }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Cancel withdrawal" }).click()
    await itemOf(page, first).getByText("You canceled it; the amount is free again.").waitFor()
    await page.getByTestId("funding-withdrawable").getByText("10,000.00").waitFor()
    await page.getByLabel("Amount in USD").fill("400")
    await page.getByRole("button", { name: "Withdraw 400.00 USD" }).click()
    const second = await eventually("the second request", async () => {
      const id = await requestIdOn(page)
      return id === first ? undefined : id
    })
    await crm.decide(second, { decision: "declined", reason: "The account is not in your name" })
    await itemOf(page, second).getByText("Reason: The account is not in your name").waitFor()
    await screenshot(page, `${screen}-${theme}-funding-declined`)
    expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })
})

it("all of it is done by keyboard", async () => {
  const { context, page } = await openFunding("desktop", "light")
  await page.getByRole("radio", { name: "Bank transfer" }).focus()
  await page.keyboard.press("ArrowRight")
  // an arrow that is let go of before the focus has moved moves it alone
  await page.locator(":focus", { hasText: "Card" }).waitFor()
  await page.keyboard.press("Space")
  await page.getByRole("radio", { name: "Card", checked: true }).waitFor()
  await page.keyboard.press("Tab")
  await page.keyboard.type("75")
  await page.keyboard.press("Enter")
  const depositId = await requestIdOn(page)
  await page.getByRole("button", { name: `Cancel ${depositId}` }).focus()
  await page.keyboard.press("Enter")
  await page.getByRole("dialog").waitFor()
  await page.keyboard.press("Tab")
  await page.keyboard.press("Enter")
  await itemOf(page, depositId).getByText("You canceled it.").waitFor()
  await context.close()
})

it("what cannot be loaded says so and is loaded when asked again; a lost answer is one request", async () => {
  const { context, page } = await openFunding("desktop", "dark")
  await page.route("**/accounts/*/funding", (route) => route.abort())
  await page.route("**/accounts/*/deposits?*", (route) => route.abort())
  await page.reload()
  await page.getByText("This could not be loaded").first().waitFor()
  await screenshot(page, "desktop-dark-funding-error")
  await page.unrouteAll()
  // in one go: what the page asks for again by itself meanwhile takes its button with it
  await page.getByRole("button", { name: "Try again" }).evaluateAll((buttons) => {
    for (const button of buttons) if (button instanceof HTMLElement) button.click()
  })
  await page.getByText("No deposits yet").waitFor()
  // the server does it and its answer never comes: the page sends the same again
  let lost = 0
  await page.route("**/accounts/*/deposits", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue()
    lost += 1
    await route.fetch()
    await route.abort()
  })
  await page.getByRole("radio", { name: "Card" }).click()
  await page.getByLabel("Amount in USD").fill("60")
  await page.getByRole("button", { name: "Deposit 60.00 USD" }).click()
  const depositId = await requestIdOn(page)
  await itemOf(page, depositId).waitFor()
  expect([
    lost,
    await page
      .getByRole("list", { name: "Your deposits" })
      .getByTestId(/^request-/)
      .count()
  ]).toEqual([1, 1])
  await context.close()
})

it("who must be verified first is told so, and where", async () => {
  const gated = await product.addServer({ KYC_GATES: "withdrawal" })
  const person = await registerPerson(gated.url)
  const { context, page } = await openDashboard(browser, gated.url, "desktop", "light")
  await signIn(page, { email: person.email, password: PASSWORD })
  await page.getByTestId("figure-balance").click()
  await page.getByRole("link", { name: "Deposits and withdrawals" }).click()
  await page.getByRole("radio", { name: "Withdraw", exact: true }).click()
  await page.getByText("Your identity must be verified before you can withdraw.").waitFor()
  expect(await page.getByRole("form", { name: "New withdrawal" }).count()).toBe(0)
  await screenshot(page, "desktop-light-funding-unverified")
  expect(await axeFindings(page, WCAG_TAGS)).toEqual([])
  await context.close()
  await gated.stop()
})

it("nothing is wider than a phone of 320 pixels", async () => {
  const { context, page } = await openFunding("phone", "dark")
  await page.setViewportSize({ width: 320, height: 640 })
  await page.getByRole("radio", { name: "Withdraw", exact: true }).click()
  await page.getByLabel("IBAN or account number").waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await screenshot(page, "phone-320-funding")
  await context.close()
})
