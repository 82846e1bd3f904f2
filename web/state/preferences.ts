/** preferences: how this person likes the product to look and act. It follows them to other devices, except for how quickly a click trades. */
import { Schema } from "effect"
import { NotificationTone } from "./notifications.ts"
import { derived, persisted, personal } from "./store.ts"

export const Theme = Schema.Literals(["system", "light", "dark"])
export type Theme = typeof Theme.Type
/** Has a key of its own, which public/theme.js reads before the first paint. */
export const themeCell = personal("theme", Theme, "system")

/**
 * Of this device alone. confirm: a click on a price chooses the side, the button below sends. doubleClick: a double click on a price sends. oneClick: a click does;
 * an explicit choice, and visible.
 */
export const OrderMode = Schema.Literals(["confirm", "doubleClick", "oneClick"])
export type OrderMode = typeof OrderMode.Type
export const orderModeCell = persisted("orderMode", OrderMode, "confirm")

/** An IANA name, or "local" for the browser's own zone. Every time on the page is written in it. */
export const timeZoneCell = personal("timeZone", Schema.String.check(Schema.isMaxLength(64)), "local")
export const timeZoneValue = derived((read) => {
  const chosen = read(timeZoneCell)
  return chosen !== "local" && Intl.supportedValuesOf("timeZone").concat("UTC").includes(chosen)
    ? chosen
    : new Intl.DateTimeFormat().resolvedOptions().timeZone
})

/** What is called out with a short tone: fills, gains, losses and refusals, margin calls and alerts. */
export const soundsCell = personal("sounds.tones", Schema.Array(NotificationTone), [])
/** Single-letter shortcuts (WCAG 2.1.4: they can be turned off). */
export const shortcutsCell = personal("shortcuts", Schema.Boolean, true)
