/** timeHeader: the name of a column of times, with the zone that they are written in. */
import { i18n } from "../locales/i18n.ts"
import { zoneName } from "../locales/formats.ts"
import { nowMillis } from "../state/clock.ts"

export const timeHeader = (name: string, timeZone: string): string =>
  i18n.t("table.timeIn", { name, zone: zoneName(nowMillis(), timeZone) })
