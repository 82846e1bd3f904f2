/** The dashboard in a real browser: how tests open it, sign in, move the market and look at it. */
import fs from "node:fs"
import path from "node:path"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterEach, expect } from "vitest"
import { root } from "#dev/Child.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { DEMO_CLIENT } from "#server/DemoLogins.ts"

export const SCREENS = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 }
} as const
export type ScreenName = keyof typeof SCREENS

export interface OpenPage {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained about: page errors, refused scripts, failed decodings. */
  readonly complaints: ReadonlyArray<string>
}

/** What the content security policy kept a page from doing: no test may see any. */
const violations: Array<string> = []
/** Those until now, which are forgotten. */
export const takeViolations = (): ReadonlyArray<string> => violations.splice(0)
afterEach(() => expect(takeViolations(), "violations of the content security policy").toEqual([]))

const reportViolations = async (context: BrowserContext): Promise<void> => {
  await context.exposeFunction("reportViolation", (text: string) => void violations.push(text))
  await context.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective, lineNumber, sourceFile }) =>
      Reflect.get(window, "reportViolation")(`${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`)
    )
  )
}

/** A refused sign-in check, a refused order, another device that was first and a network that was taken away are part of the story, not complaints. */
const isExpected = (text: string): boolean => /status of (401|409|422) |ERR_INTERNET_DISCONNECTED/.test(text)

/** With the cookies and the storage of another page, if any. */
export const openDashboard = async (
  browser: Browser,
  url: string,
  screen: ScreenName,
  theme: "dark" | "light",
  storageState?: Awaited<ReturnType<BrowserContext["storageState"]>>
): Promise<OpenPage> => {
  const isPhone = screen === "phone"
  const context = await browser.newContext({
    baseURL: url,
    viewport: SCREENS[screen],
    deviceScaleFactor: isPhone ? 2 : 1,
    isMobile: isPhone,
    hasTouch: isPhone,
    colorScheme: theme,
    locale: "en-GB",
    timezoneId: "Europe/London",
    ...(storageState === undefined ? {} : { storageState })
  })
  await reportViolations(context)
  const page = await context.newPage()
  const complaints: Array<string> = []
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) complaints.push(message.text())
  })
  await page.goto("/")
  return { page, context, complaints }
}

export const signIn = async (
  page: Page,
  credentials: { readonly email: string; readonly password: string } = DEMO_CLIENT
): Promise<void> => {
  await page.getByLabel("E-mail address").fill(credentials.email)
  await page.getByLabel("Password", { exact: true }).fill(credentials.password)
  await page.getByRole("button", { name: "Sign in" }).click()
  await page
    .getByRole("form", { name: "Order" })
    .or(page.getByRole("navigation", { name: "Areas" }))
    .first()
    .waitFor()
}

/** Opens an account through the page; the session is that of its new client. */
export const register = async (page: Page, email: string): Promise<void> => {
  await page.getByRole("link", { name: "Open an account" }).click()
  await page.getByLabel("E-mail address").fill(email)
  await page.getByLabel("Password", { exact: true }).fill("a long enough pass phrase")
  await page.getByRole("button", { name: "Open account" }).click()
  await page.getByRole("form", { name: "Order" }).waitFor()
}

/** A trading command of the signed-in client's account, as the page would send it. */
export const command = async (page: Page, path: string, body: Readonly<Record<string, unknown>>): Promise<void> => {
  const status = await page.evaluate(
    async ([resource, payload]) => {
      const { accountIds } = await (await fetch("/auth/me")).json()
      const headers = { "content-type": "application/json", "x-keel-request": "1", "idempotency-key": crypto.randomUUID() }
      const answer = await fetch(`/accounts/${accountIds[0]}/${resource}`, { method: "POST", headers, body: JSON.stringify(payload) })
      return `${answer.status} ${answer.ok ? "" : await answer.text()}`
    },
    [path, body] as const
  )
  if (!status.startsWith("2")) throw new Error(`${path}: ${status}`)
}

/** As if the signed-in person had never arranged anything, here or on another device. Leaves the page. */
export const forgetPreferences = async (page: Page, origin: string): Promise<void> => {
  await page.evaluate(() => localStorage.clear())
  // A change of the page that is on its way must not come after.
  await page.goto("about:blank")
  const { request } = page.context()
  const { version } = await (await request.get(`${origin}/preferences`)).json()
  const answer = await request.put(`${origin}/preferences`, { headers: ownRequest(origin), data: { version, entries: {} } })
  if (!answer.ok()) throw new Error(`preferences: ${answer.status()}`)
}

/** Through the ticket on the page; resolves when it is filled. */
export const placeMarketOrder = async (page: Page, side: "Buy" | "Sell", lots: string): Promise<void> => {
  const ticket = page.getByRole("form", { name: "Order" })
  await ticket.getByRole("textbox", { name: "Volume" }).fill(lots)
  await ticket.getByRole("group", { name: "Side" }).getByRole("button", { name: side }).click()
  await ticket.getByTestId("submit-order").click()
  await page
    .getByText(new RegExp(`^${side} .* filled at`))
    .first()
    .waitFor()
}

/** Resolves when the account bar shows that figure so. */
export const figureShows = (page: Page, figure: string, text: string): Promise<void> =>
  page.getByTestId(`figure-${figure}`).filter({ hasText: text }).waitFor()

/** Resolves when the watchlist shows that bid, as one reads it. */
export const watchlistShows = (page: Page, symbol: string, price: string): Promise<void> =>
  page
    .getByRole("list", { name: "Watchlist" })
    .getByRole("button", { name: new RegExp(`^${symbol}\\b`) })
    .filter({ hasText: price })
    .waitFor()

/** The chart's intervals: side by side where there is room, and behind a button where there is not. */
const intervalMenu = (page: Page, name: string) => page.getByRole("button", { name: new RegExp(`^Interval: .*${name}$`) })

export const chooseInterval = async (page: Page, name: string): Promise<void> => {
  const choice = page.getByRole("radio", { name, exact: true })
  await choice.or(intervalMenu(page, "")).first().waitFor()
  if (await choice.isVisible()) return choice.click()
  await intervalMenu(page, "").click()
  await page.getByRole("menuitemradio", { name, exact: true }).click()
}

/** Resolves when the chart shows that interval. */
export const intervalIs = (page: Page, name: string): Promise<void> =>
  page.getByRole("radio", { name, exact: true, checked: true }).or(intervalMenu(page, name)).first().waitFor()

/** Flashes and fades are no state: resolves when everything has come to rest that ever does. */
export const atRest = async (page: Page): Promise<void> => {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(({ playState, effect }) => playState !== "running" || effect?.getComputedTiming().iterations === Infinity)
  )
}

/** Pictures go to .cache/screenshots; with UPDATE_SCREENSHOTS=1 to docs/screenshots, where the README shows them. */
export const screenshot = async (page: Page, name: string): Promise<void> => {
  const directory = path.join(root, process.env["UPDATE_SCREENSHOTS"] === "1" ? "docs/screenshots" : ".cache/screenshots")
  fs.mkdirSync(directory, { recursive: true })
  // Not in the middle of a flash or a fade.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) if (animation.effect?.getComputedTiming().iterations !== Infinity) animation.finish()
  })
  await page.screenshot({ path: path.join(directory, `${name}.png`) })
}
