/** PendingFields: what an order that waits needs besides: its prices, and how long it waits. */
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderType } from "#domain/Order.ts"
import { PriceField } from "./PriceField.tsx"
import { needsLimitPrice, needsStopPrice } from "./readTicket.ts"
import { TimeInForceField } from "./TimeInForceField.tsx"

export default function PendingFields(props: { readonly type: OrderType; readonly instrument: Instrument }) {
  const { instrument, type } = props
  return (
    <>
      {needsStopPrice(type) && <PriceField field="stopPrice" instrument={instrument} />}
      {needsLimitPrice(type) && <PriceField field="limitPrice" instrument={instrument} />}
      <TimeInForceField type={type} />
    </>
  )
}
