/** formats: numbers and times as the reader's locale writes them. Decimals are formatted from their exact text, never through a float. */
import { type Decimal, DECIMAL_DIGITS, formatDecimal, parseDecimal } from "#domain/Decimal.ts"

/** The browser's locale if Intl knows it: odd ones such as `en-US@posix` exist and would throw. */
const chooseLocale = (): string => {
  for (const candidate of navigator.languages) {
    try {
      if (Intl.NumberFormat.supportedLocalesOf(candidate).length > 0) return candidate
    } catch {
      // Not a language tag at all: try the next one.
    }
  }
  return "en-US"
}
export const locale = chooseLocale()

const perOptions = <A>(make: (key: string) => A) => {
  const made = new Map<string, A>()
  return (key: string): A => {
    const known = made.get(key) ?? make(key)
    made.set(key, known)
    return known
  }
}
const numberFormat = perOptions((key) => {
  const [digits, sign] = key.split("/")
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: Number(digits),
    maximumFractionDigits: Math.max(Number(digits), 0),
    signDisplay: sign === "signed" ? "exceptZero" : "negative"
  })
})

const isNumeric = (text: string): text is `${number}` => parseDecimal(text) !== undefined

const formatText = (text: string, digits: number, sign: "signed" | "plain"): string =>
  isNumeric(text) ? numberFormat(`${digits}/${sign}`).format(text) : text

/** Digits that a decimal text has after its point. */
const digitsOf = (text: string): number => text.length - 1 - (text.includes(".") ? text.indexOf(".") : text.length - 1)

/** What is not known right now, for want of a quote for instance. */
export const UNKNOWN = "–"

/** An amount as the server wrote it, which has the currency's digits. */
export const formatMoney = (amount: string | null): string => (amount === null ? UNKNOWN : formatText(amount, digitsOf(amount), "plain"))
/** The same with its sign, + too. */
export const formatSignedMoney = (amount: string | null): string =>
  amount === null ? UNKNOWN : formatText(amount, digitsOf(amount), "signed")
export const formatAmount = (amount: Decimal, digits: number): string => formatText(formatDecimal(amount), digits, "plain")
export const formatSignedAmount = (amount: Decimal, digits: number): string => formatText(formatDecimal(amount), digits, "signed")
/** Prices are written as they are typed: no grouping, a point. */
export const formatPrice = (price: Decimal, digits: number): string => formatDecimal(price, digits)
export const formatPercent = (percent: string, digits = 2): string => `${formatText(percent, digits, "plain")}%`
const changeFormat = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero" })
/** A change in percent, for showing only. */
export const formatChange = (percent: number): string => `${changeFormat.format(percent)}%`
const compactFormat = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 4 })
/** A great number to be taken in at a glance: 1.234M. For showing only. */
export const formatCompact = (value: number): string => compactFormat.format(value)
const countFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: DECIMAL_DIGITS })
/** The same number in full. */
export const formatCount = (value: number): string => countFormat.format(value)
/** As exact as it is, at least two digits: 0.10, 1.00, 0.125. */
export const formatLots = (lots: string): string => formatText(lots, Math.min(Math.max(2, digitsOf(lots)), DECIMAL_DIGITS), "plain")

const HOUR_AND_MINUTE = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const
const CLOCK = { ...HOUR_AND_MINUTE, second: "2-digit" } as const
const DAY_AND_CLOCK = { year: "numeric", month: "short", day: "2-digit", ...CLOCK } as const
const ZONE = { timeZoneName: "short" } as const
const TIME_KINDS = {
  time: CLOCK,
  zoned: { ...CLOCK, ...ZONE },
  zonedMinute: { ...HOUR_AND_MINUTE, ...ZONE },
  date: { dateStyle: "medium" },
  both: DAY_AND_CLOCK,
  moment: { ...DAY_AND_CLOCK, fractionalSecondDigits: 3, ...ZONE }
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>

const timeFormats = new Map<string, Intl.DateTimeFormat>()
const timeFormat = (kind: keyof typeof TIME_KINDS, timeZone: string): Intl.DateTimeFormat => {
  const key = `${kind}|${timeZone}`
  const known = timeFormats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone, ...TIME_KINDS[kind] })
  timeFormats.set(key, known)
  return known
}
export const formatTime = (millis: number, timeZone: string): string => timeFormat("time", timeZone).format(millis)
/** With the zone's name. */
export const formatZonedTime = (millis: number, timeZone: string): string => timeFormat("zoned", timeZone).format(millis)
/** The zone's short name at that time: `GMT+9`. */
export const zoneName = (millis: number, timeZone: string): string =>
  timeFormat("zoned", timeZone)
    .formatToParts(millis)
    .find(({ type }) => type === "timeZoneName")?.value ?? timeZone
export const formatDate = (millis: number, timeZone: string): string => timeFormat("date", timeZone).format(millis)
export const formatDateTime = (millis: number, timeZone: string): string => timeFormat("both", timeZone).format(millis)
/** Hours and minutes with the zone's name. */
export const formatZonedMinute = (millis: number, timeZone: string): string => timeFormat("zonedMinute", timeZone).format(millis)
/** To the millisecond, with the zone's name: evidence. */
export const formatMoment = (millis: number, timeZone: string): string => timeFormat("moment", timeZone).format(millis)
