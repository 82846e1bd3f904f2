/** Signing in with more than a password, coming back after forgetting it, and looking after one's sessions: through the browser. */
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { DEMO_ADMINISTRATOR, DEMO_SERVICE_KEY } from "#server/DemoLogins.ts"
import { WEB_DIST } from "#server/http/WebApp.ts"
import { DEVELOPMENT_CRM_WEBHOOK_SECRET, DEVELOPMENT_S3_SECRET, DEVELOPMENT_SESSION_SECRET, settings } from "#server/settings.ts"
import { totp } from "../integration/securityClient.ts"
import { eventually } from "../integration/TradingClient.ts"
import { openDashboard, register, signIn, takeViolations, type ScreenName } from "./dashboard.ts"

let product: Product
let browser: Browser
let confirming: TestServer
let page: Page
let context: BrowserContext
let clients = 0
let email: string

const PASSWORD = "a long enough pass phrase"
/** For one thing to appear, on a machine that many share. */
const WAIT_MILLIS_MAX = 60_000
/** Of an authenticator app's codes. */
const STEP_MILLIS = 30_000

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
  confirming = await product.addServer({ EMAIL_VERIFICATION: "true" })
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})
beforeEach(async () => {
  ;({ page, context } = await openDashboard(browser, product.url, "desktop", "light"))
  context.setDefaultTimeout(WAIT_MILLIS_MAX)
  email = `identity${++clients}@example.com`
  return () => context.close()
})

const openMenu = async (item: string): Promise<void> => {
  await page.getByRole("button", { name: "Menu", exact: true }).click()
  await page.getByRole("menuitem", { name: item }).click()
}
/** Resolves on the sign-in page: the page before may have a field of the same name. */
const signOut = async (): Promise<void> => {
  await openMenu("Sign out")
  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor()
}

/** The newest link that was mailed to the address, from the page where mails are caught. */
const mailedLink = (path: string, origin = product.url): Promise<string> =>
  eventually(`a mail with ${path} to ${email}`, async () => {
    const mails = await (await fetch(`${origin}/dev/mail`)).text()
    const article = mails.split("<article>").find((text) => text.includes(email) && text.includes(path))
    return /href="([^"]+)"/u.exec(article ?? "")?.[1]
  })

/** Where an address must be confirmed before anybody gets in, as in production. */
describe.each<ScreenName>(["desktop", "phone"])("the whole way in, on a %s", (screen) => {
  it("from registering to a new password, with a mailed link and a code on the way", { timeout: 180_000 }, async () => {
    const opened = await openDashboard(browser, confirming.url, screen, "dark")
    ;({ page } = opened)
    opened.context.setDefaultTimeout(WAIT_MILLIS_MAX)
    const enter = async (password: string): Promise<void> => {
      await page.getByLabel("E-mail address").fill(email)
      await page.getByLabel("Password", { exact: true }).fill(password)
      await page.getByRole("button", { name: "Sign in" }).click()
    }
    const enterCode = async (code: string): Promise<void> => {
      await page.getByLabel("Code").fill(code)
      await page.getByRole("button", { name: "Sign in" }).click()
    }
    /** The page that a sign-in leads to: whatever was open before, or the dashboard. */
    const isIn = () => page.getByRole("button", { name: "Menu", exact: true }).waitFor()

    await page.getByRole("link", { name: "Open an account" }).click()
    await page.getByLabel("E-mail address").fill(email)
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD)
    await page.getByRole("button", { name: "Open account" }).click()
    await page.getByRole("heading", { name: "Look for our mail" }).waitFor()

    await page.goto(await mailedLink("/verify-email", confirming.url))
    await page.getByRole("link", { name: "Go on" }).click()
    await enter(PASSWORD)
    await isIn()

    await openMenu("Profile and security")
    const card = page.getByRole("region", { name: "Two-factor sign-in" })
    await card.getByRole("button", { name: "Turn on" }).click()
    await card.getByLabel("Current password", { exact: true }).fill(PASSWORD)
    await card.getByRole("button", { name: "Go on" }).click()
    await card.getByRole("img", { name: "QR code for your authenticator app" }).waitFor()
    const secret = await card.locator("code").innerText()
    // the step before: the one of now is still to be used
    const usedAt = Date.now() - STEP_MILLIS
    await card.getByLabel("Code").fill(totp(secret, usedAt))
    await card.getByRole("button", { name: "Turn on" }).click()
    await card.getByRole("button", { name: "I have kept them" }).click()
    await card.getByText("On", { exact: true }).waitFor()

    await signOut()
    await enter(PASSWORD)
    await enterCode(totp(secret, Date.now()))
    await isIn()

    await signOut()
    await page.getByRole("link", { name: "Forgot it?" }).click()
    await page.getByLabel("E-mail address").fill(email)
    await page.getByRole("button", { name: "Mail me a link" }).click()
    await page.getByRole("heading", { name: "Look for our mail" }).waitFor()
    await page.goto(await mailedLink("/reset-password", confirming.url))
    await page.getByLabel("New password", { exact: true }).fill("another long pass phrase")
    await page.getByRole("button", { name: "Change password" }).click()
    await page.getByRole("heading", { name: "Your password is changed" }).waitFor()
    await page.getByRole("link", { name: "Go to sign-in" }).click()
    await enter("another long pass phrase")
    // the reset did not turn the second step off; a step ahead counts too, for clocks that differ
    await enterCode(totp(secret, Date.now() + STEP_MILLIS))
    await isIn()
    // the answer to every registration here is 403, with a mail
    expect(opened.complaints.filter((text) => !text.includes("status of 403"))).toEqual([])
    await opened.context.close()
  })
})

describe("two-factor sign-in", () => {
  it("is turned on, asked for, got past with a backup code, and turned off", { timeout: 120_000 }, async () => {
    await register(page, email)
    await openMenu("Profile and security")
    const card = page.getByRole("region", { name: "Two-factor sign-in" })
    await card.getByRole("button", { name: "Turn on" }).click()
    await card.getByLabel("Current password", { exact: true }).fill(PASSWORD)
    await card.getByRole("button", { name: "Go on" }).click()
    const secret = await card.locator("code").innerText()
    await card.getByLabel("Code").fill(totp(secret, Date.now()))
    await card.getByRole("button", { name: "Turn on" }).click()
    const backupCodes = card.getByRole("list", { name: "Backup codes" }).getByRole("listitem")
    await backupCodes.first().waitFor()
    const codes = await backupCodes.allInnerTexts()
    expect(codes.length).toBeGreaterThanOrEqual(8)
    await card.getByRole("button", { name: "I have kept them" }).click()
    await card.getByText("On", { exact: true }).waitFor()

    await signOut()
    await page.getByLabel("E-mail address").fill(email)
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByLabel("Code").fill("000000")
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByText("That code is wrong. Codes change every 30 seconds.").waitFor()
    await page.getByLabel("Code").fill(codes[0] ?? "")
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("heading", { name: "Profile and security" }).waitFor()

    await card.getByRole("button", { name: "Turn off" }).click()
    await card.getByLabel("Current password", { exact: true }).fill(PASSWORD)
    await card.getByLabel("Code").fill(codes[1] ?? "")
    await card.getByRole("button", { name: "Turn off" }).click()
    await card.getByText("Off", { exact: true }).waitFor()
  })
})

describe("a forgotten password", () => {
  it("is replaced by a mailed link, which works once and leaves the address bar", { timeout: 120_000 }, async () => {
    await register(page, email)
    await signOut()
    await page.getByRole("link", { name: "Forgot it?" }).click()
    await page.getByLabel("E-mail address").fill(email)
    await page.getByRole("button", { name: "Mail me a link" }).click()
    await page.getByRole("heading", { name: "Look for our mail" }).waitFor()

    const link = await mailedLink("/reset-password")
    await page.goto(link)
    await page.getByRole("heading", { name: "Choose a new password" }).waitFor()
    expect(page.url()).not.toContain("#")
    await page.getByLabel("New password", { exact: true }).fill("another long pass phrase")
    await page.getByRole("button", { name: "Change password" }).click()
    await page.getByRole("heading", { name: "Your password is changed" }).waitFor()
    await page.getByRole("link", { name: "Go to sign-in" }).click()
    await signIn(page, { email, password: "another long pass phrase" })

    await page.goto(link)
    await page.getByLabel("New password", { exact: true }).fill("a third long pass phrase")
    await page.getByRole("button", { name: "Change password" }).click()
    await page.getByText("This link was used already or has expired.").waitFor()
  })
})

describe("sessions", () => {
  it("are listed, and ended from another one within a second", { timeout: 120_000 }, async () => {
    await register(page, email)
    const other = await openDashboard(browser, product.url, "tablet", "dark")
    await signIn(other.page, { email, password: PASSWORD })
    await openMenu("Profile and security")
    const card = page.getByRole("region", { name: "Sessions" })
    await expect.poll(() => card.getByRole("listitem").count()).toBe(2)
    await card
      .getByRole("button", { name: /^Sign out .+/ })
      .last()
      .click()
    await other.page.getByText("Your session has ended. Sign in again to go on.").waitFor()
    await expect.poll(() => card.getByRole("listitem").count()).toBe(1)
    await other.context.close()
  })

  it("of all others end when the password changes, while this one goes on", { timeout: 120_000 }, async () => {
    await register(page, email)
    await openMenu("Profile and security")
    const card = page.getByRole("region", { name: "Password" })
    await card.getByLabel("Current password", { exact: true }).fill(PASSWORD)
    await card.getByLabel("New password", { exact: true }).fill("another long pass phrase")
    await card.getByRole("button", { name: "Change password" }).click()
    await page.getByText("Your password is changed.").waitFor()
    await page.getByRole("link", { name: "Back to trading" }).click()
    await page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor()
    await page.getByTestId("figure-balance").filter({ hasText: "10,000.00" }).waitFor()
  })
})

describe("the page's own policy", () => {
  it("refuses a style and a script that are put into the page, and the tests hear of it", async () => {
    await page.evaluate(() => {
      const style = document.createElement("style")
      style.textContent = "body { display: none }"
      const script = document.createElement("script")
      script.textContent = "document.body.remove()"
      document.head.append(style, script)
    })
    await page.getByRole("button", { name: "Sign in" }).waitFor()
    const heard: Array<string> = []
    await expect.poll(() => heard.push(...takeViolations())).toBe(2)
    expect(new Set(heard.map((text) => text.split(" ")[0]))).toEqual(new Set(["script-src-elem", "style-src-elem"]))
  })
})

it("the files that a browser gets hold no secret and name no setting of the server's", async () => {
  const secrets = [
    DEVELOPMENT_SESSION_SECRET,
    DEVELOPMENT_CRM_WEBHOOK_SECRET,
    DEVELOPMENT_S3_SECRET,
    DEMO_SERVICE_KEY,
    DEMO_ADMINISTRATOR.password,
    ...Object.values(settings).flatMap(({ variable }) => (/SECRET|KEY|URL|PROXIES/u.test(variable) ? [variable] : []))
  ]
  const files = await readdir(WEB_DIST, { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), "utf8"))
  )
  expect(texts.length).toBeGreaterThan(20)
  expect(texts.some((text) => text.includes("x-keel-request"))).toBe(true)
  expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([])
})

describe("a wrong password", () => {
  it("gets the same words as an unknown address", async () => {
    for (const address of ["demo@keel.example", "nobody@example.com"]) {
      await page.getByLabel("E-mail address").fill(address)
      await page.getByLabel("Password", { exact: true }).fill("not the password at all")
      await page.getByRole("button", { name: "Sign in" }).click()
      await page.getByText("E-mail address or password is wrong.").waitFor()
    }
  })
})
