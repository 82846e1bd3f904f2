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
/** As exact as it is, at least two digits: 0.10, 1.00, 0.125. */
export const formatLots = (lots: string): string => formatText(lots, Math.min(Math.max(2, digitsOf(lots)), DECIMAL_DIGITS), "plain")

const timeFormat = perOptions((key) => {
  const [kind, timeZone] = key.split("|")
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const
  return new Intl.DateTimeFormat(locale, {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(kind === "zoned"
      ? { ...clock, timeZoneName: "short" }
      : kind === "moment"
        ? { year: "numeric", month: "short", day: "2-digit", ...clock, fractionalSecondDigits: 3, timeZoneName: "short" }
        : kind === "time"
          ? clock
          : kind === "date"
            ? { dateStyle: "medium" }
            : { year: "numeric", month: "short", day: "2-digit", ...clock })
  })
})
export const formatTime = (millis: number, timeZone: string): string => timeFormat(`time|${timeZone}`).format(millis)
/** With the zone's name. */
export const formatZonedTime = (millis: number, timeZone: string): string => timeFormat(`zoned|${timeZone}`).format(millis)
/** The zone's short name at that time: `GMT+9`. */
export const zoneName = (millis: number, timeZone: string): string =>
  timeFormat(`zoned|${timeZone}`)
    .formatToParts(millis)
    .find(({ type }) => type === "timeZoneName")?.value ?? timeZone
export const formatDate = (millis: number, timeZone: string): string => timeFormat(`date|${timeZone}`).format(millis)
export const formatDateTime = (millis: number, timeZone: string): string => timeFormat(`both|${timeZone}`).format(millis)
/** To the millisecond, with the zone's name: evidence. */
export const formatMoment = (millis: number, timeZone: string): string => timeFormat(`moment|${timeZone}`).format(millis)
