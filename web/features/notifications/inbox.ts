/**
 * inbox: takes the account's events as they arrive, keeps them as notifications, and calls out those that nobody on this page asked for.
 *
 * What a command of this page did is said by its own toast. Its events also come by the stream, before or after the command's answer; so
 * while a command is on its way events wait, and those that its answer names are not called out again.
 */
import { toast } from "sonner"
import type { ChangeView, CommandResult } from "#contract/Views.ts"
import { nowMillis } from "../../state/clock.ts"
import { addNotifications, type Notification } from "../../state/notifications.ts"
import { soundsCell } from "../../state/preferences.ts"
import { read, write } from "../../state/store.ts"
import { changeNotification } from "./changeNotification.ts"
import { playTone } from "./playTone.ts"

/** What is older was missed while away: it is kept, but not called out one by one. */
const FRESH_MILLIS = 30_000
const TOAST_MILLIS = 8_000

let commandsOnTheirWay = 0
const ownSequences = new Set<number>()
let waiting: Array<Notification> = []

export const receiveChanges = (accountId: string, changes: ReadonlyArray<ChangeView>, currencyDigits: number): void => {
  const added = changes.flatMap((change) => changeNotification(accountId, change, currencyDigits) ?? [])
  write(addNotifications, added)
  waiting.push(...added.filter((notification) => nowMillis() - notification.at < FRESH_MILLIS))
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

/** Keeps a notification of this page's own and calls it out. */
export const announce = (notification: Notification): void => {
  write(addNotifications, [notification])
  callOut(notification)
}

const TOASTS = { neutral: toast.info, good: toast.success, bad: toast.error, warning: toast.warning } as const

const callOut = (notification: Notification): void => {
  const { title, description, tone } = notification
  TOASTS[tone](title, { duration: TOAST_MILLIS, ...(description === undefined ? {} : { description }) })
  if (read(soundsCell)) playTone(tone)
  if (document.hidden && "Notification" in window && window.Notification.permission === "granted") {
    const shown = new window.Notification(title, {
      tag: `${notification.accountId}/${notification.sequence}`,
      ...(description === undefined ? {} : { body: description })
    })
    shown.addEventListener("click", () => window.focus())
  }
}
