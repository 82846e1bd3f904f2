/** trading: the commands of the account on the page, each sent so that it is done once. */
import { Effect, Result } from "effect"
import type {
  ClosePositionRequest,
  ClosePositionsRequest,
  ModifyOrderRequest,
  ModifyPositionRequest,
  PlaceOrderRequest
} from "#contract/Requests.ts"
import type { OrderPreview } from "#contract/TradingGroup.ts"
import type { CommandResult } from "#contract/Views.ts"
import { accountIdCell } from "../state/account.ts"
import { read } from "../state/store.ts"
import { call, type Client } from "./client.ts"
import { type Failure, failureWith } from "./failure.ts"
import { type CommandHeaders, sendOnce } from "./sendOnce.ts"

export type CommandAnswer = Result.Result<CommandResult, Failure>

type Send<E> = (client: Client, accountId: string, headers: CommandHeaders) => Effect.Effect<CommandResult, E>

const command = async <E>(send: Send<E>): Promise<CommandAnswer> => {
  const accountId = read(accountIdCell)
  if (accountId === undefined) return Result.fail(failureWith("ACCOUNT_NOT_FOUND"))
  return sendOnce((headers) => call((client) => send(client, accountId, headers)))
}

export const placeOrder = (payload: PlaceOrderRequest): Promise<CommandAnswer> =>
  command((client, accountId, headers) =>
    Effect.map(client.trading.placeOrder({ params: { accountId }, headers, payload }), (answer) => answer.body)
  )

export const modifyOrder = (orderId: string, payload: typeof ModifyOrderRequest.Type): Promise<CommandAnswer> =>
  command((client, accountId, headers) => client.trading.modifyOrder({ params: { accountId, orderId }, headers, payload }))

export const cancelOrder = (orderId: string): Promise<CommandAnswer> =>
  command((client, accountId, headers) => client.trading.cancelOrder({ params: { accountId, orderId }, headers }))

export const modifyPosition = (positionId: string, payload: typeof ModifyPositionRequest.Type): Promise<CommandAnswer> =>
  command((client, accountId, headers) => client.trading.modifyPosition({ params: { accountId, positionId }, headers, payload }))

/** Without lots the whole position. */
export const closePosition = (positionId: string, payload: typeof ClosePositionRequest.Type): Promise<CommandAnswer> =>
  command((client, accountId, headers) => client.trading.closePosition({ params: { accountId, positionId }, headers, payload }))

export const closePositions = (payload: typeof ClosePositionsRequest.Type): Promise<CommandAnswer> =>
  command((client, accountId, headers) => client.trading.closePositions({ params: { accountId }, headers, payload }))

export const reversePosition = (positionId: string): Promise<CommandAnswer> =>
  command((client, accountId, headers) => client.trading.reversePosition({ params: { accountId, positionId }, headers }))

/** What the order would do if it were sent now, by the rules that would execute it. Changes nothing. */
export const previewOrder = async (payload: PlaceOrderRequest): Promise<Result.Result<OrderPreview, Failure>> => {
  const accountId = read(accountIdCell)
  if (accountId === undefined) return Result.fail(failureWith("ACCOUNT_NOT_FOUND"))
  return call((client) => client.trading.previewOrder({ params: { accountId }, payload }))
}
