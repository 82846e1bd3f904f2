/** onDatabase: a PostgreSQL of a test file's own and services on it, from before its first test until after its last. */
import { makeDatabase } from "#db/Database.ts"
import { startEphemeralPostgres, type EmbeddedPostgres } from "#db/EmbeddedPostgres.ts"
import { type Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { afterAll, beforeAll } from "vitest"

type Database = Layer.Success<ReturnType<typeof makeDatabase>>

export const onDatabase = <Services, E>(services: Layer.Layer<Services, E, Database>) => {
  let postgres: EmbeddedPostgres
  const makeRuntime = () => ManagedRuntime.make(services.pipe(Layer.provideMerge(makeDatabase(Redacted.make(postgres.url)))))
  let runtime: ReturnType<typeof makeRuntime>
  beforeAll(async () => {
    postgres = await startEphemeralPostgres()
    runtime = makeRuntime()
  })
  afterAll(async () => {
    await runtime.dispose()
    await postgres.stop()
  })
  return {
    run: <A, Failure>(effect: Effect.Effect<A, Failure, Services | Database>): Promise<A> => runtime.runPromise(effect),
    postgresPid: (): number => postgres.pid
  }
}
