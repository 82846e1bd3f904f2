/** applyQuotes: judges the account by the quotes that woke it, in their order; without any, by the market as it stands. */
import { passTime } from "#actors/account/decide/passTime.ts"
import { settle } from "#actors/account/decide/settle.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Quote } from "#domain/Quote.ts"

/** Each quote is judged as of its reception: a spike that came back while the account was busy still counts, and so does the time it came. */
export const applyQuotes = (turn: Turn, quotes: ReadonlyArray<Quote>): void => {
  for (const quote of quotes) {
    turn.instant = Math.min(turn.now, quote.receivedAt)
    passTime(turn)
    turn.judgeAt(quote)
    settle(turn)
  }
  turn.instant = turn.now
  const before = turn.events.length
  passTime(turn)
  if (quotes.length === 0 || turn.events.length > before) settle(turn)
}
