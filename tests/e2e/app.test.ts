/** The page as an app: installed, opened without a network, and used beyond the end of a session. */
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { DEMO_CLIENT } from "#server/DemoLogins.ts"
import { openDashboard, type ScreenName, signIn } from "./dashboard.ts"

let product: Product
let browser: Browser

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

describe("the app", () => {
  it("can be installed: it has a manifest and every icon that it names", async () => {
    const { page, context } = await openDashboard(browser, product.url, "phone", "dark")
    const manifest: { readonly icons: ReadonlyArray<{ readonly src: string; readonly type: string }> } = await page.evaluate(async () =>
      (await fetch(document.querySelector<HTMLLinkElement>("link[rel=manifest]")?.href ?? "")).json()
    )
    expect(manifest).toMatchObject({ display: "standalone", start_url: "/" })
    for (const { src, type } of manifest.icons) {
      const [status, contentType] = await page.evaluate(async (url) => {
        const answer = await fetch(url)
        return [answer.status, answer.headers.get("content-type")] as const
      }, src)
      expect([src, status, contentType?.split(";")[0]]).toEqual([src, 200, type])
    }
    await context.close()
  })

  it.each(["desktop", "phone"] satisfies ReadonlyArray<ScreenName>)(
    "opens without a network on a %s, shows no figure of the past, and goes on when the network is back",
    { timeout: 120_000 },
    async (screen) => {
      const { page, context } = await openDashboard(browser, product.url, screen, "light")
      await signIn(page)
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
      await context.setOffline(true)
      await page.reload()
      await page.getByText("The server did not answer.").waitFor()
      expect(await page.getByText(/10,000\.00/).count()).toBe(0)
      await context.setOffline(false)
      await page.getByRole("button", { name: "Try again" }).click()
      await page
        .getByTestId("figure-balance")
        .filter({ hasText: /\d\.\d\d/ })
        .waitFor()
      await context.close()
    }
  )

  it("keeps nothing of the API in its cache", async () => {
    const { page, context } = await openDashboard(browser, product.url, "desktop", "dark")
    await signIn(page)
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    const kept = () =>
      page.evaluate(async () => {
        const caches = await window.caches.keys()
        const requests = await Promise.all(caches.map(async (name) => (await window.caches.open(name)).keys()))
        return requests.flat().map(({ url }) => new URL(url).pathname)
      })
    await expect.poll(kept).toContain("/")
    const others = (await kept()).filter((path) => !path.startsWith("/assets/"))
    expect(others.toSorted()).toEqual(["/", "/icon.svg", "/manifest.webmanifest", "/theme.js"])
    await context.close()
  })
})

describe("a new build", () => {
  it.each(["desktop", "phone"] satisfies ReadonlyArray<ScreenName>)(
    "waits on a %s until the person agrees, and takes over then",
    async (screen) => {
      const { page, context } = await openDashboard(browser, product.url, screen, "light")
      await signIn(page)
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
      const prompt = page.getByText("A newer version of this page is ready.")
      await page.evaluate(() => void Reflect.set(window, "stayed", true))
      // Another script for the same pages is what another build is to a browser.
      await page.evaluate(async () => void (await navigator.serviceWorker.register("/sw.js?another-build")))
      await prompt.waitFor()
      const worker = () => page.evaluate(() => navigator.serviceWorker.controller?.scriptURL.split("/").at(-1))
      expect(await worker()).toBe("sw.js")
      expect(await page.evaluate(() => Reflect.get(window, "stayed"))).toBe(true)

      await page.getByRole("button", { name: "Reload" }).click()
      await page.waitForFunction(() => !Reflect.has(window, "stayed"))
      await page.getByTestId("connection").and(page.locator("[data-status=live]")).waitFor()
      expect(await worker()).toBe("sw.js?another-build")
      await context.close()
    }
  )
})

/** The new session is asked about too, and has its own end. */
const FIRST_ANSWER = { times: 1 }

it("warns before a session must end, and goes on with a new one without leaving the page", { timeout: 120_000 }, async () => {
  const { page, context } = await openDashboard(browser, product.url, "desktop", "dark")
  await signIn(page)
  await page.route(
    "**/auth/me",
    async (route) => {
      const answer = await route.fetch()
      const sessionExpiresAt = new Date(Date.now() + 5 * 60_000).toISOString()
      await route.fulfill({ response: answer, json: { ...(await answer.json()), sessionExpiresAt } })
    },
    FIRST_ANSWER
  )
  await page.reload()
  const warning = page.getByRole("alert").filter({ hasText: "Your session ends at" })
  await warning.getByRole("button", { name: "Stay signed in" }).click()
  const dialog = page.getByRole("dialog", { name: "Stay signed in" })
  await dialog.getByLabel("Password", { exact: true }).fill(DEMO_CLIENT.password)
  await dialog.getByRole("button", { name: "Sign in" }).click()
  await dialog.waitFor({ state: "detached" })
  await warning.waitFor({ state: "detached" })
  await page.getByRole("form", { name: "Order" }).waitFor()
  await context.close()
})
