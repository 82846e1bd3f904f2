/**
 * AccountEventCodec: events as the journal keeps them, and the hash that chains them.
 *
 * The hash covers the very text that is stored, the sequence and the hash before it, so an altered, missing or moved row breaks the chain
 * at that row.
 */
import { AccountEvent } from "#actors/account/AccountEvent.ts"
import { jsonText, objectText } from "#actors/account/jsonText.ts"
import { Schema } from "effect"
import { hash as digest } from "node:crypto"

/** Version of the events' schema that this program writes. Reads all versions up to it; a newer one is refused, not guessed. */
export const EVENT_SCHEMA_VERSION = 1

const decode = Schema.decodeUnknownSync(AccountEvent)

/** `textOf` may know some of its parts already. */
export const encodeAccountEvent = (event: AccountEvent, textOf: (part: unknown) => string = jsonText): string => objectText(event, textOf)

/** Throws a SchemaError on anything that is not an event of a known version. */
export const decodeAccountEvent = (data: string): AccountEvent => decode(JSON.parse(data))

/** Hash of an event and of all before it; `previous` is "" before the first. */
export const chainHash = (previous: string, sequence: number, data: string): string =>
  digest("sha256", `${previous}\n${sequence}\n${data}`, "hex")
