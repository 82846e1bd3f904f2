/**
 * web: the trading page in a real browser with 200 symbols that tick 10 times a second and 100 open positions; beside it a bare page that
 * writes the same stream as plain text. Scripting is the main thread's own processor time, so that a busy machine does not count.
 *
 * WEB_BENCH_SECONDS (300) is how long the heap is watched; scripting is traced for a fifth of it.
 */
import type { Browser, BrowserContext, Page } from "playwright-core"
import { type Finding, rounded } from "#bench/Finding.ts"
import { type BenchProduct, startBenchProduct } from "#bench/market/BenchProduct.ts"
import { openBarePage } from "#bench/web/barePage.ts"
import { type HeapGrowth, measureHeap } from "#bench/web/heap.ts"
import { benchConfiguration, symbols, SYMBOLS, TICKS_PER_SECOND } from "#bench/web/instruments.ts"
import { percentile, type Scripting, traceScripting } from "#bench/web/scripting.ts"
import { type Child, startChild } from "#dev/Child.ts"
import { launchChromium } from "#dev/Chromium.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { loadOf } from "#dev/webBundle.ts"
import { ensureWebBuilt } from "#dev/webBuild.ts"
import { DEMO_CLIENT } from "#server/DemoLogins.ts"

const POSITIONS = 100
/** Until caches, fonts and the compiler have settled. */
const WARM_UP_MILLIS = 10_000
const READY_MILLIS_MAX = 30_000
/** What the product promises. */
const FRAME_MILLIS_MAX = 8
const FIRST_LOAD_BYTES_MAX = 250_000

const seconds = Number(process.env["WEB_BENCH_SECONDS"] ?? 300)
const work = `${SYMBOLS} symbols × ${TICKS_PER_SECOND}/s, ${POSITIONS} positions`

const startUpstream = async (): Promise<{ readonly child: Child; readonly wsUrl: string; readonly restUrl: string }> => {
  const { promise, reject, resolve } = Promise.withResolvers<ReadonlyArray<string>>()
  const child = startChild({
    command: ["bench/web/upstream.ts"],
    onLine: (line) => line.startsWith("ready ") && resolve(line.split(" ").slice(1))
  })
  const patience = setTimeout(() => reject(new Error("the simulator is not ready")), READY_MILLIS_MAX)
  const [wsUrl = "", restUrl = ""] = await promise.finally(() => clearTimeout(patience))
  return { child, wsUrl, restUrl }
}

const openContext = async (browser: Browser, product: BenchProduct): Promise<BrowserContext> => {
  const context = await browser.newContext({
    baseURL: product.url,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    serviceWorkers: "block"
  })
  const signedIn = await context.request.post("/auth/login", { data: DEMO_CLIENT, headers: ownRequest(product.url) })
  if (!signedIn.ok()) throw new Error(`sign-in: ${signedIn.status()} ${await signedIn.text()}`)
  return context
}

/** Alternately long and short, so that prices that wander do not end in a stop-out. */
const openPositions = async ({ request }: BrowserContext, origin: string): Promise<void> => {
  const { accountIds } = await (await request.get("/auth/me")).json()
  for (let index = 0; index < POSITIONS; index++) {
    const answer = await request.post(`/accounts/${accountIds[0]}/orders`, {
      headers: { ...ownRequest(origin), "idempotency-key": `web-bench-${index}` },
      data: { symbol: symbols[index % SYMBOLS], side: index % 2 === 0 ? "buy" : "sell", type: "market", lots: "0.01" }
    })
    if (!answer.ok()) throw new Error(`order: ${answer.status()} ${await answer.text()}`)
  }
}

/** Milliseconds from the beginning of a cold load until an order could be sent at a live price, by the page's own clock. */
const openTradingPage = async (page: Page): Promise<number> => {
  await page.goto("/")
  await page.waitForFunction(() => document.querySelector("[data-testid=submit-order]:not(:disabled)") !== null, undefined, {
    polling: "raf"
  })
  return page.evaluate(() => performance.now())
}

interface Measured {
  readonly scripting: Scripting
  readonly heap: HeapGrowth
}

const measure = async (page: Page): Promise<Measured> => {
  const session = await page.context().newCDPSession(page)
  await page.waitForTimeout(WARM_UP_MILLIS)
  const scripting = await traceScripting(session, Math.max(5, seconds / 5))
  const heap = await measureHeap(session, seconds)
  await session.detach()
  return { scripting, heap }
}

const describe = (page: Measured, bare: Measured): ReadonlyArray<Finding> => {
  const beside = (of: string, unit: string, figureOf: (measured: Measured) => number): Finding => {
    const [figure, limit] = [figureOf(page), figureOf(bare)]
    return { of, work, unit, figure: rounded(figure), limit: rounded(limit), ratio: rounded(figure / limit) }
  }
  const p95 = percentile(page.scripting.busyFrames, 0.95)
  return [
    {
      of: "scripting per frame that scripts, p95",
      work,
      unit: "ms",
      figure: rounded(p95),
      limit: FRAME_MILLIS_MAX,
      ratio: rounded(p95 / FRAME_MILLIS_MAX)
    },
    beside("scripting per frame that scripts, p95, beside the bare page", "ms", ({ scripting }) => percentile(scripting.busyFrames, 0.95)),
    beside("scripting per frame that scripts, p50, beside the bare page", "ms", ({ scripting }) => percentile(scripting.busyFrames, 0.5)),
    beside("scripting per frame of all frames, p95, beside the bare page", "ms", ({ scripting }) => percentile(scripting.allFrames, 0.95)),
    beside("main thread taken, beside the bare page", "share", ({ scripting }) => scripting.busyShare),
    { of: "tasks of more than 50 ms", work, unit: "tasks", figure: page.scripting.longTasks, limit: 0 },
    { of: "tasks of more than 50 ms by the clock", work, unit: "tasks", figure: page.scripting.longTasksByClock },
    { of: "longest task", work, unit: "ms", figure: rounded(page.scripting.longestTaskMillis), limit: 50 },
    beside("heap, beside the bare page", "MB", ({ heap }) => heap.megabytes),
    beside(`heap's growth over ${seconds} s, beside the bare page`, "kB/min", ({ heap }) => heap.kilobytesPerMinute),
    beside("heap's growth in the second half, beside the bare page", "kB/min", ({ heap }) => heap.kilobytesPerMinuteLater)
  ]
}

const loads = (): ReadonlyArray<Finding> =>
  (["sign-in", "trading page, desktop", "trading page, phone"] as const).map((name) => {
    const { files, gzipBytes } = loadOf(name)
    return {
      of: `JavaScript of the ${name}, gzip`,
      work: `${files.size} files`,
      unit: "kB",
      figure: rounded(gzipBytes / 1_000),
      limit: FIRST_LOAD_BYTES_MAX / 1_000,
      ratio: rounded(gzipBytes / FIRST_LOAD_BYTES_MAX)
    }
  })

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  await ensureWebBuilt()
  const upstream = await startUpstream()
  let product: BenchProduct | undefined
  let browser: Browser | undefined
  try {
    product = await startBenchProduct(upstream.wsUrl, upstream.restUrl, benchConfiguration())
    browser = await launchChromium()
    const context = await openContext(browser, product)
    await openPositions(context, product.url)
    const page = await context.newPage()
    const interactiveMillis = await openTradingPage(page)
    const trading = await measure(page)
    await page.close()
    const barePage = await context.newPage()
    await openBarePage(barePage, symbols)
    const bare = await measure(barePage)
    return [
      ...describe(trading, bare),
      { of: "trading page, time to interactive", work: "cold cache", unit: "ms", figure: Math.round(interactiveMillis) },
      ...loads()
    ]
  } finally {
    await browser?.close()
    await product?.stop()
    await upstream.child.stop()
  }
}
