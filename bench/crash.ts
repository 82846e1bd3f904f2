/**
 * crash: kill −9 under full load at random moments, each time a restart and the load goes on; then `npm run verify`. And the start of a server
 * that finds so many sleeping accounts with ten positions: until it is ready, all of them armed.
 *
 * `CRASH_KILLS` and `CRASH_ACCOUNTS` make it smaller. Fails when verify finds anything.
 */
import { setTimeout as delay } from "node:timers/promises"
import { Effect, Layer, Logger, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { type Finding, rounded } from "#bench/Finding.ts"
import { loadConfiguration, loadSymbols } from "#bench/load/instruments.ts"
import { type LoadProduct, startLoadProduct } from "#bench/load/LoadProduct.ts"
import { emptyLoad, Traders } from "#bench/load/Traders.ts"
import { verifyLoad } from "#bench/load/verifyLoad.ts"
import { encodeArming } from "#actors/account/ArmingCodec.ts"
import { STATE_LAYOUT_VERSION } from "#actors/account/AccountStateCodec.ts"
import { makeDatabase } from "#db/Database.ts"
import { decimal } from "#domain/Decimal.ts"

const KILLS = Number(process.env["CRASH_KILLS"] ?? 20)
const SLEEPING = Number(process.env["CRASH_ACCOUNTS"] ?? 100_000)
const TRADERS = 64
const SYMBOLS = 20
/** Least and most time between a start and the kill that follows. */
const LIFE_MILLIS = [300, 3_000] as const

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000)
let randomState = seed
/** Park–Miller: good enough to choose moments, and repeatable. */
const random = (): number => (randomState = (randomState * 48_271) % 2_147_483_647) / 2_147_483_647

const killUnderLoad = async (product: LoadProduct): Promise<ReadonlyArray<Finding>> => {
  const traders = new Traders(product.url)
  await traders.register(TRADERS, loadSymbols(SYMBOLS))
  const load = emptyLoad()
  const starts: Array<number> = []
  let isOver = false
  const trading = traders.trade(load, () => isOver)
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(LIFE_MILLIS[0] + random() * (LIFE_MILLIS[1] - LIFE_MILLIS[0]))
    await product.kill("SIGKILL")
    const killed = performance.now()
    await product.restart()
    starts.push((performance.now() - killed) / 1_000)
  }
  isOver = true
  await trading
  traders.close()
  console.log(await verifyLoad(product.databaseUrl))
  const work = `${KILLS} kills, ${TRADERS} clients, SEED=${seed}`
  return [
    { of: "violations that verify found", work, figure: 0, unit: "violations" },
    { of: "commands done", work, figure: load.done, unit: "commands" },
    { of: "commands sent again because no answer came", work, figure: load.errors, unit: "commands" },
    { of: "from a kill until ready, longest", work, figure: rounded(Math.max(...starts)), unit: "s" }
  ]
}

/** As many sleeping accounts as asked for, as far as a start looks at them. They have no journal: verify must not see them. */
const putToSleep = (count: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { version } = loadConfiguration(SYMBOLS)
    const tripwires = loadSymbols(SYMBOLS)
      .slice(0, 10)
      .map((symbol) => ({ symbol, side: "bid", direction: "atOrBelow", price: decimal("0.5") }) as const)
    const arming = encodeArming({ tripwires, marginSlopes: undefined, wakeAt: undefined, configurationVersion: version })
    yield* sql`INSERT INTO account_owner SELECT (900000000 + n)::text, 1, 0 FROM generate_series(1, ${count}::int) n`
    yield* sql`INSERT INTO account SELECT (900000000 + n)::text, 'C', 'USD', 'hedging', 'professional', 100, 0, 0, 0, true, 0
      FROM generate_series(1, ${count}::int) n`
    yield* sql`INSERT INTO snapshot (account_id, sequence, schema_version, hash, state, checksum, arming, configuration_version)
      SELECT (900000000 + n)::text, 0, ${STATE_LAYOUT_VERSION}::smallint, '', ''::bytea, '', ${arming}, ${version}::bigint
      FROM generate_series(1, ${count}::int) n`
    yield* sql`ANALYZE account, account_owner, snapshot`
  })

const startWithSleeping = async (product: LoadProduct): Promise<ReadonlyArray<Finding>> => {
  const restart = async (): Promise<number> => {
    await product.kill("SIGKILL")
    const began = performance.now()
    await product.restart()
    return (performance.now() - began) / 1_000
  }
  const without = await restart()
  const database = makeDatabase(Redacted.make(product.databaseUrl)).pipe(Layer.provide(Logger.layer([])))
  await Effect.runPromise(putToSleep(SLEEPING).pipe(Effect.provide(database)))
  const withAll = await restart()
  const armed = await product.metric("keel_accounts_found_unarmed_total")
  if (armed < SLEEPING) throw new Error(`${armed} accounts were armed`)
  const work = `${SLEEPING.toLocaleString("en")} sleeping accounts × 10 tripwires`
  return [
    {
      of: "from the start of a process until ready, beside a start without them",
      work,
      figure: rounded(withAll),
      unit: "s",
      limit: rounded(without),
      ratio: rounded(withAll / without),
      aim: { of: "figure", is: "atMost", value: 3 }
    },
    { of: "of that, for arming them", work, figure: rounded(withAll - without), unit: "s" }
  ]
}

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const product = await startLoadProduct({ symbols: SYMBOLS, ticksPerSecond: SYMBOLS * 5 })
  try {
    return [...(await killUnderLoad(product)), ...(await startWithSleeping(product))]
  } finally {
    await product.stop()
  }
}
