/**
 * The golden corpus: one recorded event of each kind and version. Once written it never changes: whatever the program becomes, it reads these.
 *
 * A new kind of event gets a file of its own; the test says which is missing. Existing files are never edited.
 */
import { Schema } from "effect"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { AccountEvent, type AccountEventTag } from "#actors/account/AccountEvent.ts"
import { encodeAccountEvent } from "#actors/account/AccountEventCodec.ts"
import { initialAccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { goldenEvents } from "#actors/account/golden/goldenEvents.ts"

const FOLDER = `${import.meta.dirname}/golden/v1`
const decode = Schema.decodeUnknownSync(AccountEvent)
const encode = Schema.encodeSync(AccountEvent)
const read = (file: string): unknown => JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8"))
const files = readdirSync(FOLDER).toSorted()

/** Records what is missing, never what is there: run with KEEL_RECORD_GOLDEN=1 after adding a kind of event. */
if (process.env["KEEL_RECORD_GOLDEN"] === "1") {
  for (const event of goldenEvents) {
    const path = `${FOLDER}/${event._tag}.json`
    if (!existsSync(path)) writeFileSync(path, `${JSON.stringify(encode(event), null, 2)}\n`)
  }
}

describe("events once written are readable for ever", () => {
  it.each(files)("%s decodes, is written back as it was, and evolves an account", (file) => {
    const recorded = read(file)
    const event = decode(recorded)
    expect(event._tag).toBe(file.replace(".json", ""))
    expect(encode(event)).toEqual(recorded)
    expect(JSON.parse(encodeAccountEvent(event))).toEqual(recorded)
    expect(evolve(initialAccountState, event).lastEventAt).toBe(event.at)
  })

  it("there is one for each kind of event", () => {
    const kinds: ReadonlyArray<AccountEventTag> = Object.values(AccountEvent.cases).map((each) => each.fields._tag.schema.literal)
    expect(files).toEqual(kinds.map((kind) => `${kind}.json`).toSorted())
  })

  it("decode to what they were when they were written", () => {
    for (const event of goldenEvents) expect(decode(read(`${event._tag}.json`))).toEqual(event)
  })

  it("what is not one of them is refused", () => {
    expect(() => decode({ _tag: "OrderExpired", at: 1 })).toThrow("orderId")
    expect(() => decode({ _tag: "OrderVanished", at: 1 })).toThrow("Expected")
  })
})
