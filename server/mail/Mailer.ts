/**
 * Mailer: mails in words of server/mail/en.json, by SMTP. Without SMTP_URL they are kept in memory instead, outside production, to be read at
 * /dev/mail.
 *
 * Nobody waits for a mail: an answer must not take longer because there was somebody to write to. A mail that cannot be handed over is tried
 * again for some minutes and then logged without its contents, which hold links that let people in.
 */
import { AppConfig } from "#server/Config.ts"
import templates from "#server/mail/en.json" with { type: "json" }
import { Clock, Context, Effect, Layer, Metric, Redacted, Schedule, Schema } from "effect"
import type { Transporter } from "nodemailer"

export type MailTemplate = keyof typeof templates

export interface Mail {
  readonly to: string
  readonly template: MailTemplate
  /** For the `{names}` in the template. */
  readonly parameters: Readonly<Record<string, string>>
}
/** As it was caught instead of being sent. */
export interface CaughtMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly caughtAt: number
}

/** Caught mails that are kept, the newest. */
export const CAUGHT_MAILS_MAX = 100
/** Mails that wait for the SMTP server at once. */
const MAILS_WAITING_MAX = 1_000
const CONNECTIONS_MAX = 3
const TIMEOUT_MILLIS = 10_000
const RETRIES = Schedule.exponential("2 seconds").pipe(Schedule.upTo({ times: 6 }))

class MailFailed extends Schema.TaggedError<MailFailed>()("MailFailed", { cause: Schema.String }) {}

const sentMails = Metric.counter("keel_mails_total", { description: "Mails handed over to the SMTP server", incremental: true })
const failedMails = Metric.counter("keel_mails_failed_total", { description: "Mails given up", incremental: true })

const filled = (text: string, parameters: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/gu, (_, name: string) => parameters[name] ?? "")

const wordsOf = ({ parameters, template }: Mail) => ({
  subject: filled(templates[template].subject, parameters),
  text: filled(templates[template].text, parameters)
})

export class Mailer extends Context.Service<
  Mailer,
  {
    /** Returns at once. */
    readonly send: (mail: Mail) => Effect.Effect<void>
    /** Newest first; undefined where mails are really sent, or where nobody may read them. */
    readonly caught: (() => ReadonlyArray<CaughtMail>) | undefined
  }
>()("server/mail/Mailer") {
  static readonly layer = Layer.effect(
    Mailer,
    Effect.gen(function* () {
      const { environment, mailFrom, smtpUrl } = yield* AppConfig
      if (Redacted.value(smtpUrl) !== "") return smtp(yield* transportOf(Redacted.value(smtpUrl)), mailFrom)
      if (environment === "production") {
        yield* Effect.logWarning("SMTP_URL is not set: no mails are sent, a forgotten password cannot be replaced")
        return Mailer.of({ send: () => Effect.void, caught: undefined })
      }
      return catcher()
    })
  )
}

/** The library is loaded by servers that send mails: a start of one that does not is a tenth of a second shorter. */
const transportOf = (url: string) =>
  Effect.promise(() => import("nodemailer")).pipe(
    Effect.map(({ createTransport }) =>
      createTransport({
        url,
        pool: true,
        maxConnections: CONNECTIONS_MAX,
        connectionTimeout: TIMEOUT_MILLIS,
        greetingTimeout: TIMEOUT_MILLIS,
        socketTimeout: TIMEOUT_MILLIS,
        // a template is text: nothing in it names a file or an address to fetch
        disableFileAccess: true,
        disableUrlAccess: true
      })
    )
  )

const smtp = (transport: Transporter, from: string) => {
  let waiting = 0
  const deliver = (mail: Mail) =>
    Effect.tryPromise({
      try: () => transport.sendMail({ from, to: { name: "", address: mail.to }, ...wordsOf(mail) }),
      catch: (cause) => new MailFailed({ cause: cause instanceof Error ? cause.message : "unknown" })
    }).pipe(
      Effect.retry(RETRIES),
      Effect.andThen(Metric.update(sentMails, 1)),
      Effect.catch((error) =>
        Effect.andThen(
          Metric.update(failedMails, 1),
          Effect.logError("A mail was given up", { template: mail.template, cause: error.cause })
        )
      ),
      Effect.ensuring(Effect.sync(() => (waiting -= 1)))
    )
  return Mailer.of({
    send: (mail) =>
      Effect.suspend(() => {
        if (waiting >= MAILS_WAITING_MAX) return Effect.logError("Too many mails wait: one was dropped", { template: mail.template })
        waiting += 1
        return Effect.asVoid(Effect.forkDetach(deliver(mail)))
      }),
    caught: undefined
  })
}

const catcher = () => {
  const caught: Array<CaughtMail> = []
  return Mailer.of({
    send: (mail) =>
      Effect.map(Clock.currentTimeMillis, (caughtAt) => {
        caught.unshift({ to: mail.to, ...wordsOf(mail), caughtAt })
        caught.length = Math.min(caught.length, CAUGHT_MAILS_MAX)
      }),
    caught: () => caught
  })
}
