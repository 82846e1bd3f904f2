/** closedLoop: so many connections that each send a request when the last was answered, for a while after a warm-up. */
import { HttpLane } from "#bench/load/HttpLane.ts"

export interface Served {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** An answer, to see what was measured. */
  readonly answer: string
}

const WARM_UP_MILLIS = 2_000

const percentile = (sorted: ReadonlyArray<number>, share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN

export const closedLoop = async (
  url: string,
  options: { readonly connections: number; readonly millis: number },
  request: (connection: number, count: number) => { readonly path: string; readonly headers: string; readonly body: string }
): Promise<Served> => {
  const latencies: Array<number> = []
  const measuredFrom = performance.now() + WARM_UP_MILLIS
  const until = measuredFrom + options.millis
  let answer = ""
  await Promise.all(
    Array.from({ length: options.connections }, async (_, connection) => {
      const lane = new HttpLane(url)
      for (let count = 0; performance.now() < until; count++) {
        const { body, headers, path } = request(connection, count)
        const begun = performance.now()
        // a server may close a connection that it finds idle; the next one is not counted against it
        const sent = () => lane.send("POST", path, headers, body)
        const { body: answered, status } = await sent().catch(sent)
        if (status >= 300) throw new Error(`${url}${path} answered ${status}: ${answered}`)
        answer = answered
        if (begun >= measuredFrom) latencies.push(performance.now() - begun)
      }
      lane.close()
    })
  )
  const sorted = latencies.toSorted((a, b) => a - b)
  return { perSecond: latencies.length / (options.millis / 1_000), p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), answer }
}
