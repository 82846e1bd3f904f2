/** TradingGroup: the commands of a trading account. Every one needs an Idempotency-Key and may be resent with it at any time. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AccountAccess, OpenToImpersonation, Session } from "#contract/Access.ts"
import {
  CommandRefused,
  Conflict,
  IdempotencyKeyMissing,
  IdempotencyKeyReused,
  NotFound,
  ServiceUnavailable,
  VerificationRequired
} from "#contract/Problem.ts"
import {
  CancelOrdersRequest,
  CloseByRequest,
  ClosePositionRequest,
  ClosePositionsRequest,
  commandHeaders,
  ModifyOrderRequest,
  ModifyPositionRequest,
  PlaceOrderRequest
} from "#contract/Requests.ts"
import { OrderPreview } from "#contract/OrderPreview.ts"
import { CommandResult } from "#contract/Views.ts"
import { AccountId, OrderId, PositionId } from "#contract/Wire.ts"

const inAccount = { accountId: AccountId }
const ofOrder = { ...inAccount, orderId: OrderId }
const ofPosition = { ...inAccount, positionId: PositionId }
const commandErrors = [IdempotencyKeyMissing, IdempotencyKeyReused, NotFound, Conflict, CommandRefused, ServiceUnavailable] as const

/** Of what may open a position. */
const openingErrors = [...commandErrors, VerificationRequired] as const

export class TradingGroup extends HttpApiGroup.make("trading")
  .add(
    HttpApiEndpoint.post("placeOrder", "/accounts/:accountId/orders", {
      params: inAccount,
      headers: commandHeaders,
      payload: PlaceOrderRequest,
      success: HttpApiSchema.WithHeaders(CommandResult.pipe(HttpApiSchema.status(201)), { location: Schema.String }),
      error: openingErrors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Place an order",
        description:
          "Market orders are answered with their fill. A refused order is 422 with the reason in `code`, and is kept in the list of orders."
      })
    ),
    HttpApiEndpoint.patch("modifyOrder", "/accounts/:accountId/orders/:orderId", {
      params: ofOrder,
      headers: commandHeaders,
      payload: ModifyOrderRequest,
      success: CommandResult,
      error: commandErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Change an order that is not filled yet" })),
    HttpApiEndpoint.delete("cancelOrder", "/accounts/:accountId/orders/:orderId", {
      params: ofOrder,
      headers: commandHeaders,
      success: CommandResult,
      error: commandErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Cancel an order" })),
    HttpApiEndpoint.post("cancelOrders", "/accounts/:accountId/orders/cancel", {
      params: inAccount,
      headers: commandHeaders,
      payload: [CancelOrdersRequest, Schema.Null],
      success: CommandResult,
      error: commandErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Cancel all orders, or those that fit a filter" })),
    HttpApiEndpoint.post("previewOrder", "/accounts/:accountId/orders/preview", {
      params: inAccount,
      payload: PlaceOrderRequest,
      success: OrderPreview,
      error: ServiceUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        summary: "What an order would do",
        description: "Margin, cost, resulting figures and the prices of margin call and stop-out. Changes nothing."
      })
    ),
    HttpApiEndpoint.patch("modifyPosition", "/accounts/:accountId/positions/:positionId", {
      params: ofPosition,
      headers: commandHeaders,
      payload: ModifyPositionRequest,
      success: CommandResult,
      error: commandErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Change a position's stop-loss, take-profit or trailing stop" })),
    HttpApiEndpoint.post("closePosition", "/accounts/:accountId/positions/:positionId/close", {
      params: ofPosition,
      headers: commandHeaders,
      payload: [ClosePositionRequest, Schema.Null],
      success: CommandResult,
      error: commandErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Close a position, whole or in part" })),
    HttpApiEndpoint.post("closePositions", "/accounts/:accountId/positions/close", {
      params: inAccount,
      headers: commandHeaders,
      payload: [ClosePositionsRequest, Schema.Null],
      success: CommandResult,
      error: commandErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Close all positions, or those that fit a filter" })),
    HttpApiEndpoint.post("closeBy", "/accounts/:accountId/positions/:positionId/close-by", {
      params: ofPosition,
      headers: commandHeaders,
      payload: CloseByRequest,
      success: CommandResult,
      error: commandErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Close a position by an opposite one (hedging accounts)" })),
    HttpApiEndpoint.post("reversePosition", "/accounts/:accountId/positions/:positionId/reverse", {
      params: ofPosition,
      headers: commandHeaders,
      success: CommandResult,
      error: openingErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Close a position and open the same the other way round" }))
  )
  .annotateEndpoints(OpenToImpersonation, "trading")
  .middleware(AccountAccess)
  .middleware(Session)
  .annotateMerge(
    OpenApi.annotations({
      title: "Trading",
      description: "503 with code OUTCOME_UNKNOWN means: send the same command again with the same Idempotency-Key."
    })
  ) {}
