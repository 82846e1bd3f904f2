/** defaultFundingConditions: what a new installation starts with; the broker's own take their place. */
import { decimal } from "#domain/Decimal.ts"
import type { FundingConditions, FundingField, FundingLimits } from "#domain/FundingConditions.ts"

const limits = (amountMin: string, amountMax: string, dayMax: string): FundingLimits => ({
  amountMin: decimal(amountMin),
  amountMax: decimal(amountMax),
  dayMax: decimal(dayMax)
})
/** Currencies of about one value share limits. */
const everywhere = (own: FundingLimits): Readonly<Record<string, FundingLimits>> =>
  Object.fromEntries(["USD", "EUR", "GBP", "CHF", "AUD", "CAD", "NZD", "USDT", "USDC"].map((currency) => [currency, own]))

const field = (name: string, title: string, lengthMax: number, required = true): FundingField => ({ name, title, lengthMax, required })

export const defaultFundingConditions: FundingConditions = {
  openDepositsMax: 5,
  openWithdrawalsMax: 5,
  methods: [
    {
      name: "bankTransfer",
      title: "Bank transfer",
      deposit: {
        note: "We send you the bank details for the transfer. Booked when it arrives, usually within 1 to 3 business days.",
        fields: [field("payerName", "Name of the payer", 100)],
        limits: { ...everywhere(limits("50", "250000", "500000")), JPY: limits("5000", "25000000", "50000000") }
      },
      withdrawal: {
        note: "Paid to an account in your own name, usually within 1 to 3 business days after approval.",
        fields: [
          field("accountHolder", "Account holder", 100),
          field("iban", "IBAN or account number", 34),
          field("bic", "BIC or bank code", 20, false)
        ],
        limits: { ...everywhere(limits("50", "100000", "200000")), JPY: limits("5000", "10000000", "20000000") }
      }
    },
    {
      name: "card",
      title: "Card",
      deposit: {
        note: "We send you a link to the payment page. Booked as soon as the payment is confirmed.",
        fields: [],
        limits: { ...everywhere(limits("20", "10000", "20000")), JPY: limits("2000", "1000000", "2000000") }
      },
      withdrawal: {
        note: "Refunded to the card that you paid with, up to what was paid; usually within 5 business days after approval.",
        fields: [field("cardLastDigits", "Last four digits of the card", 4)],
        limits: { ...everywhere(limits("20", "10000", "20000")), JPY: limits("2000", "1000000", "2000000") }
      }
    },
    {
      name: "crypto",
      title: "Crypto wallet",
      deposit: {
        note: "We send you the address. Booked at the rate of the moment when the network confirms the payment.",
        fields: [field("network", "Network", 40)],
        limits: everywhere(limits("50", "100000", "200000"))
      },
      withdrawal: {
        note: "Sent after approval, and cannot be called back: check network and address.",
        fields: [field("network", "Network", 40), field("address", "Address", 120)],
        limits: everywhere(limits("50", "50000", "100000"))
      }
    }
  ]
}
