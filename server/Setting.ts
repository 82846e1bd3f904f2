/** Setting: what the declaration of an environment variable is, and the kinds of values that there are. */
import { Redacted, Result, Schema, SchemaTransformation } from "effect"
import { isIP } from "node:net"

export type SettingGroup = "Server" | "Database" | "Market data" | "Accounts" | "CRM" | "Mail" | "Documents" | "Cluster"

export interface Setting<A> {
  readonly variable: string
  readonly group: SettingGroup
  /** What it does, in a sentence for operators. */
  readonly description: string
  /** What a right value looks like: completes "expected …". */
  readonly expected: string
  /** As written in the environment; `<PORT>` stands for the port. Absent when the product cannot guess. */
  readonly default?: string
  readonly defaultInProduction?: string
  readonly requiredInProduction?: boolean
  /** A secret is Redacted in memory and never repeated in a message. */
  readonly secret?: boolean
  readonly decode: (text: string) => Result.Result<A, unknown>
}

type Declaration = Omit<Setting<unknown>, "decode">

export const setting = <A>(codec: Schema.Codec<A, string>, declaration: Declaration): Setting<A> => ({
  ...declaration,
  decode: Schema.decodeUnknownResult(codec)
})

export const secret = (codec: Schema.Codec<string, string>, declaration: Omit<Declaration, "secret">): Setting<Redacted.Redacted> => ({
  ...declaration,
  secret: true,
  decode: (text) => Result.map(Schema.decodeUnknownResult(codec)(text), (value) => Redacted.make(value))
})

const wholeNumber = (minimum: number, maximum: number) =>
  Schema.String.check(Schema.isPattern(/^\d{1,9}$/)).pipe(
    Schema.decodeTo(Schema.Int.check(Schema.isBetween({ minimum, maximum })), SchemaTransformation.numberFromString)
  )

export const isNetwork = (text: string): boolean => {
  const [address = "", bits, ...rest] = text.split("/")
  const version = isIP(address)
  return (
    version !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  )
}

type Ranged = Omit<Declaration, "expected"> & { readonly min: number; readonly max: number }

export const count = ({ max, min, ...declaration }: Ranged): Setting<number> =>
  setting(wholeNumber(min, max), { ...declaration, expected: `a whole number from ${min} to ${max}` })

export const milliseconds = ({ max, min, ...declaration }: Ranged): Setting<number> =>
  setting(wholeNumber(min, max), { ...declaration, expected: `milliseconds from ${min} to ${max}` })

export const port = (declaration: Omit<Declaration, "expected">): Setting<number> =>
  setting(wholeNumber(1, 65_535), { ...declaration, expected: "a port number" })

export const urlOf = (...protocols: ReadonlyArray<string>) =>
  Schema.String.check(Schema.makeFilter((text) => protocols.includes(URL.parse(text)?.protocol ?? "")))

/** Normalized as browsers send it: without the scheme's own port. */
export const origin = urlOf("http:", "https:")
  .check(Schema.isPattern(/^https?:\/\/[^/?#@]+$/))
  .pipe(Schema.decodeTo(Schema.String, SchemaTransformation.transform({ decode: (text) => new URL(text).origin, encode: (text) => text })))

/** Addresses and networks such as 10.0.0.0/8, separated by commas; none when empty. */
export const networks = Schema.String.check(
  Schema.makeFilter((text) => text === "" || text.split(",").every((part) => isNetwork(part.trim())))
).pipe(
  Schema.decodeTo(
    Schema.Array(Schema.String),
    SchemaTransformation.transform({
      decode: (text): ReadonlyArray<string> => (text === "" ? [] : text.split(",").map((part) => part.trim())),
      encode: (parts) => parts.join(",")
    })
  )
)

/** Some of `words`, separated by commas, or the word none: an empty variable counts as unset. */
export const someOf = <const Word extends string>(words: ReadonlyArray<Word>) => {
  const known: ReadonlyArray<string> = words
  return Schema.String.check(
    Schema.makeFilter((text) => text === "none" || text.split(",").every((part) => known.includes(part.trim())))
  ).pipe(
    Schema.decodeTo(
      Schema.Array(Schema.Literals(words)),
      SchemaTransformation.transform({
        decode: (text): ReadonlyArray<Word> => words.filter((word) => text.split(",").some((part) => part.trim() === word)),
        encode: (parts: ReadonlyArray<Word>) => parts.join(",")
      })
    )
  )
}

export const trueOrFalse = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({
      decode: (text) => text === "true",
      encode: (value) => (value ? ("true" as const) : ("false" as const))
    })
  )
)
