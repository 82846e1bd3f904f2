/** notifications: what happened to the account, kept until it is read, and longer. */
import { Schema } from "effect"
import { action, cell, derived, persisted } from "./store.ts"

/** Most that are kept; the oldest go first. */
export const NOTIFICATIONS_MAX = 100

export const NotificationTone = Schema.Literals(["neutral", "good", "bad", "warning"])
export type NotificationTone = typeof NotificationTone.Type

export const Notification = Schema.Struct({
  accountId: Schema.String,
  /** The event's place in the account's journal: tells notifications apart. */
  sequence: Schema.Int,
  at: Schema.Int,
  tone: NotificationTone,
  title: Schema.String,
  description: Schema.optionalKey(Schema.String),
  /** The page that tells more. */
  href: Schema.optionalKey(Schema.String)
})
export interface Notification extends Schema.Schema.Type<typeof Notification> {}

/** Newest first. */
export const notificationsCell = persisted("notifications", Schema.Array(Notification), [])
const readUntilCell = persisted("notifications.readUntil", Schema.Int, 0)
export const notificationsOpenCell = cell(false)

export const unreadCountValue = derived((read) => {
  const readUntil = read(readUntilCell)
  return read(notificationsCell).filter((notification) => notification.at > readUntil).length
})

export const addNotifications = action((read, write, added: ReadonlyArray<Notification>) => {
  const keyOf = (notification: Notification) => `${notification.accountId}/${notification.sequence}`
  const held = read(notificationsCell)
  const known = new Set(held.map(keyOf))
  const fresh = added.filter((notification) => !known.has(keyOf(notification)))
  if (fresh.length === 0) return
  const all = [...fresh, ...held].toSorted((a, b) => b.at - a.at || b.sequence - a.sequence)
  write(notificationsCell, all.slice(0, NOTIFICATIONS_MAX))
})

export const markNotificationsRead = action((read, write) => {
  const newest = read(notificationsCell)[0]
  if (newest !== undefined) write(readUntilCell, newest.at)
})
export const clearNotifications = action((_read, write) => write(notificationsCell, []))
