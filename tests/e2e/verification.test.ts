/** A client sends documents through the browser, the CRM decides, and the page tells: on the desktop and on a phone. */
import type { Browser, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "#dev/Chromium.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { jpeg, pdf, png, without } from "#server/kyc/inspection/testingFiles.ts"
import { APPROVE_ADDRESS, APPROVE_IDENTITY, CrmReviewer } from "../integration/kycClient.ts"
import { axeFindings } from "./axeFindings.ts"
import { openDashboard, screenshot, type ScreenName } from "./dashboard.ts"

let product: Product
let browser: Browser
let crm: CrmReviewer
let clients = 0

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct({ env: { KYC_GATES: "withdrawal" } }), launchChromium()])
  crm = new CrmReviewer(() => product.url)
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

/** A new client on the page where documents are sent. */
const openVerification = async (screen: ScreenName, theme: "dark" | "light") => {
  const opened = await openDashboard(browser, product.url, screen, theme)
  const { page } = opened
  const email = `verification${++clients}@example.com`
  await page.getByRole("link", { name: "Open an account" }).click()
  await page.getByLabel("E-mail address").fill(email)
  await page.getByLabel("Password", { exact: true }).fill("a long enough pass phrase")
  await page.getByRole("button", { name: "Open account" }).click()
  await page.getByRole("button", { name: "Menu", exact: true }).click()
  await page.getByRole("menuitem", { name: "Verification" }).click()
  await page.getByRole("heading", { name: "Verification", level: 1 }).waitFor()
  return {
    ...opened,
    email,
    identity: page.getByRole("region", { name: "Proof of identity" }),
    address: page.getByRole("region", { name: "Proof of address" })
  }
}

const choose = (card: Locator, side: string, file: Buffer, name: string, mimeType: string): Promise<void> =>
  card.getByTestId(`upload-${side}`).locator("input[type=file]").first().setInputFiles({ name, mimeType, buffer: file })

const status = (page: Page, text: string): Promise<void> => page.getByTestId("kyc-status").filter({ hasText: text }).waitFor()

const waiting = async (email: string, kind: string): Promise<string> => {
  const found = (await crm.documents("state=submitted")).find((document) => document.email === email && document.kind === kind)
  if (found === undefined) throw new Error(`no ${kind} of ${email} waits for review`)
  return found.documentId
}

/** A real photo, as a camera's browser would hand it over. */
const photo = async (page: Page, width: number, height: number): Promise<Buffer> =>
  Buffer.from(
    await page.evaluate(
      async ([w, h]) => {
        const canvas = document.createElement("canvas")
        canvas.width = w
        canvas.height = h
        const context = canvas.getContext("2d")
        if (context === null) throw new Error("no canvas")
        context.fillStyle = "steelblue"
        context.fillRect(0, 0, w, h)
        context.fillStyle = "white"
        context.font = `${h / 10}px sans-serif`
        context.fillText("IDENTITY CARD", w / 10, h / 3)
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/webp"))
        return blob === null ? "" : btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())))
      },
      [width, height] as const
    ),
    "base64"
  )

describe.each([
  ["desktop", "light"],
  ["phone", "dark"]
] satisfies ReadonlyArray<[ScreenName, "dark" | "light"]>)("on a %s, %s", (screen, theme) => {
  it(
    "both sides of a card and a bill are sent, reviewed and approved, and the page tells as it happens",
    { timeout: 180_000 },
    async () => {
      const { address, complaints, context, email, identity, page } = await openVerification(screen, theme)
      await status(page, "Not started")
      await page.getByText("Until you are approved you cannot withdraw money.").waitFor()
      expect(await axeFindings(page)).toEqual([])
      await screenshot(page, `verification-empty-${screen}-${theme}`)

      // a photo in a form that the server does not take, made into one that it does
      await identity.getByLabel("Document", { exact: true }).selectOption("Identity card")
      await choose(identity, "front", await photo(page, 1600, 1000), "IMG_0001.webp", "image/webp")
      await identity.getByRole("img", { name: "Preview of IMG_0001.webp" }).waitFor()
      await choose(identity, "back", png(), "back.png", "image/png")
      expect(await axeFindings(page)).toEqual([])
      await screenshot(page, `verification-chosen-${screen}-${theme}`)
      await identity.getByTestId("upload-front").getByRole("button", { name: "Send", exact: true }).click()
      await identity.getByText("Front: received").waitFor()
      // the other one is still there
      await identity.getByTestId("upload-back").getByRole("button", { name: "Send", exact: true }).click()
      await identity.getByTestId("document-identityCard-submitted").waitFor()
      await status(page, "In review")

      await choose(address, "page", pdf(), "bill.pdf", "application/pdf")
      await address.getByRole("button", { name: "Send", exact: true }).click()
      await address.getByTestId("document-proofOfAddress-submitted").waitFor()
      await screenshot(page, `verification-review-${screen}-${theme}`)

      const card = await waiting(email, "identityCard")
      await crm.review(card)
      await identity.getByTestId("document-identityCard-inReview").waitFor()
      await crm.decide(card, APPROVE_IDENTITY)
      await identity.getByTestId("document-identityCard-approved").waitFor()
      await crm.decide(await waiting(email, "proofOfAddress"), APPROVE_ADDRESS)
      await status(page, "Approved")
      expect(await axeFindings(page)).toEqual([])
      await screenshot(page, `verification-approved-${screen}-${theme}`)
      expect(complaints).toEqual([])
      await context.close()
    }
  )

  it("a document that was turned down says why, and another is sent", { timeout: 120_000 }, async () => {
    const { context, email, identity, page } = await openVerification(screen, theme)
    await choose(identity, "page", png(), "passport.png", "image/png")
    await identity.getByRole("button", { name: "Send", exact: true }).click()
    await identity.getByTestId("document-passport-submitted").waitFor()
    await crm.decide(await waiting(email, "passport"), { decision: "reject", reason: "unreadable", comment: "The lower half is dark." })
    await status(page, "Action needed")
    await identity.getByText("It cannot be read.").waitFor()
    await identity.getByText("The lower half is dark.").waitFor()
    expect(await axeFindings(page)).toEqual([])
    await screenshot(page, `verification-rejected-${screen}-${theme}`)
    await choose(identity, "page", jpeg({ width: 800, height: 600 }), "better.jpg", "image/jpeg")
    await identity.getByRole("button", { name: "Send", exact: true }).click()
    await status(page, "In review")
    await context.close()
  })
})

describe("what goes wrong", () => {
  it("is said in words, and the way out is there", { timeout: 180_000 }, async () => {
    const { address, context, identity, page } = await openVerification("desktop", "dark")
    const send = identity.getByRole("button", { name: "Send", exact: true })

    await choose(identity, "page", Buffer.from("hello"), "notes.txt", "text/plain")
    await identity.getByText("This kind of file is not accepted.").waitFor()
    await choose(identity, "page", Buffer.alloc(0), "nothing.pdf", "application/pdf")
    await identity.getByText("This file is empty.").waitFor()
    await choose(identity, "page", Buffer.alloc(11 * 1024 * 1024, 1), "large.pdf", "application/pdf")
    await identity.getByText("This file is too large.").waitFor()

    await choose(identity, "page", without(pdf(), 20), "half.pdf", "application/pdf")
    await send.click()
    await identity.getByText("This file is damaged or not complete.").waitFor()
    await screenshot(page, "verification-error-desktop-dark")
    expect(await identity.getByRole("button", { name: "Try again" }).count()).toBe(0)
    expect(await axeFindings(page)).toEqual([])
    await identity.getByRole("button", { name: "Choose another" }).click()
    await choose(identity, "page", pdf({ catalog: "/OpenAction << /S /JavaScript /JS (x) >> " }), "script.pdf", "application/pdf")
    await send.click()
    await identity.getByText("This file holds programs or other files.").waitFor()
    await identity.getByRole("button", { name: "Choose another" }).click()

    // the store goes away, and comes back
    await choose(address, "page", pdf(), "bill.pdf", "application/pdf")
    await product.objectStore.kill()
    await address.getByRole("button", { name: "Send", exact: true }).click()
    await address.getByText("The file could not be delivered.").waitFor({ timeout: 60_000 })
    await product.objectStore.restart()
    await address.getByRole("button", { name: "Try again" }).click()
    await address.getByTestId("document-proofOfAddress-submitted").waitFor({ timeout: 60_000 })
    await address.getByRole("button", { name: "Take back: Utility bill or official letter" }).click()
    await address.getByTestId("document-proofOfAddress-submitted").waitFor({ state: "detached" })
    await context.close()
  })

  it("a file on its way is stopped, dropped again, and sent by the keyboard alone", { timeout: 180_000 }, async () => {
    const { context, identity, page } = await openVerification("desktop", "light")
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    await page.route(`${product.objectStore.url}/**`, async (route) => {
      await held
      await route.continue().catch(() => undefined)
    })
    await choose(identity, "page", png(), "passport.png", "image/png")
    await identity.getByRole("button", { name: "Send", exact: true }).click()
    await identity.getByRole("progressbar", { name: "Sending passport.png" }).waitFor()
    await screenshot(page, "verification-sending-desktop-light")
    await identity.getByRole("button", { name: "Cancel" }).click()
    await identity.getByRole("button", { name: "Choose another" }).click()
    release()
    await page.unroute(`${product.objectStore.url}/**`)

    const transfer = await page.evaluateHandle(
      (bytes) => {
        const data = new DataTransfer()
        data.items.add(new File([Uint8Array.from(bytes)], "dropped.png", { type: "image/png" }))
        return data
      },
      [...png()]
    )
    await identity.getByRole("group", { name: "Place for the file" }).dispatchEvent("drop", { dataTransfer: transfer })
    await identity.getByText("dropped.png").waitFor()
    await identity.getByRole("button", { name: "Send", exact: true }).focus()
    await page.keyboard.press("Enter")
    await identity.getByTestId("document-passport-submitted").waitFor()
    await context.close()
  })

  it("an answer that does not come is told, with a way to ask again", { timeout: 120_000 }, async () => {
    const { context, page } = await openVerification("phone", "light")
    await page.route("**/kyc", (route) => route.abort())
    await page.reload()
    await page.getByText("The server did not answer.").waitFor()
    await screenshot(page, "verification-failed-phone-light")
    expect(await axeFindings(page)).toEqual([])
    await page.unroute("**/kyc")
    await page.getByRole("button", { name: "Try again" }).click()
    await status(page, "Not started")
    await context.close()
  })
})
