/** A server with a bench's instruments, on a database that is there and an upstream that runs. Says errors alone. */
import { Effect, Layer, Logger, Redacted } from "effect"
import { Configurations } from "#actors/Configurations.ts"
import { makeDatabase } from "#db/Database.ts"
import { makePgConfigurations } from "#db/PgConfigurations.ts"
import { ensureServerBuilt } from "#dev/serverBuild.ts"
import { type TestProgram, type TestServer, startTestServer } from "#dev/TestServer.ts"
import type { Configuration } from "#domain/Configuration.ts"

export const startBenchServer = async (options: {
  readonly databaseUrl: string
  readonly upstream: { readonly wsUrl: string; readonly restUrl: string }
  readonly configuration: Configuration
  readonly program?: TestProgram
}): Promise<TestServer> => {
  const { configuration, databaseUrl, program, upstream } = options
  if (program === undefined) await ensureServerBuilt()
  const configured = makePgConfigurations(configuration).pipe(Layer.provide(makeDatabase(Redacted.make(databaseUrl))))
  await Effect.runPromise(Effect.scoped(Configurations.pipe(Effect.provide(configured), Effect.provide(Logger.layer([])))))
  return startTestServer(
    {
      LOG_LEVEL: "error",
      DATABASE_URL: databaseUrl,
      TWELVEDATA_API_KEY: "bench",
      TWELVEDATA_WS_URL: upstream.wsUrl,
      TWELVEDATA_REST_URL: upstream.restUrl,
      MD_WS_SYMBOLS_MAX: String(Object.keys(configuration.instruments).length)
    },
    program
  )
}
