/** Actors: accounts, symbols and the feed of this node, standing on the journal and the cluster. */
import { makeAccountActors } from "#actors/account/AccountActor.ts"
import { AccountClient } from "#actors/account/AccountClient.ts"
import { AccountGuard } from "#actors/account/AccountGuard.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { makeFeedActor, QuoteRelay } from "#actors/feed/FeedActor.ts"
import { layerTwelveDataFeed } from "#actors/feed/TwelveDataFeed.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { makePgConfigurations } from "#db/PgConfigurations.ts"
import { PgExposedAccounts } from "#db/PgExposedAccounts.ts"
import { PgJournal } from "#db/PgJournal.ts"
import { PgSnapshots } from "#db/PgSnapshots.ts"
import { DECIMAL_DIGITS } from "#domain/Decimal.ts"
import { makeCluster } from "#server/Cluster.ts"
import type { Configuration } from "#server/Config.ts"
import { Effect, Layer } from "effect"

const feed = (config: Configuration) =>
  Layer.unwrap(
    Effect.map(Configurations, (configurations) =>
      layerTwelveDataFeed({
        config: {
          apiKey: config.twelveDataApiKey,
          wsUrl: config.twelveDataWsUrl,
          restUrl: config.twelveDataRestUrl,
          symbolsMax: config.wsSymbolsMax
        },
        syntheticSpread: (symbol) => {
          const instrument = configurations.current().instruments[symbol]
          return instrument === undefined ? 0n : BigInt(instrument.spreadPoints) * 10n ** BigInt(DECIMAL_DIGITS - instrument.digits)
        }
      })
    )
  )

/** Needs the database. */
export const makeActors = (config: Configuration) => {
  const stores = Layer.mergeAll(PgJournal, PgSnapshots, PgExposedAccounts, makePgConfigurations(defaultConfiguration))
  const entities = Layer.mergeAll(makeAccountActors({ snapshotEveryEvents: config.snapshotEveryEvents }), makeFeedActor(feed(config)))
  return Layer.mergeAll(AccountGuard.layer, QuoteRelay.layer).pipe(
    Layer.provideMerge(AccountClient),
    Layer.provideMerge(entities),
    Layer.provideMerge(WakeUps.layer),
    Layer.provideMerge(SymbolActors),
    Layer.provideMerge(stores),
    Layer.provideMerge(makeCluster(config))
  )
}
