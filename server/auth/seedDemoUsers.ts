/** seedDemoUsers: the client and the administrator of a demo, with the published logins. */
import type { AccountFailure } from "#actors/account/AccountProtocol.ts"
import { AccountReads, type ReadsUnavailable } from "#db/AccountReads.ts"
import { Users, type IdentityUnavailable } from "#db/Users.ts"
import { FirstAccount } from "#server/auth/FirstAccount.ts"
import { PasswordHashes, type HashingBusy } from "#server/auth/PasswordHashes.ts"
import { DEMO_ADMINISTRATOR, DEMO_CLIENT } from "#server/DemoLogins.ts"
import { Clock, Effect } from "effect"

const DEMO_USERS = [
  { userId: "demo-client", role: "client", name: "Demo Client", ...DEMO_CLIENT },
  { userId: "demo-administrator", role: "admin", name: "Demo Administrator", ...DEMO_ADMINISTRATOR }
] as const

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
  for (const { password, ...demo } of DEMO_USERS) {
    if ((yield* users.byId(demo.userId)) === undefined) {
      const firstAccountId = demo.role === "client" ? yield* reads.nextAccountId : undefined
      const createdAt = yield* Clock.currentTimeMillis
      const user = { ...demo, passwordHash: yield* passwords.hash(password), firstAccountId, createdAt, emailVerifiedAt: createdAt }
      yield* users.insert(user).pipe(Effect.catchTag("EmailTaken", () => Effect.void))
    }
    const seeded = yield* users.byId(demo.userId)
    if (seeded?.firstAccountId !== undefined) yield* firstAccount.open(seeded.userId, seeded.firstAccountId)
  }
})
