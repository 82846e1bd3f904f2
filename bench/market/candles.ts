/**
 * candles: what a page of candles costs cold (from upstream), warm (from memory) and after a restart (from the database).
 *
 * Of one hour each: shorter ones end while this runs, and then upstream is asked to confirm them, which would be counted too.
 */
import { type Finding, rounded } from "#bench/Finding.ts"
import type { BenchProduct } from "#bench/market/BenchProduct.ts"
import { walkingSymbols } from "#bench/market/instruments.ts"

const PAGES = 30
const CANDLES = 1_000
const ASKERS = 200

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const timed = async (url: string): Promise<number> => {
  const begun = performance.now()
  const answer = await fetch(url)
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${text}`)
  return performance.now() - begun
}

const oneByOne = async (urls: ReadonlyArray<string>): Promise<number> => {
  const millis: Array<number> = []
  for (const url of urls) millis.push(await timed(url))
  return median(millis)
}

export const measureCandles = async (
  product: BenchProduct,
  restUrl: string,
  upstreamRequests: () => Promise<number>
): Promise<ReadonlyArray<Finding>> => {
  const symbols = walkingSymbols.slice(0, PAGES)
  const pages = symbols.map((symbol) => `${product.url}/market/candles?symbol=${symbol}&interval=1h&limit=${CANDLES}`)
  const findings: Array<Finding> = []
  const measure = async (of: string, run: () => Promise<number>, limit: number): Promise<void> => {
    const before = await upstreamRequests()
    const millis = await run()
    const requests = (await upstreamRequests()) - before
    const work = `${CANDLES} candles, median of ${PAGES} symbols`
    findings.push({ of, work, figure: rounded(millis), unit: "ms", limit: rounded(limit), ratio: rounded(millis / limit) })
    findings.push({ of: `${of}: upstream requests`, work: `${PAGES} symbols`, figure: requests, unit: "requests" })
  }
  const bare = await oneByOne(
    walkingSymbols
      .slice(PAGES, 2 * PAGES)
      .map((symbol) => `${restUrl}/time_series?apikey=peer&symbol=${symbol}&interval=1h&outputsize=${CANDLES}&order=asc&timezone=UTC`)
  )
  await measure("candles, cold (beside upstream alone)", () => oneByOne(pages), bare)
  await measure("candles, warm in memory", () => oneByOne(pages), bare)
  await product.restart()
  await measure("candles, from the database after a restart", () => oneByOne(pages), bare)

  const before = await upstreamRequests()
  const crowded = `${product.url}/market/candles?symbol=${walkingSymbols.at(-1)}&interval=4h&limit=${CANDLES}`
  const millis = await Promise.all(Array.from({ length: ASKERS }, () => timed(crowded)))
  findings.push({
    of: "candles, the last of many askers at once",
    work: `${ASKERS} askers, cold`,
    figure: rounded(Math.max(...millis)),
    unit: "ms"
  })
  findings.push({
    of: "candles, many askers at once: upstream requests",
    work: `${ASKERS} askers, cold`,
    figure: (await upstreamRequests()) - before,
    unit: "requests"
  })
  return findings
}
