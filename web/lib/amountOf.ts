/** amountOf: a decimal of the API for arithmetic; zero for what is absent. */
import { type Decimal, parseDecimal } from "#domain/Decimal.ts"

export const amountOf = (text: string | null): Decimal => parseDecimal(text ?? "") ?? 0n
