/** appVersion: keeps the app's shell for the time without a network, and notices when a new version of the app is there. */
import { write } from "../state/store.ts"
import { newVersionCell } from "../state/connection.ts"

/** A page that stays open asks this often. */
const CHECK_MILLIS = 60 * 60_000

export const keepAppVersion = (): void => {
  if (!("serviceWorker" in navigator)) return
  const workers = navigator.serviceWorker
  // The first worker takes over a page that is new itself; a later one only after the person agreed.
  let isControlled = workers.controller !== null
  workers.addEventListener("controllerchange", () => {
    if (isControlled) window.location.reload()
    isControlled = true
  })
  void workers.register("/sw.js").then((registration) => {
    setInterval(() => void registration.update().catch(() => undefined), CHECK_MILLIS)
    const offer = () => {
      if (registration.waiting !== null && workers.controller !== null) write(newVersionCell, registration.waiting)
    }
    offer()
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer))
  })
}
