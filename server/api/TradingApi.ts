/** TradingApi: decode, ask the account, encode. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { CurrentAccount } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import type { PlaceOrderRequest } from "#contract/Requests.ts"
import { executeTrading } from "#server/api/execute.ts"
import { decisionMarket } from "#server/api/market.ts"
import { orderPreview } from "#server/api/orderPreview.ts"
import { unavailableProblem } from "#server/api/refusals.ts"
import { KycGate } from "#server/kyc/KycGate.ts"
import { Effect } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"

type PlaceOrder = Extract<AccountCommand, { readonly _tag: "PlaceOrder" }>

const placeOrder = (request: PlaceOrderRequest): PlaceOrder => ({
  _tag: "PlaceOrder",
  ...request,
  timeInForce: request.timeInForce ?? (request.type === "market" ? "IOC" : "GTC")
})

/** Closing and canceling are never held up. */
const mayOpen = Effect.gen(function* () {
  const { clientId } = yield* CurrentAccount
  const gate = yield* KycGate
  yield* gate.require("trading", clientId)
})

export const TradingApi = HttpApiBuilder.group(Api, "trading", (handlers) =>
  handlers.handleAll({
    placeOrder: Effect.fnUntraced(function* ({ headers, payload }) {
      yield* mayOpen
      const body = yield* executeTrading(headers["idempotency-key"], placeOrder(payload))
      return HttpApiSchema.withHeaders({ body, headers: { location: `/accounts/${body.accountId}/orders/${body.order?.orderId ?? ""}` } })
    }),
    modifyOrder: ({ headers, params: { orderId }, payload }) =>
      executeTrading(headers["idempotency-key"], { _tag: "ModifyOrder", orderId, ...payload }, orderId),
    cancelOrder: ({ headers, params: { orderId } }) =>
      executeTrading(headers["idempotency-key"], { _tag: "CancelOrder", orderId }, orderId),
    cancelOrders: ({ headers, payload }) => executeTrading(headers["idempotency-key"], { _tag: "CancelOrders", ...payload }),
    previewOrder: Effect.fnUntraced(function* ({ payload }) {
      const { accountId } = yield* CurrentAccount
      const accounts = yield* Accounts
      const view = yield* accounts.view(accountId).pipe(Effect.mapError(unavailableProblem))
      return orderPreview(view, placeOrder(payload), yield* decisionMarket)
    }),
    modifyPosition: ({ headers, params: { positionId }, payload }) =>
      executeTrading(headers["idempotency-key"], { _tag: "ModifyPosition", positionId, ...payload }),
    closePosition: ({ headers, params: { positionId }, payload }) =>
      executeTrading(headers["idempotency-key"], { _tag: "ClosePosition", positionId, ...payload }),
    closePositions: ({ headers, payload }) =>
      executeTrading(headers["idempotency-key"], { _tag: "ClosePositions", result: "all", ...payload }),
    closeBy: ({ headers, params: { positionId }, payload }) =>
      executeTrading(headers["idempotency-key"], { _tag: "CloseBy", positionId, ...payload }),
    reversePosition: ({ headers, params: { positionId } }) =>
      Effect.andThen(mayOpen, executeTrading(headers["idempotency-key"], { _tag: "ReversePosition", positionId }))
  })
)
