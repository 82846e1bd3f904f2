/** Configurations: the configuration in force on this node, and the only way to change it. */
import type { Origin } from "#actors/account/AccountCommand.ts"
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { Context, Schema, type Effect } from "effect"

/** One change; journaled whole, so that every version can be rebuilt. */
export type ConfigurationChange =
  | { readonly kind: "instrument"; readonly instrument: Instrument }
  | { readonly kind: "group"; readonly group: AccountGroup }
  | { readonly kind: "halt"; readonly halted: boolean }

/** The database did not answer; nothing is known to have changed. */
export class ConfigurationUnavailable extends Schema.TaggedError<ConfigurationUnavailable>()("ConfigurationUnavailable", {}) {}

export class Configurations extends Context.Service<
  Configurations,
  {
    /** Synchronous: decisions read it on the hot path. */
    readonly current: () => Configuration
    /** Journals the change and answers the new configuration once every decision on this node is taken under it. */
    readonly change: (change: ConfigurationChange, origin: Origin) => Effect.Effect<Configuration, ConfigurationUnavailable>
    /** Called after each change, whichever node made it. */
    readonly subscribe: (listener: (configuration: Configuration) => void) => () => void
  }
>()("actors/Configurations") {}
