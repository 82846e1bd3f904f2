/** seedDemoUsers: the client and the administrator of a demo, with passwords that everybody knows. Never in production. */
import type { AccountFailure } from "#actors/account/AccountProtocol.ts"
import { AccountReads, type ReadsUnavailable } from "#db/AccountReads.ts"
import { Users, type IdentityUnavailable } from "#db/Users.ts"
import { FirstAccount } from "#server/auth/FirstAccount.ts"
import { PasswordHashes, type HashingBusy } from "#server/auth/PasswordHashes.ts"
import { Clock, Effect } from "effect"

export const DEMO_CLIENT = {
  userId: "demo-client",
  email: "demo@keel.example",
  password: "keel-demo-client",
  name: "Demo Client",
  role: "client"
} as const
export const DEMO_ADMIN = {
  userId: "demo-admin",
  email: "admin@keel.example",
  password: "keel-demo-admin",
  name: "Demo Administrator",
  role: "admin"
} as const

/** Makes those that are not there yet. Runs at every start, also on several nodes at once. */
export const seedDemoUsers: Effect.Effect<
  void,
  IdentityUnavailable | ReadsUnavailable | AccountFailure | HashingBusy,
  Users | AccountReads | PasswordHashes | FirstAccount
> = Effect.gen(function* () {
  const users = yield* Users
  const reads = yield* AccountReads
  const passwords = yield* PasswordHashes
  const firstAccount = yield* FirstAccount
  for (const { password, ...demo } of [DEMO_CLIENT, DEMO_ADMIN]) {
    if ((yield* users.byId(demo.userId)) === undefined) {
      const firstAccountId = demo.role === "client" ? yield* reads.nextAccountId : undefined
      const user = { ...demo, passwordHash: yield* passwords.hash(password), firstAccountId, createdAt: yield* Clock.currentTimeMillis }
      yield* users.insert(user).pipe(Effect.catchTag("EmailTaken", () => Effect.void))
    }
    const seeded = yield* users.byId(demo.userId)
    if (seeded?.firstAccountId !== undefined) yield* firstAccount.open(seeded.userId, seeded.firstAccountId)
  }
})
