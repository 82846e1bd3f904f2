/**
 * AccountDirectory: whose account it is, and its currency. Neither ever changes, so an answer is kept; not for those whose account it is not:
 * they would see by the time of their answer which accounts exist.
 */
import { STAFF, type Role } from "#contract/Role.ts"
import { AccountReads, type ReadsUnavailable } from "#db/AccountReads.ts"
import { currencyDigitsOf } from "#domain/Currency.ts"
import { Context, Effect, Layer } from "effect"

const ENTRIES_CACHED_MAX = 100_000

export interface DirectoryEntry {
  readonly accountId: string
  readonly clientId: string
  readonly currency: string
  readonly currencyDigits: number
}
export interface Visitor {
  readonly userId: string
  readonly role: Role
}
/** An owner may do everything with their account. Staff may look at all accounts, an administrator may also act on them. */
export type Access = "own" | "administer" | "look" | "none"
export interface OpenAccount {
  readonly entry: DirectoryEntry
  readonly access: Exclude<Access, "none">
}

const accessOf = (visitor: Visitor, entry: DirectoryEntry): Access => {
  if (entry.clientId === visitor.userId) return "own"
  if (visitor.role === "admin") return "administer"
  return STAFF.includes(visitor.role) ? "look" : "none"
}

export class AccountDirectory extends Context.Service<
  AccountDirectory,
  {
    /** Undefined when there is no such account, and when it is not open to the visitor; nothing tells one from the other. */
    readonly open: (accountId: string, visitor: Visitor) => Effect.Effect<OpenAccount | undefined, ReadsUnavailable>
    /** For those to whom every account is open. Undefined when there is no such account. */
    readonly find: (accountId: string) => Effect.Effect<DirectoryEntry | undefined, ReadsUnavailable>
  }
>()("server/auth/AccountDirectory") {
  static readonly layer = Layer.effect(
    AccountDirectory,
    Effect.gen(function* () {
      const reads = yield* AccountReads
      const entries = new Map<string, DirectoryEntry>()

      const read = Effect.fnUntraced(function* (accountId: string) {
        const account = yield* reads.account(accountId)
        if (account === undefined) return undefined
        for (const oldest of entries.keys()) {
          if (entries.size < ENTRIES_CACHED_MAX) break
          entries.delete(oldest)
        }
        const { clientId, currency } = account
        const entry = { accountId, clientId, currency, currencyDigits: currencyDigitsOf(currency) ?? 2 }
        entries.set(accountId, entry)
        return entry
      })

      const find = (accountId: string) => {
        const known = entries.get(accountId)
        return known === undefined ? read(accountId) : Effect.succeed(known)
      }

      const open = Effect.fnUntraced(function* (accountId: string, visitor: Visitor) {
        const isKnown = entries.has(accountId)
        const entry = yield* find(accountId)
        const access = entry === undefined ? "none" : accessOf(visitor, entry)
        if (entry !== undefined && access !== "none") return { entry, access } satisfies OpenAccount
        if (isKnown) yield* read(accountId)
        return undefined
      })

      return AccountDirectory.of({ find, open })
    })
  )
}
