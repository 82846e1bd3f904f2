/**
 * settings: every environment variable that the product reads, declared once. The server is composed from them (Config.ts), and
 * `.env.example` is generated from them.
 */
import { Schema } from "effect"
import { count, milliseconds, networks, origin, port, secret, setting, someOf, trueOrFalse, urlOf, type Setting } from "#server/Setting.ts"

export const DEFAULT_PORT = "8080"
/** Default of SESSION_SECRET; refused in production. */
export const DEVELOPMENT_SESSION_SECRET = "for development only, known to everybody"
/** Known to the CRM look-alike of `npm start`; refused in production. */
export const DEVELOPMENT_CRM_WEBHOOK_SECRET = "whsec_a2VlbCBkZXZlbG9wbWVudCBvbmx5LCBubyBzZWNyZXQ="
/** Of the object store that `npm start` and docker-compose.yml run; refused in production. */
export const DEVELOPMENT_S3_SECRET = "keel-development"
/** The key that `npm start` gives to the simulator; refused in production. */
export const SIMULATOR_API_KEY = "demo"

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
  crmJwtAlgorithm: setting(Schema.Literals(["EdDSA", "ES256", "RS256", "PS256", "HS256"]), {
    variable: "CRM_JWT_ALGORITHM",
    group: "CRM",
    description: "The one algorithm that service tokens of the CRM are signed with.",
    expected: "EdDSA, ES256, RS256, PS256 or HS256",
    default: "EdDSA"
  }),
  crmJwtKey: secret(Schema.String.check(Schema.isMaxLength(16_384)), {
    variable: "CRM_JWT_KEY",
    group: "CRM",
    description:
      "The CRM's public key for service tokens, as PEM or as a JSON Web Key Set; for HS256 a shared secret of at least 32 characters. Without it and without CRM_JWKS_URL there are API keys only.",
    expected: "a public key, a JWK set or a secret",
    default: ""
  }),
  crmJwksUrl: setting(Schema.Union([Schema.Literal(""), urlOf("http:", "https:")]), {
    variable: "CRM_JWKS_URL",
    group: "CRM",
    description: "Where the CRM publishes its keys for service tokens, in place of CRM_JWT_KEY; https in production.",
    expected: "an http:// or https:// URL",
    default: ""
  }),
  crmJwtIssuer: setting(Schema.String.check(Schema.isBetweenLength(1, 200)), {
    variable: "CRM_JWT_ISSUER",
    group: "CRM",
    description: "What `iss` of a service token must be.",
    expected: "1 to 200 characters",
    default: "crm"
  }),
  crmJwtAudience: setting(Schema.String.check(Schema.isBetweenLength(1, 200)), {
    variable: "CRM_JWT_AUDIENCE",
    group: "CRM",
    description: "What `aud` of a service token must be.",
    expected: "1 to 200 characters",
    default: "keel"
  }),
  crmWebhookSecrets: secret(
    Schema.Union([
      Schema.Literal(""),
      Schema.String.check(Schema.isPattern(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}(,whsec_[A-Za-z0-9+/]{32,88}={0,2})?$/u))
    ]),
    {
      variable: "CRM_WEBHOOK_SECRET",
      group: "CRM",
      description:
        "What the CRM signs its own webhooks with, sent to /webhooks/crm; make one with `echo whsec_$(openssl rand -base64 32)`. Two, separated by a comma, while one takes the place of the other. Unset, none are taken.",
      expected: "whsec_ and 24 to 64 bytes as base64, or two of them",
      default: DEVELOPMENT_CRM_WEBHOOK_SECRET,
      defaultInProduction: ""
    }
  ),
  webhookPrivateNetworks: setting(networks, {
    variable: "WEBHOOK_PRIVATE_NETWORKS",
    group: "CRM",
    description:
      "Addresses that are not public and that webhooks may be sent to all the same, by http too and on any port: the network of a CRM of one's own.",
    expected: "addresses or networks separated by commas, such as 10.0.0.0/8,192.0.2.7",
    default: "127.0.0.0/8,::1/128",
    defaultInProduction: ""
  }),
  impersonationMinutes: count({
    variable: "IMPERSONATION_MINUTES",
    group: "CRM",
    description: "How long an impersonation session lasts, however busy it is.",
    default: "30",
    min: 1,
    max: 480
  }),
  impersonationTrading: setting(trueOrFalse, {
    variable: "IMPERSONATION_TRADING",
    group: "CRM",
    description:
      "Whether an impersonation session may trade for the client. Password, address, two-factor sign-in and withdrawals are never open to it.",
    expected: "true or false",
    default: "false"
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
  kycEnabled: setting(trueOrFalse, {
    variable: "KYC_ENABLED",
    group: "Documents",
    description:
      "Clients prove who they are with documents, which CRM or staff review. Needs an object store: in production S3_ENDPOINT; outside production it is off without one.",
    expected: "true or false",
    default: "true"
  }),
  kycRequired: setting(someOf(["identity", "address", "funds"]), {
    variable: "KYC_REQUIRED",
    group: "Documents",
    description: "What has to be proved for a client to be approved; each kind of document proves one of them.",
    expected: "identity, address and funds, those that are wanted, separated by commas",
    default: "identity,address"
  }),
  kycGates: setting(someOf(["withdrawal", "trading"]), {
    variable: "KYC_GATES",
    group: "Documents",
    description:
      "What clients may not do until they are approved; nothing while KYC_ENABLED is false. trading stops opening only: closing stays allowed.",
    expected: "withdrawal, trading, both separated by a comma, or none",
    default: "none",
    defaultInProduction: "withdrawal"
  }),
  kycSweepMillis: milliseconds({
    variable: "KYC_SWEEP_MILLIS",
    group: "Documents",
    description:
      "How often approved documents are looked through for expired ones, and the object store for objects that nothing refers to.",
    default: "600000",
    min: 100,
    max: 86_400_000
  }),
  kycOrphanAgeMillis: milliseconds({
    variable: "KYC_ORPHAN_AGE_MILLIS",
    group: "Documents",
    description: "An object that nothing refers to is removed when it is this old: long enough for every upload under way to be over.",
    default: "3600000",
    min: 5_000,
    max: 604_800_000
  }),
  s3Endpoint: setting(Schema.Union([Schema.Literal(""), origin]), {
    variable: "S3_ENDPOINT",
    group: "Documents",
    description: "The S3-compatible store, as the server reaches it. Unset, `npm start` runs its own under .data/.",
    expected: "an origin such as https://s3.eu-central-1.amazonaws.com, without a path",
    default: ""
  }),
  s3PublicEndpoint: setting(Schema.Union([Schema.Literal(""), origin]), {
    variable: "S3_PUBLIC_ENDPOINT",
    group: "Documents",
    description:
      "The same store as browsers reach it, when that differs from S3_ENDPOINT; files are uploaded there, so it must allow PUBLIC_ORIGIN (CORS, PUT).",
    expected: "an origin such as https://files.example.com, without a path",
    default: ""
  }),
  s3Region: setting(Schema.String.check(Schema.isPattern(/^[a-z0-9-]{1,40}$/u)), {
    variable: "S3_REGION",
    group: "Documents",
    description: "The store's region, which is part of every signature.",
    expected: "a region such as eu-central-1",
    default: "us-east-1"
  }),
  s3Bucket: setting(Schema.String.check(Schema.isPattern(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u)), {
    variable: "S3_BUCKET",
    group: "Documents",
    description: "A private bucket of its own: objects in it that nothing refers to are removed. Made at the first use when it is missing.",
    expected: "a bucket's name",
    default: "keel-documents"
  }),
  s3AccessKeyId: setting(Schema.String.check(Schema.isMaxLength(256)), {
    variable: "S3_ACCESS_KEY_ID",
    group: "Documents",
    description: "May read, write, list and delete objects of the bucket, and nothing else.",
    expected: "an access key id",
    default: ""
  }),
  s3SecretAccessKey: secret(Schema.String.check(Schema.isMaxLength(1024)), {
    variable: "S3_SECRET_ACCESS_KEY",
    group: "Documents",
    description: "Belongs to S3_ACCESS_KEY_ID.",
    expected: "a secret access key",
    default: ""
  }),
  s3ForcePathStyle: setting(trueOrFalse, {
    variable: "S3_FORCE_PATH_STYLE",
    group: "Documents",
    description: "Whether the bucket stands in the path, as most stores beside AWS want it, or in the host name.",
    expected: "true or false",
    default: "true"
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
