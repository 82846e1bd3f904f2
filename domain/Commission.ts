/** Commission: charged per deal, by lot, by million of notional or as a percentage of it, with a minimum. */
import type { AccountGroup, CommissionRule } from "#domain/AccountGroup.ts"
import { conversionRate } from "#domain/Conversion.ts"
import { maxDecimal, roundDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { Money } from "#domain/Profit.ts"
import { roundFraction, UNITY } from "#domain/Ratio.ts"

type Rule = typeof CommissionRule.Type

const SCALE_2 = 10n ** 16n
const SCALE_4 = 10n ** 32n

export const commissionRule = (group: AccountGroup, instrument: Instrument): Rule | undefined =>
  group.commissions[instrument.symbol] ?? group.commissions["*"]

/**
 * Commission of one side of a deal, account currency, not negative. Notional is lots × contract × price in the profit currency, bought in the
 * account currency at the ask, since it is a cost. Undefined without a rate.
 */
export const commissionOf = (
  prices: ClientPrices,
  account: Money,
  deal: { readonly instrument: Instrument; readonly lots: Decimal; readonly price: Decimal }
): Decimal | undefined => {
  const rule = commissionRule(prices.group, deal.instrument)
  if (rule === undefined || rule.kind === "none") return 0n
  const charged =
    rule.kind === "lot" ? roundFraction(rule.rate * deal.lots, SCALE_2, account.currencyDigits) : ofNotional(prices, account, deal, rule)
  // the minimum too is money of the account, whatever digits the group wrote it with
  return charged === undefined ? undefined : maxDecimal(charged, roundDecimal(rule.minimum, account.currencyDigits))
}

const ofNotional = (
  prices: ClientPrices,
  account: Money,
  deal: { readonly instrument: Instrument; readonly lots: Decimal; readonly price: Decimal },
  rule: Rule
): Decimal | undefined => {
  const from = deal.instrument.profitCurrency
  const rate = from === account.currency ? UNITY : conversionRate(prices, from, account.currency, "ask")
  if (rate === undefined) return undefined
  const product = deal.lots * deal.instrument.contractSize * deal.price * rule.rate
  const per = rule.kind === "million" ? 1_000_000n : 100n
  return roundFraction(product * rate.numerator, SCALE_4 * rate.denominator * per, account.currencyDigits)
}
