/** Preferences: how a person likes the page, kept for them so that it is the same on their next device. The server reads none of it. */
import { Schema } from "effect"
import { plainText } from "#contract/Wire.ts"

export const PREFERENCES_MAX = 100
const PREFERENCE_LENGTH_MAX = 32_768
/** Of all together: with what JSON adds it fits into a request. */
export const PREFERENCES_LENGTH_MAX = 40_000

const Name = Schema.String.check(Schema.isPattern(/^[a-zA-Z][a-zA-Z0-9.]{0,63}$/u, { expected: "letters, digits and dots" }))

export const PreferenceEntries = Schema.Record(Name, plainText(0, PREFERENCE_LENGTH_MAX))
  .check(Schema.isMaxProperties(PREFERENCES_MAX))
  .check(
    Schema.makeFilter(
      (entries: Readonly<Record<string, string>>) =>
        Object.values(entries).reduce((length, text) => length + text.length, 0) <= PREFERENCES_LENGTH_MAX,
      { expected: `at most ${PREFERENCES_LENGTH_MAX} characters in all` }
    )
  )
  .annotate({ description: `Text by name, as the page wrote it; at most ${PREFERENCES_LENGTH_MAX} characters in all` })
export type PreferenceEntries = typeof PreferenceEntries.Type

const Version = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2_147_483_647 })).annotate({
  description: "Counts the changes; 0 before the first"
})

export const Preferences = Schema.Struct({ version: Version, entries: PreferenceEntries }).annotate({
  identifier: "Preferences",
  examples: [{ version: 3, entries: { theme: '"dark"', "chart.type": '"candles"' } }]
})
export interface Preferences extends Schema.Schema.Type<typeof Preferences> {}

export const PreferencesVersion = Schema.Struct({ version: Version }).annotate({ identifier: "PreferencesVersion" })
