import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { Effect, Exit, Layer } from "effect"
import { Kdf } from "effect/crypto"
import { argon2Sync } from "node:crypto"
import { describe, expect, it } from "vitest"
import { HASHES_WAITING_MAX, PasswordHashes } from "#server/auth/PasswordHashes.ts"

const layer = PasswordHashes.layer.pipe(Layer.provide(NodeCrypto.layerKdf))
const run = <A, E>(use: (passwords: typeof PasswordHashes.Service) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.flatMap(PasswordHashes, use).pipe(Effect.provide(layer)))

describe("a password's hash", () => {
  it("is argon2id at OWASP's floor, with a salt of its own", async () => {
    const [first, second] = await Promise.all([
      run((passwords) => passwords.hash("correct horse")),
      run((passwords) => passwords.hash("correct horse"))
    ])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/u)
    expect(second).not.toBe(first)
  })

  it.each([
    ["the right one", "correct horse", true],
    ["a wrong one", "correct horsf", false],
    ["none", "", false],
    ["the right one and more", "correct horse ", false],
    ["another case", "Correct horse", false]
  ])("%s", async (_, password, isRight) => {
    const stored = await run((passwords) => passwords.hash("correct horse"))
    expect(await run((passwords) => passwords.verify(stored, password))).toBe(isRight)
  })

  it("is the same however the keyboard composes the letters", async () => {
    const stored = await run((passwords) => passwords.hash("pa\u0308ssword"))
    expect(await run((passwords) => passwords.verify(stored, "pässword"))).toBe(true)
  })

  it("is checked to its last character", async () => {
    const long = "x".repeat(256)
    const stored = await run((passwords) => passwords.hash(long))
    expect(await run((passwords) => passwords.verify(stored, `${long.slice(0, -1)}y`))).toBe(false)
  })

  it("made with other parameters is still understood, and outdated", async () => {
    const salt = Buffer.from("0123456789abcdef")
    const hash = argon2Sync("argon2id", {
      message: Buffer.from("old"),
      nonce: salt,
      memory: 8_192,
      passes: 1,
      parallelism: 1,
      tagLength: 32
    })
    const text = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/u, "")
    const stored = `$argon2id$v=19$m=8192,t=1,p=1$${text(salt)}$${text(hash)}`
    expect(await run((passwords) => passwords.verify(stored, "old"))).toBe(true)
    expect(await run((passwords) => Effect.sync(() => passwords.isOutdated(stored)))).toBe(true)
    expect(await run((passwords) => Effect.map(passwords.hash("new"), passwords.isOutdated))).toBe(false)
  })
})

it("an unknown user costs as much work as a wrong password", async () => {
  const stored = await run((passwords) => passwords.hash("correct horse"))
  const millis = async (of: string | undefined): Promise<number> => {
    const startedAt = performance.now()
    expect(await run((passwords) => passwords.verify(of, "wrong"))).toBe(false)
    return performance.now() - startedAt
  }
  const median = (times: Array<number>): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
  const known: Array<number> = []
  const unknown: Array<number> = []
  // in turns, so that whatever else this machine does falls on both
  for (let count = 0; count < 9; count++) {
    known.push(await millis(stored))
    unknown.push(await millis(undefined))
  }
  expect(median(unknown) / median(known)).toBeGreaterThan(0.3)
  expect(median(unknown) / median(known)).toBeLessThan(3)
})

it("leaves the event loop to others while it works", async () => {
  const work = { isDone: false }
  const hashed = run((passwords) => passwords.hash("correct horse")).finally(() => (work.isDone = true))
  let turns = 0
  while (!work.isDone) {
    await new Promise((resolve) => setImmediate(resolve))
    turns += 1
  }
  await hashed
  // hashing on the loop would leave it a turn or two
  expect(turns).toBeGreaterThan(20)
})

it("turns away who would have to wait for too long", async () => {
  const stuck = PasswordHashes.layer.pipe(Layer.provide(Layer.succeed(Kdf.Kdf, Kdf.Kdf.of({ derive: () => Effect.never }))))
  const asked = HASHES_WAITING_MAX + 20
  const turnedAway = Effect.gen(function* () {
    const passwords = yield* PasswordHashes
    const exits: Array<Exit.Exit<string, unknown>> = []
    for (let count = 0; count < asked; count++) {
      yield* Effect.forkChild(Effect.flatMap(Effect.exit(passwords.hash("x")), (exit) => Effect.sync(() => exits.push(exit))))
    }
    yield* Effect.yieldNow
    return exits
  })
  const exits = await Effect.runPromise(turnedAway.pipe(Effect.provide(stuck)))
  expect(exits.length).toBe(asked - HASHES_WAITING_MAX)
  expect(exits.every(Exit.isFailure)).toBe(true)
})
