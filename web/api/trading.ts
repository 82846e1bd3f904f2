/** trading: the commands of the account on the page, each sent so that it is done once. */
import { Result } from "effect"
import { OrderPreview } from "#contract/OrderPreview.ts"
import {
  CancelOrdersRequest,
  CloseByRequest,
  ClosePositionRequest,
  ClosePositionsRequest,
  ModifyOrderRequest,
  ModifyPositionRequest,
  PlaceOrderRequest
} from "#contract/Requests.ts"
import type { TradingGroup } from "#contract/TradingGroup.ts"
import { CommandResult } from "#contract/Views.ts"
import { accountIdCell } from "../state/account.ts"
import { read } from "../state/store.ts"
import { call } from "./client.ts"
import { failureWith } from "./failure.ts"
import { type Answer, operationsOf, type Request } from "./operation.ts"
import { type CommandHeaders, sendOnce } from "./sendOnce.ts"

const trading = operationsOf<typeof TradingGroup>()
const success = CommandResult
const placing = trading("POST /accounts/:accountId/orders", { payload: PlaceOrderRequest, success })
const modifyingOrder = trading("PATCH /accounts/:accountId/orders/:orderId", { payload: ModifyOrderRequest, success })
const canceling = trading("DELETE /accounts/:accountId/orders/:orderId", { success })
const cancelingMany = trading("POST /accounts/:accountId/orders/cancel", { payload: CancelOrdersRequest, success })
const modifyingPosition = trading("PATCH /accounts/:accountId/positions/:positionId", { payload: ModifyPositionRequest, success })
const closing = trading("POST /accounts/:accountId/positions/:positionId/close", { payload: ClosePositionRequest, success })
const closingMany = trading("POST /accounts/:accountId/positions/close", { payload: ClosePositionsRequest, success })
const closingBy = trading("POST /accounts/:accountId/positions/:positionId/close-by", { payload: CloseByRequest, success })
const reversing = trading("POST /accounts/:accountId/positions/:positionId/reverse", { success })
const preview = trading("POST /accounts/:accountId/orders/preview", { payload: PlaceOrderRequest, success: OrderPreview })

export type CommandAnswer = Answer<CommandResult>

const command = async (requestOf: (accountId: string, headers: CommandHeaders) => Request<CommandResult>): Promise<CommandAnswer> => {
  const accountId = read(accountIdCell)
  if (accountId === undefined) return Result.fail(failureWith("ACCOUNT_NOT_FOUND"))
  return sendOnce((headers) => call(requestOf(accountId, headers)))
}

export const placeOrder = (payload: PlaceOrderRequest): Promise<CommandAnswer> =>
  command((accountId, headers) => placing({ params: { accountId }, headers, payload }))

export const modifyOrder = (orderId: string, payload: typeof ModifyOrderRequest.Type): Promise<CommandAnswer> =>
  command((accountId, headers) => modifyingOrder({ params: { accountId, orderId }, headers, payload }))

export const cancelOrder = (orderId: string): Promise<CommandAnswer> =>
  command((accountId, headers) => canceling({ params: { accountId, orderId }, headers }))

/** All that wait. */
export const cancelOrders = (): Promise<CommandAnswer> =>
  command((accountId, headers) => cancelingMany({ params: { accountId }, headers, payload: {} }))

export const modifyPosition = (positionId: string, payload: typeof ModifyPositionRequest.Type): Promise<CommandAnswer> =>
  command((accountId, headers) => modifyingPosition({ params: { accountId, positionId }, headers, payload }))

/** Without lots the whole position. */
export const closePosition = (positionId: string, payload: typeof ClosePositionRequest.Type): Promise<CommandAnswer> =>
  command((accountId, headers) => closing({ params: { accountId, positionId }, headers, payload }))

export const closePositions = (payload: typeof ClosePositionsRequest.Type): Promise<CommandAnswer> =>
  command((accountId, headers) => closingMany({ params: { accountId }, headers, payload }))

export const closePositionBy = (positionId: string, oppositePositionId: string): Promise<CommandAnswer> =>
  command((accountId, headers) => closingBy({ params: { accountId, positionId }, headers, payload: { oppositePositionId } }))

export const reversePosition = (positionId: string): Promise<CommandAnswer> =>
  command((accountId, headers) => reversing({ params: { accountId, positionId }, headers }))

/** What the order would do if it were sent now, by the rules that would execute it. Changes nothing. */
export const previewOrder = async (payload: PlaceOrderRequest): Promise<Answer<OrderPreview>> => {
  const accountId = read(accountIdCell)
  if (accountId === undefined) return Result.fail(failureWith("ACCOUNT_NOT_FOUND"))
  return call(preview({ params: { accountId }, payload }))
}
