/** chartTimes: times on the chart's axis and crosshair, in the person's time zone. The chart itself only knows UTC. */
import { TickMarkType } from "lightweight-charts"
import { locale } from "../../locales/formats.ts"

export interface ChartTimes {
  readonly crosshair: (seconds: number) => string
  readonly axis: (seconds: number, type: TickMarkType) => string
}

export const chartTimes = (timeZone: string): ChartTimes => {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, hourCycle: "h23", ...options })
  const year = format({ year: "numeric" })
  const month = format({ month: "short" })
  const day = format({ day: "numeric", month: "short" })
  const minute = format({ hour: "2-digit", minute: "2-digit" })
  const second = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" })
  const full = format({ weekday: "short", day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" })
  const formats: Readonly<Record<TickMarkType, Intl.DateTimeFormat>> = {
    [TickMarkType.Year]: year,
    [TickMarkType.Month]: month,
    [TickMarkType.DayOfMonth]: day,
    [TickMarkType.Time]: minute,
    [TickMarkType.TimeWithSeconds]: second
  }
  return {
    crosshair: (seconds) => full.format(seconds * 1_000),
    axis: (seconds, type) => formats[type].format(seconds * 1_000)
  }
}
