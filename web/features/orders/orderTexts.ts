/** orderTexts: an order's prices and how long it waits, in words. */
import type { OrderView } from "#contract/Views.ts"
import { formatDateTime } from "../../locales/formats.ts"
import type { Translate } from "../../locales/i18n.ts"

/** What triggers it, and then what it is filled at. */
export const pricesOf = ({ stopPrice, limitPrice }: OrderView): string =>
  [stopPrice, limitPrice].filter((price) => price !== null).join(" → ")

export const validityOf = (t: Translate, { timeInForce, expiresAt }: OrderView, timeZone: string): string =>
  timeInForce === "GTD" && expiresAt !== null ? formatDateTime(expiresAt, timeZone) : t(`ticket.timesInForce.${timeInForce}`)
