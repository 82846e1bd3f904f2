/** withdrawableNow: what may be withdrawn at the figures of this moment, by the domain's own rule. Undefined while the account cannot be valued. */
import { parseDecimal, type Decimal } from "#domain/Decimal.ts"
import { withdrawableAmount } from "#domain/Figures.ts"
import { figuresCell } from "../../state/account.ts"
import { bookValue } from "../../state/prices.ts"
import { derived } from "../../state/store.ts"

export const withdrawableNow = derived((read): Decimal | undefined => {
  const book = read(bookValue)
  const figures = read(figuresCell)
  const equity = parseDecimal(figures?.equity ?? "")
  const usedMargin = parseDecimal(figures?.usedMargin ?? "")
  return book === undefined || equity === undefined || usedMargin === undefined
    ? undefined
    : withdrawableAmount(book, { equity, usedMargin })
})
