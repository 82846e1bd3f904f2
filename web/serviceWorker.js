/**
 * The shell of the app without a network, and nothing else: the page and the files it is built of. What the API and the stream say is never
 * kept: a price or a balance of the past must not look like one of now. BUILD and SHELL are written by the build (see vite.config.ts).
 */
const cacheName = `keel-${BUILD}`

addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(SHELL)))
})

addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name)
    await clients.claim()
  }
  event.waitUntil(forget())
})

/** Sent by the page when the person has agreed to the new version. */
addEventListener("message", ({ data }) => {
  if (data === "activate") void skipWaiting()
})

/** Files carry their hash in their name: what was fetched once is good for ever. */
const kept = async (request) => {
  const cache = await caches.open(cacheName)
  const known = await cache.match(request)
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request
  const { origin, pathname } = new URL(url)
  if (method !== "GET" || origin !== location.origin) return
  if (pathname.startsWith("/assets/")) event.respondWith(kept(event.request))
  // What we ask for in a page's place is no navigation any more, and a link of the CRM's opens for nothing else.
  else if (pathname.startsWith("/sso/")) return
  // The page itself comes from the network whenever there is one.
  else if (mode === "navigate") event.respondWith(fetch(event.request).catch(() => caches.match("/", { cacheName })))
})
