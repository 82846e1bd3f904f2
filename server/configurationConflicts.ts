/** configurationConflicts: what no single setting can see. */
import { Redacted } from "effect"
import {
  DEVELOPMENT_CRM_WEBHOOK_SECRET,
  DEVELOPMENT_S3_SECRET,
  DEVELOPMENT_SESSION_SECRET,
  SIMULATOR_API_KEY,
  type Configuration
} from "#server/settings.ts"

/** A secret that is shorter than its hash can be guessed before it is found (RFC 7518, 3.2). */
const HS256_SECRET_LENGTH_MIN = 32
const isLoopback = (url: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(URL.parse(url)?.hostname ?? "")

const isPlainToTheWorld = (url: string): boolean => url.startsWith("http:") && !isLoopback(url)

/** Twice as long as an upload may take, from its permission to its confirmation. */
const ORPHAN_AGE_MILLIS_MIN = 1_200_000

/** Of the documents' store. */
const documentConflicts = (config: Configuration): ReadonlyArray<string | false> => {
  const production = config.environment === "production"
  return [
    production && config.kycEnabled && config.s3Endpoint === "" && "S3_ENDPOINT: missing, expected an origin because KYC_ENABLED is true",
    config.s3Endpoint !== "" &&
      (config.s3AccessKeyId === "" || Redacted.value(config.s3SecretAccessKey) === "") &&
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: missing, expected both because S3_ENDPOINT is set",
    production &&
      config.s3Endpoint !== "" &&
      Redacted.value(config.s3SecretAccessKey) === DEVELOPMENT_S3_SECRET &&
      "S3_SECRET_ACCESS_KEY: the development secret must not be used in production",
    production &&
      config.s3Endpoint !== "" &&
      isPlainToTheWorld(config.s3PublicEndpoint || config.s3Endpoint) &&
      `${config.s3PublicEndpoint === "" ? "S3_ENDPOINT" : "S3_PUBLIC_ENDPOINT"}: expected https in production, because browsers upload there`,
    production &&
      config.kycOrphanAgeMillis < ORPHAN_AGE_MILLIS_MIN &&
      `KYC_ORPHAN_AGE_MILLIS: expected at least ${ORPHAN_AGE_MILLIS_MIN} in production, got ${config.kycOrphanAgeMillis}`
  ]
}

/** Of the CRM's keys for service tokens. */
const serviceTokenConflicts = (config: Configuration): ReadonlyArray<string | false> => {
  const isShared = config.crmJwtAlgorithm === "HS256"
  const key = Redacted.value(config.crmJwtKey)
  return [
    isShared && config.crmJwksUrl !== "" && "CRM_JWKS_URL: must not be set when CRM_JWT_ALGORITHM is HS256, whose key is no public one",
    isShared &&
      key.length < HS256_SECRET_LENGTH_MIN &&
      `CRM_JWT_KEY: expected at least ${HS256_SECRET_LENGTH_MIN} characters because CRM_JWT_ALGORITHM is HS256`,
    key !== "" && config.crmJwksUrl !== "" && "CRM_JWKS_URL: must not be set beside CRM_JWT_KEY",
    config.environment === "production" && config.crmJwksUrl.startsWith("http:") && "CRM_JWKS_URL: expected https in production"
  ]
}

/** One line for each conflict. */
export const configurationConflicts = (config: Configuration): ReadonlyArray<string> => {
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
      Redacted.value(config.crmWebhookSecrets).includes(DEVELOPMENT_CRM_WEBHOOK_SECRET) &&
      "CRM_WEBHOOK_SECRET: the development secret must not be used in production",
    production && isPlainToTheWorld(config.publicOrigin) && `PUBLIC_ORIGIN: expected https in production, got "${config.publicOrigin}"`,
    production &&
      config.emailVerification &&
      Redacted.value(config.smtpUrl) === "" &&
      "SMTP_URL: missing, expected an SMTP URL because EMAIL_VERIFICATION is true",
    ...documentConflicts(config),
    ...serviceTokenConflicts(config),
    config.shardLockRefreshMillis * 3 > config.shardLockExpirationMillis &&
      `SHARD_LOCK_REFRESH_MILLIS: expected at most a third of SHARD_LOCK_EXPIRATION_MILLIS, got ${config.shardLockRefreshMillis} of ${config.shardLockExpirationMillis}`
  ].filter((line) => line !== false)
}
