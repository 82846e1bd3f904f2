/** What the CRM's people do that a client sees: looking on as the client, and signing them out. Through the browser. */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { serviceClient, type ServiceClient } from "../integration/serviceClient.ts"
import { openDashboard, register } from "./dashboard.ts"

/** The page of somebody who was signed out says so within this. */
const END_MILLIS_MAX = 1_000
const REASON = "Cannot find the stop-loss, ticket 4711"

let product: Product
let browser: Browser
let crm: ServiceClient
let clients = 0

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
  crm = serviceClient(() => product.url)
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

const userIdOf = async (email: string): Promise<string> => {
  const { body } = await crm.send<{ users: ReadonlyArray<{ userId: string }> }>("GET", `/crm/users?email=${encodeURIComponent(email)}`)
  return body.users[0]?.userId ?? ""
}
const newClient = async () => {
  const dashboard = await openDashboard(browser, product.url, "desktop", "light")
  const email = `watched${++clients}@example.com`
  await register(dashboard.page, email)
  return { ...dashboard, email, userId: await userIdOf(email) }
}
const impersonate = async (clientId: string) => {
  const { body } = await crm.send<{ url: string }>("POST", "/sso/impersonate", { adminId: "agent-17", clientId, reason: REASON })
  return body
}
const banner = (page: Page) => page.getByRole("alert").filter({ hasText: "You act as" })

it("somebody of the broker's acts as a client, under a banner, and ends it", async () => {
  const client = await newClient()
  const { url } = await impersonate(client.userId)
  const context = await browser.newContext({ locale: "en-GB" })
  const page = await context.newPage()
  const requests: Array<string | null> = []
  page.on("request", (request) => requests.push(request.headers()["referer"] ?? null))
  await page.goto(url)
  await banner(page).waitFor()
  expect(page.url()).toMatch(new RegExp(`^${product.url}/(trade/.*)?$`))
  expect(await banner(page).innerText()).toContain(`(${REASON})`)
  expect(await banner(page).innerText()).toContain("change nothing")
  expect(requests.some((referrer) => referrer?.includes("token"))).toBe(false)
  // what the server refuses is said in words
  await page.goto(`${product.url}/profile`)
  await banner(page).waitFor()
  const password = page.getByRole("region", { name: "Password" })
  await password.getByLabel("Current password", { exact: true }).fill("a long enough pass phrase")
  await password.getByLabel("New password", { exact: true }).fill("tractor velvet ocean seven")
  await password.getByRole("button", { name: "Change password" }).click()
  await page.getByText("Only the client may do that, not somebody who looks on for them.").waitFor()

  await page.getByRole("button", { name: "End impersonation" }).click()
  await page.getByRole("button", { name: "Sign in" }).waitFor()
  await page.goto(url)
  await page.getByText("LINK_INVALID").waitFor()
  // the app is installed in this browser by now, and must not come between a new link and the server
  await page.goto(product.url)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await page.goto((await impersonate(client.userId)).url)
  await banner(page).waitFor()
  await page.getByRole("button", { name: "End impersonation" }).click()
  await page.getByRole("button", { name: "Sign in" }).waitFor()
  // the client was never disturbed, and sees no banner
  expect(await banner(client.page).count()).toBe(0)
  await client.page.reload()
  await client.page.getByRole("button", { name: "Menu", exact: true }).waitFor()
  await context.close()
  await client.context.close()
})

it("a forced logout closes the client's page within a second, and the page says why", async () => {
  const client = await newClient()
  const told = client.page.getByText("Your broker has signed you out. Sign in again to go on.")
  const shown = told.waitFor().then(() => performance.now())
  const answer = await crm.send("POST", "/crm/force-logout", { userId: client.userId, reason: "asked by phone" })
  const endedAt = performance.now()
  expect(answer).toMatchObject({ status: 200, body: { sessionsEnded: 1 } })
  expect((await shown) - endedAt).toBeLessThan(END_MILLIS_MAX)
  await client.page.reload()
  await client.page.getByRole("button", { name: "Sign in" }).waitFor()
  await client.context.close()
})
