/** UpstreamError: upstream's error bodies, in its own words. */

export interface UpstreamError {
  readonly code: number
  readonly message: string
  readonly status: "error"
}

const error = (code: number, message: string): UpstreamError => ({ code, message, status: "error" })

const MESSAGES: Readonly<Record<number, string>> = {
  400: "Invalid request. Please check the parameters according to API documentation: https://twelvedata.com/docs",
  401: "**apikey** parameter is incorrect or not specified. You can get your free API key instantly following this link: https://twelvedata.com/pricing. If you believe that everything is correct, you can contact us at https://twelvedata.com/contact/customer",
  403: "This endpoint is not available with your plan. Consider upgrading your API Key now at https://twelvedata.com/pricing",
  404: "**symbol** or **figi** parameter is missing or invalid. Please provide a valid symbol according to API documentation: https://twelvedata.com/docs#reference-data",
  414: "The parameter **symbol** is too long.",
  429: "You have run out of API credits for the current minute.",
  500: "Something went wrong. Please try again later or contact us at https://twelvedata.com/contact/customer"
}

/** The body of an HTTP status, with upstream's usual text unless `message` says otherwise. */
export const upstreamError = (code: number, message?: string): UpstreamError => error(code, message ?? MESSAGES[code] ?? `Error ${code}`)

export const missingParameter = (name: string): UpstreamError => error(400, `**${name}** parameter is missing or invalid.`)

export const unknownSymbol = (symbol: string): UpstreamError =>
  error(404, `**symbol** not found: ${symbol}. Please specify it correctly according to API Documentation.`)

export const outOfMinuteCredits = (used: number, limit: number): UpstreamError =>
  error(
    429,
    `You have run out of API credits for the current minute. ${used} API credits were used, with the current limit being ${limit}. Wait for the next minute or consider switching to a higher tier plan at https://twelvedata.com/pricing`
  )

export const outOfDayCredits = (used: number, limit: number): UpstreamError =>
  error(
    429,
    `You have run out of API credits for the day. ${used} API credits were used, with the current limit being ${limit}. Wait for the next day or consider switching to a higher tier plan at https://twelvedata.com/pricing`
  )
