/** EmailTokens: links that are mailed, good once and for a while, built from PUBLIC_ORIGIN and nothing that a request says. */
import { EmailLinks, type EmailLink, type LinkPurpose } from "#db/EmailLinks.ts"
import type { IdentityUnavailable } from "#db/Users.ts"
import { AppConfig } from "#server/Config.ts"
import { Mailer, type MailTemplate } from "#server/mail/Mailer.ts"
import { Clock, Context, Effect, Layer } from "effect"
import { hash, randomBytes } from "node:crypto"

const MINUTE = 60 * 1000
export const LINK_LIFETIME_MILLIS: Record<LinkPurpose, number> = {
  verifyEmail: 24 * 60 * MINUTE,
  changeEmail: 60 * MINUTE,
  resetPassword: 30 * MINUTE
}
/** Of a link that nobody asked for: it may lie in a mailbox over a weekend. */
export const INVITATION_LIFETIME_MILLIS = 72 * 60 * MINUTE
const TOKEN_BYTES = 32

/** Pages of the web app. The token stands behind #: browsers send that to no server, and no log keeps it. */
const PATHS: Record<LinkPurpose, string> = {
  verifyEmail: "/verify-email",
  changeEmail: "/verify-email",
  resetPassword: "/reset-password"
}

const hashOf = (token: string): string => hash("sha256", token, "hex")

export class EmailTokens extends Context.Service<
  EmailTokens,
  {
    /** Mails a new link; the one before for the same purpose is good no more. Answers until when it is good. */
    readonly mail: (link: EmailLink) => Effect.Effect<number, IdentityUnavailable>
    /** Mails somebody whom the CRM made the link to choose a password with: a reset that is good for longer. */
    readonly invite: (user: { readonly userId: string; readonly email: string }) => Effect.Effect<void, IdentityUnavailable>
    /** Whose it is; it stays good. */
    readonly find: (token: string, purpose: LinkPurpose) => Effect.Effect<EmailLink | undefined, IdentityUnavailable>
    /** Every link of the user is good no more. */
    readonly revokeAllOf: (userId: string) => Effect.Effect<void, IdentityUnavailable>
    /** Answers a link once; undefined when it was used, has expired or never was. */
    readonly take: (token: string, purposes: ReadonlyArray<LinkPurpose>) => Effect.Effect<EmailLink | undefined, IdentityUnavailable>
  }
>()("server/auth/EmailTokens") {
  static readonly layer = Layer.effect(
    EmailTokens,
    Effect.gen(function* () {
      const links = yield* EmailLinks
      const mailer = yield* Mailer
      const { publicOrigin } = yield* AppConfig

      const send = Effect.fn("EmailTokens.send")(function* (link: EmailLink, template: MailTemplate, lifetimeMillis: number) {
        const createdAt = yield* Clock.currentTimeMillis
        const token = randomBytes(TOKEN_BYTES).toString("base64url")
        const expiresAt = createdAt + lifetimeMillis
        yield* links.insert({ ...link, tokenHash: hashOf(token), createdAt, expiresAt })
        yield* mailer.send({
          to: link.email,
          template,
          parameters: {
            email: link.email,
            link: `${publicOrigin}${PATHS[link.purpose]}#${token}`,
            expiresAt: `${new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ")} UTC`
          }
        })
        return expiresAt
      })

      return EmailTokens.of({
        mail: (link) => send(link, link.purpose, LINK_LIFETIME_MILLIS[link.purpose]),
        invite: (user) => Effect.asVoid(send({ ...user, purpose: "resetPassword" }, "invitation", INVITATION_LIFETIME_MILLIS)),
        find: (token, purpose) => Effect.flatMap(Clock.currentTimeMillis, (now) => links.find(hashOf(token), purpose, now)),
        revokeAllOf: links.removeAllOf,
        take: (token, purposes) => Effect.flatMap(Clock.currentTimeMillis, (now) => links.take(hashOf(token), purposes, now))
      })
    })
  )
}
