/**
 * Every environment variable that the product reads, declared once: the server is composed from `AppConfig`, and `.env.example` is
 * generated from `settings`.
 *
 * A wrong or missing value is named in one line on stderr (`PORT: expected a port number, got "abc"`) and ends the process with exit code
 * 78 (EX_CONFIG), which a supervisor should not retry.
 */
import { Config, Context, Data, Effect, Layer, Option, Redacted, Result, Runtime, Schema, SchemaTransformation } from "effect"
import { isIP } from "node:net"
import { CONFIGURATION_EXIT_CODE } from "#server/ExitCode.ts"

const DEFAULT_PORT = "8080"
/** Default of SESSION_SECRET; refused in production. */
const DEVELOPMENT_SESSION_SECRET = "for development only, known to everybody"
/** The key that `npm start` gives to the simulator; refused in production. */
const SIMULATOR_API_KEY = "demo"

export type SettingGroup = "Server" | "Database" | "Market data" | "Accounts" | "Mail" | "Cluster"

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

const setting = <A>(codec: Schema.Codec<A, string>, declaration: Declaration): Setting<A> => ({
  ...declaration,
  decode: Schema.decodeUnknownResult(codec)
})

const secret = (codec: Schema.Codec<string, string>, declaration: Omit<Declaration, "secret">): Setting<Redacted.Redacted> => ({
  ...declaration,
  secret: true,
  decode: (text) => Result.map(Schema.decodeUnknownResult(codec)(text), (value) => Redacted.make(value))
})

const wholeNumber = (minimum: number, maximum: number) =>
  Schema.String.check(Schema.isPattern(/^\d{1,9}$/)).pipe(
    Schema.decodeTo(Schema.Int.check(Schema.isBetween({ minimum, maximum })), SchemaTransformation.numberFromString)
  )

const isNetwork = (text: string): boolean => {
  const [address = "", bits, ...rest] = text.split("/")
  const version = isIP(address)
  return (
    version !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  )
}

type Ranged = Omit<Declaration, "expected"> & { readonly min: number; readonly max: number }

const count = ({ max, min, ...declaration }: Ranged): Setting<number> =>
  setting(wholeNumber(min, max), { ...declaration, expected: `a whole number from ${min} to ${max}` })

const milliseconds = ({ max, min, ...declaration }: Ranged): Setting<number> =>
  setting(wholeNumber(min, max), { ...declaration, expected: `milliseconds from ${min} to ${max}` })

const port = (declaration: Omit<Declaration, "expected">): Setting<number> =>
  setting(wholeNumber(1, 65_535), { ...declaration, expected: "a port number" })

const urlOf = (...protocols: ReadonlyArray<string>) =>
  Schema.String.check(Schema.makeFilter((text) => protocols.includes(URL.parse(text)?.protocol ?? "")))

/** Normalized as browsers send it: without the scheme's own port. */
const origin = urlOf("http:", "https:")
  .check(Schema.isPattern(/^https?:\/\/[^/?#@]+$/))
  .pipe(Schema.decodeTo(Schema.String, SchemaTransformation.transform({ decode: (text) => new URL(text).origin, encode: (text) => text })))

/** Addresses and networks such as 10.0.0.0/8, separated by commas; none when empty. */
const networks = Schema.String.check(
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

const trueOrFalse = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({
      decode: (text) => text === "true",
      encode: (value) => (value ? ("true" as const) : ("false" as const))
    })
  )
)

/** Name in code → declaration. The order is that of `.env.example`. */
export const settings = {
  environment: setting(Schema.Literals(["development", "test", "production"]), {
    variable: "NODE_ENV",
    group: "Server",
    description: "In production there are no demo accounts, no simulator, no embedded database and no default secrets.",
    expected: "development, test or production",
    default: "development"
  }),
  host: setting(Schema.NonEmptyString, {
    variable: "HOST",
    group: "Server",
    description: "Address to listen on; 0.0.0.0 for every interface, as in a container.",
    expected: "a host name or an IP address",
    default: "127.0.0.1"
  }),
  port: port({
    variable: "PORT",
    group: "Server",
    description: "One port for the web app, the API and the WebSocket.",
    default: DEFAULT_PORT
  }),
  publicOrigin: setting(origin, {
    variable: "PUBLIC_ORIGIN",
    group: "Server",
    description:
      "Where browsers reach the product; links and the checks against foreign origins are made from it. Plain http only on loopback.",
    expected: "an origin such as https://trade.example.com, without a path",
    default: "http://localhost:<PORT>",
    requiredInProduction: true
  }),
  trustedProxies: setting(networks, {
    variable: "TRUSTED_PROXIES",
    group: "Server",
    description:
      "Proxies in front of the product, whose X-Forwarded-For and X-Forwarded-Proto are believed. Behind them plain http is sent on to https when PUBLIC_ORIGIN is https.",
    expected: "addresses or networks separated by commas, such as 10.0.0.0/8,192.0.2.7",
    default: ""
  }),
  sessionSecret: secret(Schema.String.check(Schema.isMinLength(32), Schema.isMaxLength(1024)), {
    variable: "SESSION_SECRET",
    group: "Server",
    description: "Key for what the server signs itself; make one with `openssl rand -base64 48`.",
    expected: "at least 32 characters",
    default: DEVELOPMENT_SESSION_SECRET,
    requiredInProduction: true
  }),
  logLevel: setting(Schema.Literals(["trace", "debug", "info", "warn", "error"]), {
    variable: "LOG_LEVEL",
    group: "Server",
    description: "The least severe lines that are logged.",
    expected: "trace, debug, info, warn or error",
    default: "info"
  }),
  logFormat: setting(Schema.Literals(["json", "pretty"]), {
    variable: "LOG_FORMAT",
    group: "Server",
    description: "One JSON object a line, or lines for people.",
    expected: "json or pretty",
    default: "pretty",
    defaultInProduction: "json"
  }),
  databaseUrl: secret(urlOf("postgres:", "postgresql:"), {
    variable: "DATABASE_URL",
    group: "Database",
    description:
      "PostgreSQL 14 or newer, a direct connection rather than a transaction pooler. Unset, `npm start` runs its own under .data/.",
    expected: "a PostgreSQL URL such as postgres://user:password@host:5432/database"
  }),
  twelveDataApiKey: secret(Schema.NonEmptyString, {
    variable: "TWELVEDATA_API_KEY",
    group: "Market data",
    description: "Key of a Twelve Data plan with WebSocket access. Unset, `npm start` runs the simulator.",
    expected: "a Twelve Data API key"
  }),
  twelveDataWsUrl: setting(urlOf("ws:", "wss:"), {
    variable: "TWELVEDATA_WS_URL",
    group: "Market data",
    description: "The price stream.",
    expected: "a ws:// or wss:// URL",
    default: "wss://ws.twelvedata.com/v1/quotes/price"
  }),
  twelveDataRestUrl: setting(urlOf("http:", "https:"), {
    variable: "TWELVEDATA_REST_URL",
    group: "Market data",
    description: "The REST API, for candles and as the fallback of the price stream.",
    expected: "an http:// or https:// URL",
    default: "https://api.twelvedata.com"
  }),
  wsSymbolsMax: count({
    variable: "MD_WS_SYMBOLS_MAX",
    group: "Market data",
    description: "Symbols that the plan lets one price stream carry.",
    default: "100",
    min: 1,
    max: 10_000
  }),
  feedSilenceMillisMax: milliseconds({
    variable: "MD_SILENCE_MILLIS",
    group: "Market data",
    description: "Without any message for so long the price stream is taken for dead, and dialed again.",
    default: "25000",
    min: 1_000,
    max: 600_000
  }),
  quoteAgeMillisMax: milliseconds({
    variable: "QUOTE_AGE_MILLIS_MAX",
    group: "Market data",
    description:
      "A quote older than this is stale: nothing trades on it. For the instruments of a new installation; later each has its own.",
    default: "60000",
    min: 100,
    max: 3_600_000
  }),
  demoAccounts: setting(trueOrFalse, {
    variable: "DEMO_ACCOUNTS",
    group: "Accounts",
    description: "Make the demo client and the demo administrator with their published passwords. Refused in production.",
    expected: "true or false",
    default: "false"
  }),
  snapshotEveryEvents: count({
    variable: "SNAPSHOT_EVERY_EVENTS",
    group: "Accounts",
    description: "Events of an account between two snapshots: fewer make a restart quicker and writing slower.",
    default: "200",
    min: 1,
    max: 100_000
  }),
  emailVerification: setting(trueOrFalse, {
    variable: "EMAIL_VERIFICATION",
    group: "Mail",
    description: "New clients must open the link that is mailed to them before they sign in.",
    expected: "true or false",
    default: "false",
    defaultInProduction: "true"
  }),
  smtpUrl: secret(Schema.Union([Schema.Literal(""), urlOf("smtp:", "smtps:")]), {
    variable: "SMTP_URL",
    group: "Mail",
    description:
      "Where mails are handed over. Unset, they are not sent: outside production they can be read at /dev/mail. Required in production unless EMAIL_VERIFICATION is false.",
    expected: "an SMTP URL such as smtps://user:password@smtp.example.com:465",
    default: ""
  }),
  mailFrom: setting(Schema.String.check(Schema.isPattern(/^[^\r\n<>"]{0,100}<?[^\s<>"@]{1,64}@[^\s<>"@]{1,190}>?$/u)), {
    variable: "MAIL_FROM",
    group: "Mail",
    description: "Sender of all mails.",
    expected: "an address such as Keel <no-reply@trade.example.com>",
    default: "Keel <no-reply@keel.example>"
  }),
  runnerHost: setting(Schema.NonEmptyString, {
    variable: "RUNNER_HOST",
    group: "Cluster",
    description: "Address under which the other processes on the same database reach this one; keep it inside the private network.",
    expected: "a host name or an IP address",
    default: "127.0.0.1"
  }),
  runnerPort: port({
    variable: "RUNNER_PORT",
    group: "Cluster",
    description: "Port for the other processes; its own for each process of one host.",
    default: "34431"
  }),
  shardLockExpirationMillis: milliseconds({
    variable: "SHARD_LOCK_EXPIRATION_MILLIS",
    group: "Cluster",
    description: "A process that is silent for this long loses its accounts to the others.",
    default: "10000",
    min: 3_000,
    max: 600_000
  }),
  shardLockRefreshMillis: milliseconds({
    variable: "SHARD_LOCK_REFRESH_MILLIS",
    group: "Cluster",
    description: "How often a process renews its hold on its accounts; at most a third of SHARD_LOCK_EXPIRATION_MILLIS.",
    default: "2000",
    min: 100,
    max: 200_000
  }),
  assignmentsRefreshMillis: milliseconds({
    variable: "ASSIGNMENTS_REFRESH_MILLIS",
    group: "Cluster",
    description: "How often a process looks for others that came or went.",
    default: "1000",
    min: 100,
    max: 60_000
  }),
  runnerHealthCheckMillis: milliseconds({
    variable: "RUNNER_HEALTH_CHECK_MILLIS",
    group: "Cluster",
    description: "How often a process asks the others whether they live.",
    default: "2000",
    min: 100,
    max: 600_000
  }),
  messagePollMillis: milliseconds({
    variable: "MESSAGE_POLL_MILLIS",
    group: "Cluster",
    description: "How often a process looks for stored messages to its accounts.",
    default: "500",
    min: 50,
    max: 60_000
  }),
  residentAccountsMax: count({
    variable: "RESIDENT_ACCOUNTS_MAX",
    group: "Cluster",
    description: "Accounts that one process keeps in memory: at least four times as many as are expected.",
    default: "100000",
    min: 100,
    max: 10_000_000
  })
} as const

type Settings = typeof settings

/** The configuration by the names in `settings`. */
export type Configuration = { readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer A> ? A : never }

/** One line for each thing that is wrong. */
export class ConfigurationError extends Data.TaggedError("ConfigurationError")<{ readonly lines: ReadonlyArray<string> }> {
  override readonly [Runtime.errorExitCode] = CONFIGURATION_EXIT_CODE
  /** The lines are written where the error is made; a stack trace says nothing more. */
  override readonly [Runtime.errorReported] = false
  override get message(): string {
    return this.lines.join("\n")
  }
}

const isLoopback = (url: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(URL.parse(url)?.hostname ?? "")

/** What no single setting can see. */
const conflicts = (config: Configuration): ReadonlyArray<string> => {
  const production = config.environment === "production"
  return [
    production && config.demoAccounts && "DEMO_ACCOUNTS: must not be true when NODE_ENV is production",
    production &&
      Redacted.value(config.sessionSecret) === DEVELOPMENT_SESSION_SECRET &&
      "SESSION_SECRET: the development secret must not be used in production",
    production &&
      Redacted.value(config.twelveDataApiKey) === SIMULATOR_API_KEY &&
      "TWELVEDATA_API_KEY: the simulator's key must not be used in production",
    production &&
      config.publicOrigin.startsWith("http:") &&
      !isLoopback(config.publicOrigin) &&
      `PUBLIC_ORIGIN: expected https in production, got "${config.publicOrigin}"`,
    production &&
      config.emailVerification &&
      Redacted.value(config.smtpUrl) === "" &&
      "SMTP_URL: missing, expected an SMTP URL because EMAIL_VERIFICATION is true",
    config.shardLockRefreshMillis * 3 > config.shardLockExpirationMillis &&
      `SHARD_LOCK_REFRESH_MILLIS: expected at most a third of SHARD_LOCK_EXPIRATION_MILLIS, got ${config.shardLockRefreshMillis} of ${config.shardLockExpirationMillis}`
  ].filter((line) => line !== false)
}

/** The port to put into other defaults; a wrong one is reported once, as the port's own. */
const portText = (texts: ReadonlyMap<string, string>): string => {
  const text = texts.get(settings.port.variable) ?? DEFAULT_PORT
  return Result.isSuccess(settings.port.decode(text)) ? text : DEFAULT_PORT
}

/** The value of one setting, or the line that says what is wrong with it. */
const valueOf = (setting: Setting<unknown>, texts: ReadonlyMap<string, string>): Result.Result<unknown, string> => {
  const production = texts.get(settings.environment.variable) === "production"
  const fallback = production
    ? (setting.defaultInProduction ?? (setting.requiredInProduction ? undefined : setting.default))
    : setting.default
  const text = texts.get(setting.variable) ?? fallback?.replace("<PORT>", portText(texts))
  if (text === undefined) return Result.fail(`${setting.variable}: missing, expected ${setting.expected}`)
  const shown = setting.secret ? "a value that is not shown" : JSON.stringify(text)
  return Result.mapError(setting.decode(text), () => `${setting.variable}: expected ${setting.expected}, got ${shown}`)
}

/** The configuration that `texts` (variable → text) describes, or everything that is wrong with it. */
const configurationOf = (texts: ReadonlyMap<string, string>): Result.Result<Configuration, ConfigurationError> => {
  const lines: Array<string> = []
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries<Setting<unknown>>(settings)) {
    Result.match(valueOf(setting, texts), {
      onFailure: (line) => lines.push(line),
      onSuccess: (value) => (values[name] = value)
    })
  }
  if (lines.length > 0) return Result.fail(new ConfigurationError({ lines }))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name holds what its own setting decoded
  const configuration = values as Configuration
  const found = conflicts(configuration)
  return found.length > 0 ? Result.fail(new ConfigurationError({ lines: found })) : Result.succeed(configuration)
}

/** Reads every setting from the ConfigProvider; an empty variable counts as unset. */
export const readConfiguration: Effect.Effect<Configuration, ConfigurationError> = Effect.gen(function* () {
  const texts = new Map<string, string>()
  for (const { variable } of Object.values<Setting<unknown>>(settings)) {
    const text = yield* Config.option(Config.String(variable)).pipe(
      Effect.mapError((error) => new ConfigurationError({ lines: [`${variable}: ${error.message}`] }))
    )
    if (Option.isSome(text)) texts.set(variable, text.value)
  }
  return yield* Effect.fromResult(configurationOf(texts))
})

/** The configuration, read once at the start. */
export class AppConfig extends Context.Service<AppConfig, Configuration>()("server/AppConfig") {
  static readonly layer: Layer.Layer<AppConfig, ConfigurationError> = Layer.effect(
    AppConfig,
    Effect.tapError(readConfiguration, (error) => Effect.sync(() => process.stderr.write(`${error.message}\n`)))
  )
}
