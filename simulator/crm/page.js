// The page of the CRM look-alike. It asks its own server for everything, and again whenever a webhook came in.

const WAITING = new Set(["requested", "processing"])
const TO_REVIEW = new Set(["submitted", "inReview"])
const TOAST_MILLIS = 6000

const byId = (id) => document.getElementById(id)

/** An element with its properties and children; text is never taken for markup. */
const h = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children.filter((child) => child !== null))
  return element
}

const badge = (text, isBad = false) => h("span", { className: isBad ? "badge bad" : "badge" }, text)

const toast = (text, isBad) => {
  const box = byId("toast")
  box.className = isBad ? "bad" : "good"
  box.textContent = text
  clearTimeout(toast.timer)
  toast.timer = setTimeout(() => (box.textContent = ""), TOAST_MILLIS)
}

const act = async (action, id, body, done) => {
  const answer = await fetch(`/act/${action}/${id}`, { method: "POST", body: JSON.stringify(body ?? {}) })
  const result = await answer.json().catch(() => ({}))
  if (answer.ok) toast(done)
  else toast(`${result.code ?? answer.status}: ${result.title ?? "refused"}`, true)
  await render()
  return answer.ok ? result : undefined
}

const button = (text, className, onclick) => h("button", { type: "button", className, onclick }, text)

const fundingCard = (kind) => (request) => {
  const decide =
    (decision, more = {}) =>
    () =>
      act(kind, request.requestId, { decision, ...more }, `${request.requestId} ${decision}`)
  const card = h(
    "article",
    {},
    h(
      "h3",
      {},
      h("span", {}, `${kind === "deposit" ? "Deposit" : "Withdrawal"} ${request.requestId}`),
      h("span", { className: "amount" }, `${request.amount} ${request.currency}`)
    ),
    h("p", {}, `Account ${request.accountId} · ${request.method} · ${request.status}`),
    h(
      "p",
      {},
      Object.entries(request.details)
        .map(([name, value]) => `${name}: ${value}`)
        .join(" · ")
    ),
    h(
      "div",
      { className: "actions" },
      button("Approve", "primary", decide("approved")),
      request.status === "requested" ? button("Processing", "", decide("processing")) : null,
      button("Decline", "danger", decide("declined", { reason: "Declined by the CRM" }))
    )
  )
  card.dataset.testid = request.requestId
  return card
}

const inFiveYears = () => `${new Date().getFullYear() + 5}-12-31`
const today = () => new Date().toISOString().slice(0, 10)

const documentCard = (review) => {
  // the reviewer reads these off the document; kinds that do not have one are approved without
  const expires = h("input", { type: "date", value: inFiveYears() })
  const issued = h("input", { type: "date", value: today() })
  const isAgeing = /proof|statement|source/iu.test(review.kind)
  const dates = () => (isAgeing ? { issuedOn: issued.value } : { expiresOn: expires.value })
  const card = h(
    "article",
    {},
    h("h3", {}, h("span", {}, `${review.kind}`), badge(review.state)),
    h("p", {}, review.name === null ? review.email : `${review.name} · ${review.email}`),
    h(
      "div",
      { className: "actions" },
      ...review.sides.map(({ contentType, side }) =>
        h(
          "a",
          { href: `/documents/${review.documentId}/${side}/${contentType.split("/")[1]}`, target: "_blank", rel: "noreferrer" },
          `Look at ${side}`
        )
      )
    ),
    isAgeing ? h("label", {}, "Issued on", issued) : h("label", {}, "Expires on", expires),
    h(
      "div",
      { className: "actions" },
      button("Approve", "primary", () =>
        act("document", review.documentId, { decision: "approve", ...dates() }, `${review.kind} approved`)
      ),
      button("Reject", "danger", () =>
        act("document", review.documentId, { decision: "reject", reason: "unreadable" }, `${review.kind} rejected`)
      )
    )
  )
  card.dataset.testid = review.documentId
  return card
}

/** A window of its own: the browser goes to Keel with a link that is good once. */
const impersonate = async (user) => {
  const reason = "Support from the CRM"
  const link = await act("impersonate", user.userId, { reason }, "The link is open in a new window")
  if (link !== undefined) window.open(link.url, "_blank", "noopener")
}

const clientCard = (user) => {
  const leverage = h("input", { type: "number", min: 1, max: 10000, placeholder: "100" })
  const isBlocked = user.blockedAt !== null
  const card = h(
    "article",
    {},
    h(
      "h3",
      {},
      h("span", {}, user.name ?? user.email),
      isBlocked ? badge("blocked", true) : badge(user.emailVerified ? "e-mail verified" : "e-mail not verified")
    ),
    h("p", {}, `${user.name === null ? "" : `${user.email} · `}accounts ${user.accountIds.join(", ") || "none"}`),
    h(
      "div",
      { className: "actions" },
      h("label", {}, "Leverage", leverage),
      button("Set", "", () =>
        act("user", user.userId, { leverage: Number(leverage.value), reason: "Set in the CRM" }, `Leverage is ${leverage.value} now`)
      ),
      button("Close only", "", () =>
        act("user", user.userId, { tradingMode: "closeOnly", reason: "Set in the CRM" }, "May only close now")
      ),
      button("Full trading", "", () => act("user", user.userId, { tradingMode: "full", reason: "Set in the CRM" }, "May trade again"))
    ),
    h(
      "div",
      { className: "actions" },
      button("Impersonate", "", () => impersonate(user)),
      button("Sign out", "", () => act("logout", user.userId, {}, "Signed out everywhere")),
      button(isBlocked ? "Unblock" : "Block", "danger", () =>
        act("user", user.userId, { blocked: !isBlocked, reason: "Set in the CRM" }, isBlocked ? "May sign in again" : "Blocked")
      )
    )
  )
  card.dataset.testid = user.userId
  return card
}

const eventLine = (event) => {
  const line = h(
    "li",
    {},
    h(
      "details",
      {},
      h("summary", {}, h("b", {}, event.type), h("time", { dateTime: event.receivedAt }, event.receivedAt.slice(11, 19))),
      h("pre", { tabIndex: 0 }, JSON.stringify(event.data, null, 2))
    )
  )
  line.dataset.testid = event.id
  return line
}

/** What stands in a list: cards by the text of what they show. What has not changed keeps its card, and what somebody is typing there. */
const cards = new Map()
const fill = (id, items, nothing) => {
  const before = cards.get(id) ?? new Map()
  const now = new Map(
    items.map(([cardOf, record]) => {
      const key = JSON.stringify(record)
      return [key, before.get(key) ?? cardOf(record)]
    })
  )
  if (cards.has(id) && [...now.keys()].join() === [...before.keys()].join()) return
  cards.set(id, now)
  byId(id).replaceChildren(...(now.size > 0 ? now.values() : [h("article", { className: "empty" }, nothing)]))
}

let shown = ""
const render = async () => {
  const answer = await fetch("/state").catch(() => undefined)
  if (answer === undefined || !answer.ok) return void (byId("connection").textContent = "Keel does not answer")
  const text = await answer.text()
  const state = JSON.parse(text)
  byId("connection").textContent = state.isSubscribed ? "Webhooks arrive" : "Waiting for Keel …"
  if (text === shown) return
  shown = text
  fill(
    "inbox",
    [
      ...state.deposits.filter(({ status }) => WAITING.has(status)).map((deposit) => [fundingCard("deposit"), deposit]),
      ...state.withdrawals.filter(({ status }) => WAITING.has(status)).map((withdrawal) => [fundingCard("withdrawal"), withdrawal]),
      ...state.documents.filter(({ state: of }) => TO_REVIEW.has(of)).map((document) => [documentCard, document])
    ],
    "Nothing waits for a decision."
  )
  fill(
    "clients",
    state.users.map((user) => [clientCard, user]),
    "No clients yet: open an account on the platform."
  )
  byId("events").replaceChildren(...state.events.map(eventLine))
}

new EventSource("/changes").addEventListener("message", () => void render())
await render()
