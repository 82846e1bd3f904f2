/**
 * TwoFactor: codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds) and backup codes.
 *
 * A code of the step before or after the server's is taken too, for clocks that differ; none is taken twice. Secrets are kept sealed,
 * backup codes as keyed hashes.
 */
import { SecondFactors, type SecondFactorRecord } from "#db/SecondFactors.ts"
import type { IdentityUnavailable, UserRecord } from "#db/Users.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { Clock, Context, Effect, Layer, Schedule, Schema } from "effect"
import { hash, randomBytes } from "node:crypto"
import { generateSecret, generateURI, verify } from "otplib"

/** As authenticator apps show it. */
const ISSUER = "Keel"
const STEP_SECONDS = 30
const SECRET_BYTES = 20
export const BACKUP_CODES = 10
/** Ten characters of base32: 50 bits. */
const BACKUP_CODE_LENGTH = 10
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
const TOTP_CODE = /^\d{6}$/u

/** A sign-in waits this long for its code. */
export const CHALLENGE_MILLIS = 5 * 60 * 1000
/** Wrong codes after which the password is asked again. */
export const CHALLENGE_ATTEMPTS_MAX = 6
const CHALLENGE_BYTES = 32

export class WrongCode extends Schema.TaggedError<WrongCode>()("WrongCode", { userId: Schema.String }) {}
export class ChallengeOver extends Schema.TaggedError<ChallengeOver>()("ChallengeOver", {}) {}
/** It is on already, or nothing was set up that could be confirmed or turned off. */
export class TwoFactorState extends Schema.TaggedError<TwoFactorState>()("TwoFactorState", { enabled: Schema.Boolean }) {}

export interface Setup {
  readonly secret: string
  readonly otpauthUri: string
  readonly qrSvg: string
}
export interface Challenge {
  readonly challenge: string
  readonly expiresAt: number
}

/** As typed, however it was spaced. */
const plainCode = (code: string): string => code.replace(/[\s-]/gu, "").toUpperCase()

const makeBackupCode = (): string =>
  Array.from(randomBytes(BACKUP_CODE_LENGTH), (byte, index) => `${index === BACKUP_CODE_LENGTH / 2 ? "-" : ""}${BASE32[byte % 32]}`).join(
    ""
  )

const hashOf = (challenge: string): string => hash("sha256", challenge, "hex")

export class TwoFactor extends Context.Service<
  TwoFactor,
  {
    readonly state: (userId: string) => Effect.Effect<{ enabled: boolean; backupCodesLeft: number }, IdentityUnavailable>
    /** A new secret, not in force before it is confirmed. */
    readonly setUp: (userId: string, email: string) => Effect.Effect<Setup, TwoFactorState | IdentityUnavailable>
    /** Turns it on; answers the backup codes. */
    readonly confirm: (
      userId: string,
      code: string
    ) => Effect.Effect<ReadonlyArray<string>, WrongCode | TwoFactorState | IdentityUnavailable>
    /** Uses a code up. */
    readonly prove: (userId: string, code: string) => Effect.Effect<void, WrongCode | TwoFactorState | IdentityUnavailable>
    readonly renewBackupCodes: (userId: string) => Effect.Effect<ReadonlyArray<string>, IdentityUnavailable>
    readonly turnOff: (userId: string) => Effect.Effect<void, IdentityUnavailable>
    readonly challenge: (user: Pick<UserRecord, "userId" | "sessionsEnded">) => Effect.Effect<Challenge, IdentityUnavailable>
    /** Answers whose sign-in the code finishes, once, and their `sessionsEnded` when it began. */
    readonly answer: (
      challenge: string,
      code: string
    ) => Effect.Effect<Pick<UserRecord, "userId" | "sessionsEnded">, WrongCode | ChallengeOver | IdentityUnavailable>
  }
>()("server/auth/TwoFactor") {
  static readonly layer = Layer.effect(
    TwoFactor,
    Effect.gen(function* () {
      const store = yield* SecondFactors
      const keys = yield* ServerKeys

      const codeHash = (userId: string, code: string): string => keys.mac("backup code", `${userId} ${plainCode(code)}`)
      const makeBackupCodes = () => Array.from({ length: BACKUP_CODES }, makeBackupCode)

      /** The time step that `code` is of; undefined when it is of none that may be used. */
      const stepOf = Effect.fnUntraced(function* (userId: string, record: SecondFactorRecord, code: string) {
        const secret = keys.open("two-factor secret", userId, record.secret)
        if (secret === undefined)
          return yield* Effect.die(new Error(`The two-factor secret of ${userId} was sealed under another SESSION_SECRET`))
        const epoch = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        const result = yield* Effect.promise(() =>
          verify({
            secret,
            token: code,
            epoch,
            epochTolerance: STEP_SECONDS,
            ...(record.lastStep > 0 ? { afterTimeStep: record.lastStep } : {})
          })
        )
        return result.valid && "timeStep" in result ? result.timeStep : undefined
      })

      const isRight = Effect.fnUntraced(function* (userId: string, record: SecondFactorRecord, typed: string) {
        const code = plainCode(typed)
        if (!TOTP_CODE.test(code)) return yield* store.takeBackupCode(userId, codeHash(userId, code))
        const step = yield* stepOf(userId, record, code)
        return step !== undefined && (yield* store.acceptStep(userId, step))
      })

      const setUp = Effect.fn("TwoFactor.setUp")(function* (userId: string, email: string) {
        const secret = generateSecret({ length: SECRET_BYTES })
        if (!(yield* store.setUp(userId, keys.seal("two-factor secret", userId, secret))))
          return yield* new TwoFactorState({ enabled: true })
        const otpauthUri = generateURI({ issuer: ISSUER, label: email, secret })
        const qrSvg = yield* Effect.promise(async () => {
          // loaded where it is needed: a start waits for every module
          const { default: qrcode } = await import("qrcode")
          return qrcode.toString(otpauthUri, { type: "svg", errorCorrectionLevel: "M" })
        })
        return { secret, otpauthUri, qrSvg }
      })

      const confirm = Effect.fn("TwoFactor.confirm")(function* (userId: string, typed: string) {
        const record = yield* store.find(userId)
        if (record === undefined || record.isConfirmed) return yield* new TwoFactorState({ enabled: record !== undefined })
        const code = plainCode(typed)
        const step = TOTP_CODE.test(code) ? yield* stepOf(userId, record, code) : undefined
        if (step === undefined) return yield* new WrongCode({ userId })
        const codes = makeBackupCodes()
        const hashes = codes.map((one) => codeHash(userId, one))
        const confirmed = yield* store.confirm(userId, record.secret, step, yield* Clock.currentTimeMillis, hashes)
        return confirmed ? codes : yield* new WrongCode({ userId })
      })

      const prove = Effect.fn("TwoFactor.prove")(function* (userId: string, code: string) {
        const record = yield* store.find(userId)
        if (record === undefined || !record.isConfirmed) return yield* new TwoFactorState({ enabled: false })
        if (!(yield* isRight(userId, record, code))) return yield* new WrongCode({ userId })
      })

      const renewBackupCodes = Effect.fn("TwoFactor.renewBackupCodes")(function* (userId: string) {
        const codes = makeBackupCodes()
        const hashes = codes.map((one) => codeHash(userId, one))
        yield* store.replaceBackupCodes(userId, hashes)
        return codes
      })

      const challenge = Effect.fn("TwoFactor.challenge")(function* ({
        sessionsEnded,
        userId
      }: Pick<UserRecord, "userId" | "sessionsEnded">) {
        const text = randomBytes(CHALLENGE_BYTES).toString("base64url")
        const expiresAt = (yield* Clock.currentTimeMillis) + CHALLENGE_MILLIS
        yield* store.openChallenge({ challengeHash: hashOf(text), userId, sessionsEnded, expiresAt })
        return { challenge: text, expiresAt }
      })

      const answer = Effect.fn("TwoFactor.answer")(function* (text: string, code: string) {
        const challengeHash = hashOf(text)
        const attempt = yield* store.attempt(challengeHash, CHALLENGE_ATTEMPTS_MAX, yield* Clock.currentTimeMillis)
        if (attempt === undefined) return yield* new ChallengeOver()
        const record = yield* store.find(attempt.userId)
        // turned off meanwhile: the password alone is asked again
        if (record === undefined || !record.isConfirmed) return yield* new ChallengeOver()
        if (!(yield* isRight(attempt.userId, record, code))) return yield* new WrongCode({ userId: attempt.userId })
        const sessionsEnded = yield* store.closeChallenge(challengeHash)
        return sessionsEnded === undefined ? yield* new ChallengeOver() : { userId: attempt.userId, sessionsEnded }
      })

      const cleanUp = Effect.flatMap(Clock.currentTimeMillis, store.removeExpired).pipe(
        Effect.catchTag("IdentityUnavailable", (error) => Effect.logWarning("Old challenges not removed", { cause: error.cause }))
      )
      yield* cleanUp.pipe(Effect.repeat(Schedule.spaced("10 minutes")), Effect.forkScoped)

      return TwoFactor.of({
        state: (userId) =>
          Effect.map(store.find(userId), (record) => ({
            enabled: record?.isConfirmed ?? false,
            backupCodesLeft: record?.isConfirmed === true ? record.backupCodesLeft : 0
          })),
        setUp,
        confirm,
        prove,
        renewBackupCodes,
        turnOff: store.remove,
        challenge,
        answer
      })
    })
  )
}
