/** Currency: how many digits an account's money has. */

/** Currencies an account may be kept in, with the digits of their smallest unit (ISO 4217; crypto currencies by usage). */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...["USD", "EUR", "GBP", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "ZAR"].map(
    (code) => [code, 2] as const
  ),
  ...["SGD", "HKD", "CNH", "CNY", "AED", "SAR", "ILS", "MXN", "BRL", "THB", "INR", "UAH", "KZT"].map((code) => [code, 2] as const),
  ...["JPY", "KRW", "CLP", "VND"].map((code) => [code, 0] as const),
  ...["KWD", "BHD", "JOD", "OMR"].map((code) => [code, 3] as const),
  ...["USDT", "USDC"].map((code) => [code, 2] as const),
  ...["BTC", "ETH"].map((code) => [code, 8] as const)
])

/** Digits of the currency, or undefined when no account may be kept in it. */
export const currencyDigitsOf = (currency: string): number | undefined => DIGITS.get(currency)

export const ACCOUNT_CURRENCIES: ReadonlyArray<string> = [...DIGITS.keys()]
