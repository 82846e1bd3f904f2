/**
 * PasswordHashes: argon2id in PHC strings (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`).
 *
 * The work is done on libuv's threads. Only a few run at once, so that sign-ins can neither take every core nor all memory; who would have
 * to wait for too long is turned away.
 */
import { Context, Effect, Layer, Schema, Semaphore } from "effect"
import { Kdf } from "effect/crypto"
import { randomBytes, timingSafeEqual } from "node:crypto"

/** OWASP's floor: 19 MiB, two passes, one lane. About 25 ms on one core. */
export const ARGON2_PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Hashes at work at once: 19 MiB each. */
export const HASHES_AT_ONCE_MAX = 2
/** Hashes that wait for their turn. */
export const HASHES_WAITING_MAX = 200

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/u

/** Too many passwords are being hashed. */
export class HashingBusy extends Schema.TaggedError<HashingBusy>()("HashingBusy", {}) {}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/u, "")
/** One password however it was composed on the keyboard. */
const passwordBytes = (password: string): Uint8Array => Buffer.from(password.normalize("NFKC"))

const phc = (salt: Uint8Array, hash: Uint8Array): string =>
  `$argon2id$v=19$m=${ARGON2_PARAMETERS.memory},t=${ARGON2_PARAMETERS.passes},p=${ARGON2_PARAMETERS.parallelism}$${base64(salt)}$${base64(hash)}`

/** A hash that no password has: of users who have yet to choose one. */
export const noPassword = (): string => phc(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES))

/** Verified against for unknown users, so that they cost the same time. */
const NOBODY = noPassword()

export class PasswordHashes extends Context.Service<
  PasswordHashes,
  {
    readonly hash: (password: string) => Effect.Effect<string, HashingBusy>
    /** Of an unknown user (undefined) false, after the same time. */
    readonly verify: (stored: string | undefined, password: string) => Effect.Effect<boolean, HashingBusy>
    /** Made with other parameters than the ones in force. */
    readonly isOutdated: (stored: string) => boolean
  }
>()("server/auth/PasswordHashes") {
  static readonly layer = Layer.effect(
    PasswordHashes,
    Effect.gen(function* () {
      const kdf = yield* Kdf.Kdf
      const turns = yield* Semaphore.make(HASHES_AT_ONCE_MAX)
      let waiting = 0

      const derive = (algorithm: Kdf.Algorithm, password: string, salt: Uint8Array, length: number) =>
        Effect.suspend((): Effect.Effect<Uint8Array, HashingBusy> => {
          if (waiting >= HASHES_WAITING_MAX) return Effect.fail(new HashingBusy())
          waiting += 1
          return Effect.ensuring(
            turns.withPermits(1)(Effect.orDie(kdf.derive(algorithm, passwordBytes(password), { salt, length }))),
            Effect.sync(() => (waiting -= 1))
          )
        })

      const hash = Effect.fn("PasswordHashes.hash")(function* (password: string) {
        const salt = randomBytes(SALT_BYTES)
        const derived = yield* derive(Kdf.argon2id(ARGON2_PARAMETERS), password, salt, HASH_BYTES)
        return phc(salt, derived)
      })

      const verify = Effect.fn("PasswordHashes.verify")(function* (stored: string | undefined, password: string) {
        const match = PHC.exec(stored ?? NOBODY)
        if (match === null) return yield* Effect.die(new Error("A stored password hash is not argon2id in PHC form"))
        const [, memory, passes, parallelism, salt, expected] = match
        const want = Buffer.from(expected ?? "", "base64")
        const algorithm = Kdf.argon2id({ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) })
        const got = yield* derive(algorithm, password, Buffer.from(salt ?? "", "base64"), want.length)
        return timingSafeEqual(got, want) && stored !== undefined
      })

      const inForce = phc(new Uint8Array(0), new Uint8Array(0)).slice(0, -1)
      return PasswordHashes.of({ hash, verify, isOutdated: (stored) => !stored.startsWith(inForce) })
    })
  )
}
