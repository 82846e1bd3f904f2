/**
 * The whole story between a client and a broker, in two browsers: the dashboard on one side, the CRM look-alike on the other. Everything that the CRM
 * does goes by the documented operations and webhooks; nothing here looks behind either page.
 */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type CrmProcess, startCrm } from "#dev/crmProcess.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { DEMO_SERVICE_KEY } from "#server/DemoLogins.ts"
import { pdf, png } from "#server/kyc/inspection/testingFiles.ts"
import { control, sendTicks } from "../integration/TradingClient.ts"
import { figureShows, openDashboard, placeMarketOrder, register, screenshot } from "./dashboard.ts"

const EMAIL = "story@example.com"
/** A page whose client was signed out elsewhere says so within this. */
const END_MILLIS_MAX = 1_000

let product: Product
let crm: CrmProcess
let browser: Browser
let desk: Page
/** What either page complained about. */
const complaints: Array<string> = []

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct({ env: { KYC_GATES: "withdrawal" } }), launchChromium()])
  crm = await startCrm({ port: 0, keelUrl: product.url, serviceKey: DEMO_SERVICE_KEY })
  await control(product.simulatorControlUrl, "pause")
  await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: "1.12500", ask: "1.12512" }])
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, colorScheme: "light" })
  desk = await context.newPage()
  desk.on("pageerror", ({ message }) => complaints.push(message))
  await desk.goto(crm.url)
  await desk.getByText("Webhooks arrive").waitFor()
})
afterAll(async () => {
  await browser?.close()
  await crm?.stop()
  await product?.stop()
})

/** A card of the CRM's page, by words on it. */
const card = (...texts: ReadonlyArray<string>) => texts.reduce((found, text) => found.filter({ hasText: text }), desk.locator("article"))
const told = (type: string) => desk.locator("#events li").filter({ hasText: type }).first().waitFor()
const done = (text: string) => desk.getByRole("alert").filter({ hasText: text }).waitFor()

const choose = (page: Page, region: string, side: string, file: Buffer, name: string, mimeType: string): Promise<void> =>
  page
    .getByRole("region", { name: region })
    .getByTestId(`upload-${side}`)
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name, mimeType, buffer: file })

const openFromMenu = async (page: Page, item: string): Promise<void> => {
  await page.getByRole("button", { name: "Menu", exact: true }).click()
  await page.getByRole("menuitem", { name: item }).click()
}

/** Of the newest request of its kind that the client's page lists. */
const requestIdOn = async (page: Page, letter: "D" | "W"): Promise<string> => {
  const item = page.locator(`[data-testid^="request-${letter}"]`).first()
  return String(await item.getAttribute("data-testid")).replace("request-", "")
}

it("from the registration to the forced logout", { timeout: 240_000 }, async () => {
  const client = await openDashboard(browser, product.url, "desktop", "dark")
  const { page } = client

  // registers; the CRM is told
  await register(page, EMAIL)
  await told("user.created")
  await card(EMAIL).getByRole("button", { name: "Impersonate" }).waitFor()

  // sends documents; the CRM looks at one and approves
  await openFromMenu(page, "Verification")
  const identity = page.getByRole("region", { name: "Proof of identity" })
  await identity.getByLabel("Document", { exact: true }).selectOption("Passport")
  await choose(page, "Proof of identity", "page", png(), "passport.png", "image/png")
  await identity.getByRole("button", { name: "Send", exact: true }).click()
  await identity.getByTestId("document-passport-submitted").waitFor()
  await choose(page, "Proof of address", "page", pdf(), "bill.pdf", "application/pdf")
  await page.getByRole("region", { name: "Proof of address" }).getByRole("button", { name: "Send", exact: true }).click()
  await told("kyc.status_changed")
  const passport = card("passport", EMAIL)
  const file = await desk.request.get(crm.url + (await passport.getByRole("link", { name: "Look at page" }).getAttribute("href")))
  expect(file.status()).toBe(200)
  expect(file.headers()["content-type"]).toBe("image/png")
  expect(Buffer.compare(await file.body(), png())).toBe(0)
  await screenshot(desk, "crm-desktop-light-documents")
  await passport.getByRole("button", { name: "Approve" }).click()
  await done("passport approved")
  await card("proofOfAddress", EMAIL).getByRole("button", { name: "Approve" }).click()
  await done("proofOfAddress approved")
  await page.getByTestId("kyc-status").filter({ hasText: "Approved" }).waitFor()

  // deposits; the balance grows when the CRM approves
  await openFromMenu(page, "Deposits and withdrawals")
  await page.getByRole("radio", { name: "Card" }).click()
  await page.getByLabel("Amount in USD").fill("250")
  await page.getByRole("button", { name: "Deposit 250.00 USD" }).click()
  const depositId = await requestIdOn(page, "D")
  await told("deposit.requested")
  await card(depositId).getByRole("button", { name: "Approve" }).click()
  await done(`${depositId} approved`)
  await page.getByTestId("funding-balance").getByText("10,250.00").waitFor()
  await figureShows(page, "balance", "10,250.00")
  await told("balance.updated")

  // trades
  await page.goto("/")
  await placeMarketOrder(page, "Buy", "0.10")
  await told("order.placed")

  // withdraws; what the CRM decides is what happens
  await openFromMenu(page, "Deposits and withdrawals")
  await page.getByRole("radio", { name: "Withdraw", exact: true }).click()
  await page.getByLabel("Amount in USD").fill("400")
  await page.getByLabel("Account holder").fill("Ada Lovelace")
  await page.getByLabel("IBAN or account number").fill("GB33BUKB20201555555555")
  await page.getByRole("button", { name: "Withdraw 400.00 USD" }).click()
  const withdrawalId = await requestIdOn(page, "W")
  await told("withdrawal.requested")
  await screenshot(desk, "crm-desktop-light-withdrawal")
  await card(withdrawalId).getByRole("button", { name: "Approve" }).click()
  await done(`${withdrawalId} approved`)
  await page.getByTestId("funding-balance").getByText("9,850.00").waitFor()

  // the CRM sets limits, and looks on under a banner
  await card(EMAIL).getByRole("spinbutton", { name: "Leverage" }).fill("20")
  await card(EMAIL).getByRole("button", { name: "Set" }).click()
  await done("Leverage is 20 now")
  const opening = desk.context().waitForEvent("page")
  await card(EMAIL).getByRole("button", { name: "Impersonate" }).click()
  const lookingOn = await opening
  await lookingOn.getByRole("alert").filter({ hasText: "You act as" }).waitFor()
  expect(await lookingOn.getByRole("alert").filter({ hasText: "You act as" }).innerText()).toContain("Support from the CRM")
  await told("session.impersonated")
  await lookingOn.close()

  // and signs the client out, everywhere and at once
  const shown = page
    .getByText("Your broker has signed you out. Sign in again to go on.")
    .waitFor()
    .then(() => performance.now())
  await card(EMAIL).getByRole("button", { name: "Sign out" }).click()
  await done("Signed out everywhere")
  const endedAt = performance.now()
  expect((await shown) - endedAt).toBeLessThan(END_MILLIS_MAX)

  expect([...complaints, ...client.complaints]).toEqual([])
  await client.context.close()
})
