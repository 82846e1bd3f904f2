/**
 * inbox: takes the account's events as they arrive, keeps them as notifications, and calls out those that nobody on this page asked for.
 *
 * What a command of this page did is said by its own toast. Its events also come by the stream, before or after the command's answer; so
 * while a command is on its way events wait, and those that its answer names are not called out again.
 */
import { navigate } from "wouter/use-browser-location"
import type { ChangeView, CommandResult } from "#contract/Views.ts"
import { i18n } from "../../locales/i18n.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { addNotifications, type Notification, type NotificationTone, notificationsOpenCell } from "../../state/notifications.ts"
import { soundsCell } from "../../state/preferences.ts"
import { read, write } from "../../state/store.ts"
import { showToast, type ToastKind } from "../../ui/toast.ts"
import { changeNotification } from "./changeNotification.ts"
import { playTone } from "./playTone.ts"

/** What is older was missed while away: it is kept, and called out as a number. */
const FRESH_MILLIS = 30_000
const TOAST_MILLIS = 8_000

let commandsOnTheirWay = 0
const ownSequences = new Set<number>()
let waiting: Array<Notification> = []

export const receiveChanges = (accountId: string, changes: ReadonlyArray<ChangeView>, currencyDigits: number): void => {
  const added = changes.flatMap((change) => changeNotification(accountId, change, currencyDigits) ?? [])
  write(addNotifications, added)
  const fresh = added.filter((notification) => read(serverTimeValue) - notification.at < FRESH_MILLIS)
  waiting.push(...fresh)
  if (added.length > fresh.length) callOutMissed(added.length - fresh.length)
  if (commandsOnTheirWay === 0) callOutWaiting()
}

export const commandStarted = (): void => {
  commandsOnTheirWay++
}

export const commandEnded = (result: CommandResult | undefined): void => {
  for (const change of result?.changes ?? []) ownSequences.add(change.sequence)
  commandsOnTheirWay--
  if (commandsOnTheirWay === 0) callOutWaiting()
}

const callOutWaiting = (): void => {
  const ready = waiting
  waiting = []
  for (const notification of ready) if (!ownSequences.delete(notification.sequence)) callOut(notification)
}

const callOutMissed = (count: number): void => {
  showToast("info", i18n.t("notification.missed", { count }), {
    duration: TOAST_MILLIS,
    action: { label: i18n.t("notification.show"), onClick: () => write(notificationsOpenCell, true) }
  })
}

/** Keeps a notification of this page's own and calls it out. */
export const announce = (notification: Notification): void => {
  write(addNotifications, [notification])
  callOut(notification)
}

const TOASTS: Readonly<Record<NotificationTone, ToastKind>> = { neutral: "info", good: "success", bad: "error", warning: "warning" }

const callOut = (notification: Notification): void => {
  const { title, description, tone, href } = notification
  showToast(TOASTS[tone], title, {
    duration: TOAST_MILLIS,
    ...(description === undefined ? {} : { description }),
    ...(href === undefined ? {} : { action: { label: i18n.t("stopOut.show"), onClick: () => navigate(href) } })
  })
  if (read(soundsCell).includes(tone)) playTone(tone)
  if (document.hidden && "Notification" in window && window.Notification.permission === "granted") {
    const shown = new window.Notification(title, {
      tag: `${notification.accountId}/${notification.sequence}`,
      ...(description === undefined ? {} : { body: description })
    })
    shown.addEventListener("click", () => window.focus())
  }
}
