/**
 * AccountStateCodec: an account's state as bytes, for snapshots and for watchers on other nodes.
 *
 * V8's structured serialization keeps bigints, maps and sets as they are and reads everything that older versions wrote.
 */
import type { AccountState } from "#actors/account/AccountState.ts"
import { Schema, SchemaTransformation } from "effect"
import { deserialize, serialize } from "node:v8"

export const encodeAccountState = (state: AccountState): Uint8Array => serialize(state)
export const decodeAccountState = (bytes: Uint8Array): AccountState => deserialize(bytes)

const isAccountState = (value: unknown): value is AccountState =>
  typeof value === "object" && value !== null && "accountId" in value && "positions" in value && value.positions instanceof Map

/** For RPCs between nodes of one cluster, which run the same program. */
export const AccountStateFromBytes = Schema.Uint8Array.pipe(
  Schema.decodeTo(
    Schema.declare(isAccountState),
    SchemaTransformation.transform({ decode: decodeAccountState, encode: encodeAccountState })
  )
)
