/** EmailLinks: the links that were mailed and not yet opened, by the hash of their token. */
import { IdentityUnavailable } from "#db/Users.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

export type LinkPurpose = "verifyEmail" | "resetPassword" | "changeEmail"

export interface EmailLink {
  readonly userId: string
  readonly purpose: LinkPurpose
  /** The address that it was mailed to. */
  readonly email: string
}

interface EmailLinkRow {
  readonly user_id: string
  readonly purpose: LinkPurpose
  readonly email: string
}

const emailLink = (row: EmailLinkRow): EmailLink => ({ userId: row.user_id, purpose: row.purpose, email: row.email })

const DEADLINE = "5 seconds"

export class EmailLinks extends Context.Service<
  EmailLinks,
  {
    /** Takes the place of the user's earlier link for the same purpose. */
    readonly insert: (
      link: EmailLink & { readonly tokenHash: string; readonly createdAt: number; readonly expiresAt: number }
    ) => Effect.Effect<void, IdentityUnavailable>
    /** Leaves it as it is. */
    readonly find: (tokenHash: string, purpose: LinkPurpose, now: number) => Effect.Effect<EmailLink | undefined, IdentityUnavailable>
    /** Answers it once. */
    readonly take: (
      tokenHash: string,
      purposes: ReadonlyArray<LinkPurpose>,
      now: number
    ) => Effect.Effect<EmailLink | undefined, IdentityUnavailable>
    readonly removeAllOf: (userId: string) => Effect.Effect<void, IdentityUnavailable>
  }
>()("db/EmailLinks") {
  static readonly layer = Layer.effect(
    EmailLinks,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new IdentityUnavailable({ cause: String(cause) }))
      return EmailLinks.of({
        insert: (link) =>
          run(
            sql`INSERT INTO email_link (token_hash, user_id, purpose, email, created_at, expires_at)
              VALUES (${link.tokenHash}, ${link.userId}, ${link.purpose}, ${link.email}, ${link.createdAt}, ${link.expiresAt})
              ON CONFLICT (user_id, purpose) DO UPDATE SET token_hash = excluded.token_hash, email = excluded.email,
                created_at = excluded.created_at, expires_at = excluded.expires_at`
          ).pipe(Effect.asVoid),
        find: (tokenHash, purpose, now) =>
          run(
            Effect.map(
              sql<EmailLinkRow>`SELECT user_id, purpose, email FROM email_link
                WHERE token_hash = ${tokenHash} AND purpose = ${purpose} AND expires_at > ${now}`,
              ([row]) => row && emailLink(row)
            )
          ),
        take: (tokenHash, purposes, now) =>
          run(
            Effect.map(
              sql<EmailLinkRow>`DELETE FROM email_link
                WHERE token_hash = ${tokenHash} AND ${sql.in("purpose", purposes)} AND expires_at > ${now}
                RETURNING user_id, purpose, email`,
              ([row]) => row && emailLink(row)
            )
          ),
        removeAllOf: (userId) => run(sql`DELETE FROM email_link WHERE user_id = ${userId}`).pipe(Effect.asVoid)
      })
    })
  )
}
