/** The server: reads its settings and puts the layers together. The only place that does. */
import { NodeCrypto, NodeRuntime } from "@effect/platform-node"
import { Effect, Layer, Logger, References, Runtime } from "effect"
import { AuditTrail } from "#db/AuditTrail.ts"
import { makeDatabase } from "#db/Database.ts"
import { EmailLinks } from "#db/EmailLinks.ts"
import { FundingConditionsStore } from "#db/FundingConditionsStore.ts"
import { FundingRequests } from "#db/FundingRequests.ts"
import { PgAccountReads } from "#db/PgAccountReads.ts"
import { PgTradingClock } from "#db/PgTradingClock.ts"
import { SecondFactors } from "#db/SecondFactors.ts"
import { ServiceKeys } from "#db/ServiceKeys.ts"
import { Sessions } from "#db/Sessions.ts"
import { Users } from "#db/Users.ts"
import { makeActors } from "#server/Actors.ts"
import { Readiness } from "#server/api/Readiness.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { Credentials } from "#server/auth/Credentials.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { FirstAccount } from "#server/auth/FirstAccount.ts"
import { PasswordHashes } from "#server/auth/PasswordHashes.ts"
import { seedDemoUsers } from "#server/auth/seedDemoUsers.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { SignIn } from "#server/auth/SignIn.ts"
import { TwoFactor } from "#server/auth/TwoFactor.ts"
import { AppConfig, type Configuration } from "#server/Config.ts"
import { seedDemoServiceKey, ServiceCredentials } from "#server/crm/ServiceCredentials.ts"
import { ServiceTokens } from "#server/crm/ServiceTokens.ts"
import { Funding } from "#server/funding/Funding.ts"
import { WithdrawalGate } from "#server/funding/WithdrawalGate.ts"
import { makeHttp } from "#server/Http.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Mailer } from "#server/mail/Mailer.ts"

const identity = Layer.mergeAll(SignIn.layer, Credentials.layer, ServiceCredentials.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(FirstAccount.layer, ActiveSessions.layer, EmailTokens.layer, TwoFactor.layer, ServiceTokens.layer)),
  Layer.provideMerge(Layer.mergeAll(PasswordHashes.layer, AccountDirectory.layer, RateLimits.layer, ServerKeys.layer, Mailer.layer)),
  Layer.provideMerge(
    Layer.mergeAll(Users.layer, Sessions.layer, EmailLinks.layer, SecondFactors.layer, AuditTrail.layer, ServiceKeys.layer)
  ),
  Layer.provide(NodeCrypto.layer)
)

const funding = Funding.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(FundingRequests.layer, FundingConditionsStore.layer, WithdrawalGate.open))
)

const logging = (config: Configuration) =>
  Layer.mergeAll(
    Logger.layer([config.logFormat === "json" ? Logger.consoleJson : Logger.consolePretty()]),
    Layer.succeed(References.MinimumLogLevel, LOG_LEVELS[config.logLevel])
  )

const LOG_LEVELS = { trace: "Trace", debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

const server = Layer.unwrap(
  Effect.map(AppConfig, (config) => {
    // before the port opens: who sees the server may sign in
    const demo = config.demoAccounts ? Layer.effectDiscard(Effect.andThen(seedDemoUsers, seedDemoServiceKey)) : Layer.empty
    return makeHttp(config).pipe(
      Layer.provide(demo),
      Layer.provide(Readiness.layer),
      Layer.provide(funding),
      Layer.provide(identity),
      Layer.provide(makeActors(config)),
      Layer.provide(PgAccountReads),
      Layer.provide(config.environment === "production" ? Layer.empty : PgTradingClock),
      Layer.provide(makeDatabase(config.databaseUrl)),
      // last, so that nothing below has put a logger of its own in
      Layer.provide(logging(config))
    )
  })
).pipe(Layer.provide(AppConfig.layer))

/** A stop that was asked for is no failure, whatever the shell's convention for signals says. */
const INTERRUPTED = 130

NodeRuntime.runMain(Layer.launch(server), {
  teardown: (exit, onExit) => Runtime.defaultTeardown(exit, (code) => onExit(code === INTERRUPTED ? 0 : code))
})
