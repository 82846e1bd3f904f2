/** ExposedAccounts: the accounts with an open position or a pending order. Every one of them must be armed on the node that owns it. */
import { Context, type Effect, Schema } from "effect"

export class ExposedAccountsUnavailable extends Schema.TaggedError<ExposedAccountsUnavailable>()("ExposedAccountsUnavailable", {
  cause: Schema.String
}) {}

export class ExposedAccounts extends Context.Service<
  ExposedAccounts,
  { readonly list: Effect.Effect<ReadonlyArray<string>, ExposedAccountsUnavailable> }
>()("actors/ExposedAccounts") {}
