import { ConfigProvider, Effect, Redacted, Result } from "effect"
import { describe, expect, it } from "vitest"
import { readConfiguration } from "#server/Config.ts"
import type { Configuration } from "#server/settings.ts"

const development = { DATABASE_URL: "postgres://app:pw@127.0.0.1:5432/app", TWELVEDATA_API_KEY: "demo" }
const production = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://app:pw@db:5432/app",
  TWELVEDATA_API_KEY: "0123456789abcdef",
  PUBLIC_ORIGIN: "https://trade.example.com",
  SESSION_SECRET: "x".repeat(48),
  SMTP_URL: "smtps://user:pw@smtp.example.com:465",
  S3_ENDPOINT: "https://s3.eu-central-1.amazonaws.com",
  S3_ACCESS_KEY_ID: "AKIAEXAMPLE",
  S3_SECRET_ACCESS_KEY: "a secret of the store"
}
const withoutStore = { S3_ENDPOINT: "", S3_ACCESS_KEY_ID: "", S3_SECRET_ACCESS_KEY: "" }

const read = (env: Record<string, string>) =>
  Effect.runSync(
    Effect.result(readConfiguration).pipe(Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env)))
  )

const configuration = (env: Record<string, string>): Configuration => Result.getOrThrow(read(env))

const lines = (env: Record<string, string>): ReadonlyArray<string> =>
  Result.match(read(env), { onFailure: (error) => error.lines, onSuccess: () => [] })

describe("the configuration", () => {
  it("needs nothing but a database and a key outside production", () => {
    expect(configuration(development)).toMatchObject({
      environment: "development",
      host: "127.0.0.1",
      port: 8080,
      publicOrigin: "http://localhost:8080",
      demoAccounts: false,
      logFormat: "pretty",
      shardLockExpirationMillis: 10_000
    })
  })

  it("follows the port in the default origin", () => {
    expect(configuration({ ...development, PORT: "9000" }).publicOrigin).toBe("http://localhost:9000")
    expect(configuration({ ...development, PORT: "80" }).publicOrigin).toBe("http://localhost")
  })

  it("takes an empty variable for an unset one", () => {
    expect(configuration({ ...development, PORT: "", TWELVEDATA_WS_URL: "" }).port).toBe(8080)
  })

  it("logs JSON in production unless told otherwise", () => {
    expect(configuration(production).logFormat).toBe("json")
    expect(configuration({ ...production, LOG_FORMAT: "pretty" }).logFormat).toBe("pretty")
  })

  it("stops withdrawals until a client is approved in production, and nothing elsewhere", () => {
    expect(configuration(development).kycGates).toEqual([])
    expect(configuration(production).kycGates).toEqual(["withdrawal"])
    expect(configuration({ ...production, KYC_GATES: "trading,withdrawal" }).kycGates).toEqual(["withdrawal", "trading"])
    expect(configuration({ ...production, KYC_GATES: "none" }).kycGates).toEqual([])
  })

  it("keeps secrets out of what is printed", () => {
    const { databaseUrl, sessionSecret } = configuration(production)
    expect(JSON.stringify(databaseUrl)).not.toContain("pw")
    expect(JSON.stringify(sessionSecret)).not.toContain("xxx")
    expect(Redacted.value(databaseUrl)).toBe(production.DATABASE_URL)
  })

  it("ends the process with EX_CONFIG", () => {
    expect(Result.match(read({}), { onFailure: (error) => error["~effect/Runtime/errorExitCode"], onSuccess: () => 0 })).toBe(78)
  })
})

const { SESSION_SECRET: _secret, PUBLIC_ORIGIN: _origin, ...bareProduction } = production

describe("names what is wrong in one line", () => {
  it.each<[string, Record<string, string>, ReadonlyArray<string>]>([
    [
      "nothing set",
      {},
      [
        "DATABASE_URL: missing, expected a PostgreSQL URL such as postgres://user:password@host:5432/database",
        "TWELVEDATA_API_KEY: missing, expected a Twelve Data API key"
      ]
    ],
    ["a port in words", { ...development, PORT: "abc" }, ['PORT: expected a port number, got "abc"']],
    ["port 0", { ...development, PORT: "0" }, ['PORT: expected a port number, got "0"']],
    ["a port beyond 16 bits", { ...development, PORT: "65536" }, ['PORT: expected a port number, got "65536"']],
    ["a port with a fraction", { ...development, PORT: "80.5" }, ['PORT: expected a port number, got "80.5"']],
    [
      "the database of another make, without its password",
      { ...development, DATABASE_URL: "mysql://app:pw@db/app" },
      ["DATABASE_URL: expected a PostgreSQL URL such as postgres://user:password@host:5432/database, got a value that is not shown"]
    ],
    [
      "an origin with a path",
      { ...development, PUBLIC_ORIGIN: "https://trade.example.com/app" },
      ['PUBLIC_ORIGIN: expected an origin such as https://trade.example.com, without a path, got "https://trade.example.com/app"']
    ],
    ["an unknown environment", { ...development, NODE_ENV: "prod" }, ['NODE_ENV: expected development, test or production, got "prod"']],
    ["a truth in other words", { ...development, DEMO_ACCOUNTS: "yes" }, ['DEMO_ACCOUNTS: expected true or false, got "yes"']],
    [
      "two things at once",
      { ...development, LOG_LEVEL: "loud", SNAPSHOT_EVERY_EVENTS: "0" },
      [
        'LOG_LEVEL: expected trace, debug, info, warn or error, got "loud"',
        'SNAPSHOT_EVERY_EVENTS: expected a whole number from 1 to 100000, got "0"'
      ]
    ],
    [
      "a lock that is renewed too seldom",
      { ...development, SHARD_LOCK_REFRESH_MILLIS: "4000" },
      ["SHARD_LOCK_REFRESH_MILLIS: expected at most a third of SHARD_LOCK_EXPIRATION_MILLIS, got 4000 of 10000"]
    ],
    [
      "production without its secret and origin",
      bareProduction,
      [
        "PUBLIC_ORIGIN: missing, expected an origin such as https://trade.example.com, without a path",
        "SESSION_SECRET: missing, expected at least 32 characters"
      ]
    ],
    [
      "a short secret",
      { ...production, SESSION_SECRET: "short" },
      ["SESSION_SECRET: expected at least 32 characters, got a value that is not shown"]
    ],
    [
      "the development secret in production",
      { ...production, SESSION_SECRET: "for development only, known to everybody" },
      ["SESSION_SECRET: the development secret must not be used in production"]
    ],
    [
      "demo accounts in production",
      { ...production, DEMO_ACCOUNTS: "true" },
      ["DEMO_ACCOUNTS: must not be true when NODE_ENV is production"]
    ],
    [
      "the simulator's key in production",
      { ...production, TWELVEDATA_API_KEY: "demo" },
      ["TWELVEDATA_API_KEY: the simulator's key must not be used in production"]
    ],
    [
      "plain http to the world in production",
      { ...production, PUBLIC_ORIGIN: "http://trade.example.com" },
      ['PUBLIC_ORIGIN: expected https in production, got "http://trade.example.com"']
    ],
    [
      "addresses to confirm, and no way to mail",
      { ...production, SMTP_URL: "" },
      ["SMTP_URL: missing, expected an SMTP URL because EMAIL_VERIFICATION is true"]
    ],
    ["no mails in production, when nobody has to confirm", { ...production, SMTP_URL: "", EMAIL_VERIFICATION: "false" }, []],
    [
      "a proxy that is no address",
      { ...development, TRUSTED_PROXIES: "10.0.0.0/8,proxy" },
      ['TRUSTED_PROXIES: expected addresses or networks separated by commas, such as 10.0.0.0/8,192.0.2.7, got "10.0.0.0/8,proxy"']
    ],
    ["plain http on loopback in production", { ...production, PUBLIC_ORIGIN: "http://127.0.0.1:8080" }, []],
    [
      "documents to review, and no store for them",
      { ...production, ...withoutStore },
      ["S3_ENDPOINT: missing, expected an origin because KYC_ENABLED is true"]
    ],
    ["no store in production, when nobody sends documents", { ...production, ...withoutStore, KYC_ENABLED: "false" }, []],
    [
      "a store without its keys",
      { ...development, S3_ENDPOINT: "http://127.0.0.1:9000" },
      ["S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: missing, expected both because S3_ENDPOINT is set"]
    ],
    [
      "the development store's secret in production",
      { ...production, S3_SECRET_ACCESS_KEY: "keel-development" },
      ["S3_SECRET_ACCESS_KEY: the development secret must not be used in production"]
    ],
    [
      "files over plain http in production",
      { ...production, S3_PUBLIC_ENDPOINT: "http://files.example.com" },
      ["S3_PUBLIC_ENDPOINT: expected https in production, because browsers upload there"]
    ],
    [
      "objects that are removed before their upload can be over",
      { ...production, KYC_ORPHAN_AGE_MILLIS: "60000" },
      ["KYC_ORPHAN_AGE_MILLIS: expected at least 1200000 in production, got 60000"]
    ],
    [
      "a gate that is not there",
      { ...development, KYC_GATES: "deposit" },
      ['KYC_GATES: expected withdrawal, trading, both separated by a comma, or none, got "deposit"']
    ]
  ])("%s", (_, env, expected) => {
    expect(lines(env)).toEqual(expected)
  })
})
