/** OrderPreview: what an order would do to the account. */
import { Schema } from "effect"
import { Refusal } from "#contract/Refusal.ts"
import { FiguresView } from "#contract/Views.ts"
import { DecimalText, Version } from "#contract/Wire.ts"

/** What an order would do if it were sent now, computed by the rules that would execute it. Nothing is kept. */
export const OrderPreview = Schema.Struct({
  version: Version,
  /** Null when the order would be accepted. */
  refusal: Schema.NullOr(Refusal),
  /** At which it would be filled now; of a pending order, the price it waits for. Null without a quote. */
  price: Schema.NullOr(DecimalText),
  /** Margin that it would use or hold back. */
  margin: Schema.NullOr(DecimalText),
  commission: Schema.NullOr(DecimalText),
  before: FiguresView,
  /** Null when it would be refused before margin could be computed. */
  after: Schema.NullOr(FiguresView),
  /** Price of this symbol, all others standing still, at which the account would enter margin call; null when no price does. */
  marginCallPrice: Schema.NullOr(DecimalText),
  stopOutPrice: Schema.NullOr(DecimalText)
}).annotate({ identifier: "OrderPreview" })
export interface OrderPreview extends Schema.Schema.Type<typeof OrderPreview> {}
