/** The server: reads its settings and puts the layers together. The only place that does. */
import "#server/collector.ts"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer, Logger, References, Runtime } from "effect"
import type { Accounts } from "#actors/account/AccountProtocol.ts"
import type { Symbols } from "#actors/symbol/Symbols.ts"
import { AuditTrail } from "#db/AuditTrail.ts"
import { makeDatabase } from "#db/Database.ts"
import { EmailLinks } from "#db/EmailLinks.ts"
import { FundingConditionsStore } from "#db/FundingConditionsStore.ts"
import { FundingRequests } from "#db/FundingRequests.ts"
import { PreferenceStore } from "#db/PreferenceStore.ts"
import { PgAccountReads } from "#db/PgAccountReads.ts"
import { PgTradingClock } from "#db/PgTradingClock.ts"
import { SecondFactors } from "#db/SecondFactors.ts"
import { Changes } from "#db/Changes.ts"
import { Impersonations } from "#db/Impersonations.ts"
import { ServiceKeys } from "#db/ServiceKeys.ts"
import { ServiceRequests } from "#db/ServiceRequests.ts"
import { Sessions } from "#db/Sessions.ts"
import { SignInTries } from "#db/SignInTries.ts"
import { Users } from "#db/Users.ts"
import { WebhookEndpoints } from "#db/WebhookEndpoints.ts"
import { WebhookQueue } from "#db/WebhookQueue.ts"
import { makeActors } from "#server/Actors.ts"
import { Readiness } from "#server/api/Readiness.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { Credentials } from "#server/auth/Credentials.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { FirstAccount } from "#server/auth/FirstAccount.ts"
import { GuessLimit } from "#server/auth/GuessLimit.ts"
import { PasswordHashes } from "#server/auth/PasswordHashes.ts"
import { seedDemoUsers } from "#server/auth/seedDemoUsers.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { SignIn } from "#server/auth/SignIn.ts"
import { TwoFactor } from "#server/auth/TwoFactor.ts"
import { AppConfig } from "#server/Config.ts"
import type { Configuration } from "#server/settings.ts"
import { seedDemoServiceKey, ServiceCredentials } from "#server/crm/ServiceCredentials.ts"
import { ServiceTokens } from "#server/crm/ServiceTokens.ts"
import { Funding } from "#server/funding/Funding.ts"
import { SsoTokens } from "#server/sso/SsoTokens.ts"
import { makeHttp } from "#server/Http.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { KycWithdrawalGate } from "#server/kyc/KycGate.ts"
import { layerKyc } from "#server/kyc/layerKyc.ts"
import { Mailer } from "#server/mail/Mailer.ts"
import { WebhookDelivery } from "#server/webhooks/WebhookDelivery.ts"
import { WebhookDesk } from "#server/webhooks/WebhookDesk.ts"
import { WebhookSender } from "#server/webhooks/WebhookSender.ts"

const identity = Layer.mergeAll(SignIn.layer, Credentials.layer, ServiceCredentials.layer).pipe(
  Layer.provideMerge(
    Layer.mergeAll(
      FirstAccount.layer,
      ActiveSessions.layer,
      EmailTokens.layer,
      GuessLimit.layer,
      TwoFactor.layer,
      ServiceTokens.layer,
      SsoTokens.layer
    )
  ),
  Layer.provideMerge(Layer.mergeAll(PasswordHashes.layer, AccountDirectory.layer, RateLimits.layer, ServerKeys.layer, Mailer.layer)),
  Layer.provideMerge(
    Layer.mergeAll(
      Users.layer,
      Sessions.layer,
      EmailLinks.layer,
      SecondFactors.layer,
      PreferenceStore.layer,
      SignInTries.layer,
      AuditTrail.layer,
      ServiceKeys.layer,
      ServiceRequests.layer,
      Changes.layer,
      Impersonations.layer
    )
  ),
  Layer.provide(NodeCrypto.layer)
)

const funding = Funding.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(FundingRequests.layer, FundingConditionsStore.layer, KycWithdrawalGate))
)

const webhooks = Layer.merge(WebhookDesk.layer, WebhookDelivery).pipe(
  Layer.provideMerge(Layer.mergeAll(WebhookSender.layer, WebhookEndpoints.layer, WebhookQueue.layer))
)

const logging = (config: Configuration) =>
  Layer.mergeAll(
    Logger.layer([config.logFormat === "json" ? Logger.consoleJson : Logger.consolePretty()]),
    Layer.succeed(References.MinimumLogLevel, LOG_LEVELS[config.logLevel]),
    // nobody collects spans: metrics and request ids tell what happened, and a span for each step of each request costs more than most steps
    Layer.succeed(References.TracerEnabled, false)
  )

const LOG_LEVELS = { trace: "Trace", debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

/** `beside` runs in the same process and sees its actors: a load on them, for one. */
export const makeServer = <E = never>(beside: Layer.Layer<never, E, Accounts | Symbols> = Layer.empty) =>
  Layer.unwrap(
    Effect.map(AppConfig, (config) => {
      // before the port opens: who sees the server may sign in
      const demo = config.demoAccounts ? Layer.effectDiscard(Effect.andThen(seedDemoUsers, seedDemoServiceKey)) : Layer.empty
      return Layer.merge(makeHttp(config), beside).pipe(
        Layer.provide(demo),
        Layer.provide(Readiness.layer),
        Layer.provide(funding),
        Layer.provide(layerKyc(config)),
        Layer.provide(webhooks),
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

export const runServer = <E, A>(server: Layer.Layer<A, E>): void =>
  NodeRuntime.runMain(Layer.launch(server), {
    teardown: (exit, onExit) => Runtime.defaultTeardown(exit, (code) => onExit(code === INTERRUPTED ? 0 : code))
  })

if (import.meta.main) runServer(makeServer())
