/** connection: whether what the page shows is live. */
import type { Millis } from "#domain/Quote.ts"
import { cell, derived } from "./store.ts"

export type Connection =
  | { readonly status: "connecting" }
  | { readonly status: "live" }
  /** Prices are frozen since then; tried again by itself at `retryAt`. */
  | { readonly status: "lost"; readonly since: Millis; readonly retryAt: Millis }

export const connectionCell = cell<Connection>({ status: "connecting" })
/** Round trip of the last ping, milliseconds. */
export const latencyMillisCell = cell<number | undefined>(undefined)
export const isLiveValue = derived((read) => read(connectionCell).status === "live")

/** A newer build of this page that waits to take over. */
export const newVersionCell = cell<ServiceWorker | undefined>(undefined)
