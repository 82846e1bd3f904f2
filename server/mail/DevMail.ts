/** DevMail: `GET /dev/mail`, the mails that were caught instead of being sent. The route exists only where mails are caught. */
import { Mailer, type CaughtMail } from "#server/mail/Mailer.ts"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** Without the full stop of its sentence. */
const LINK = /https?:\/\/\S*[^\s.]/gu

const linked = (text: string): string => escape(text).replace(LINK, (url) => `<a href="${url}">${url}</a>`)

const article = (mail: CaughtMail): string =>
  `<article><h2>${escape(mail.subject)}</h2><p>To <strong>${escape(mail.to)}</strong>, <time>${new Date(mail.caughtAt).toISOString()}</time></p>` +
  `<pre>${linked(mail.text)}</pre></article>`

const page = (mails: ReadonlyArray<CaughtMail>): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mails</title></head><body><h1>Mails</h1>
<p>Without SMTP_URL nothing is sent: these mails were caught on their way, the newest first.</p>
${mails.length === 0 ? "<p>None yet.</p>" : mails.map(article).join("\n")}
</body></html>`

export const DevMail = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const { caught } = yield* Mailer
    if (caught === undefined) return
    yield* router.add(
      "GET",
      "/dev/mail",
      Effect.sync(() => HttpServerResponse.text(page(caught()), { contentType: "text/html; charset=utf-8" }))
    )
  })
)
