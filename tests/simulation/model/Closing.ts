/** Closing: positions closed by the client, whole or in part, many at once, against each other, or turned round. */
import type { RejectionReason } from "#domain/RejectionReason.ts"
import { floatingProfitOf, type ModelAccount, type ModelPosition } from "./Account.ts"
import { positionOf } from "./Changing.ts"
import type { CommandOf } from "./CommandOf.ts"
import { close, fill } from "./Fills.ts"
import { type MarketView, opposite, pointOf } from "./MarketView.ts"
import { checkMargin, checkNewTrades, demandOf } from "./Orders.ts"
import { Refusals } from "./Refusals.ts"
import { closingPrice, copyOf } from "./Watch.ts"

type Answer = RejectionReason | undefined

const checkClosable = (account: ModelAccount, view: MarketView, position: ModelPosition, refusals: Refusals): void => {
  refusals.when(account.tradingMode === "none", "TRADING_DISABLED")
  refusals.when(!view.isOpen(position.symbol), "MARKET_CLOSED")
  refusals.when(!view.isFresh(position.symbol), "STALE_QUOTE")
}

export const closePosition = (account: ModelAccount, view: MarketView, command: CommandOf<"ClosePosition">): Answer => {
  const position = positionOf(account, command.positionId)
  if (typeof position === "string") return position
  const refusals = new Refusals()
  const instrument = view.known(position.symbol)
  const lots = command.lots ?? position.lots
  // The whole may always be closed.
  const isPart = lots !== position.lots
  checkClosable(account, view, position, refusals)
  refusals.when(isPart && lots < instrument.lotsMin, "LOTS_BELOW_MINIMUM")
  refusals.when(isPart && lots % instrument.lotsStep !== 0n, "LOTS_OFF_STEP")
  refusals.when(lots > position.lots, "LOTS_ABOVE_POSITION")
  const points = command.maxSlippagePoints
  refusals.when(points !== undefined && points < 0, "INVALID_SLIPPAGE")
  const price = closingPrice(view, position, lots)
  const market = view.closePrice(position.symbol, position.side)
  const worse = position.side === "buy" ? market - price : price - market
  refusals.when(points !== undefined && worse > BigInt(points) * pointOf(instrument), "SLIPPAGE_EXCEEDED")
  const refusal = refusals.first()
  if (refusal === undefined) close(account, view, position, lots, price, "close")
  return refusal
}

export const closePositions = (account: ModelAccount, view: MarketView, command: CommandOf<"ClosePositions">): Answer => {
  if (command.symbol !== undefined && view.instrument(command.symbol) === undefined) return "UNKNOWN_SYMBOL"
  if (account.tradingMode === "none") return "TRADING_DISABLED"
  const chosen = account.positions.filter((position) => {
    const result = floatingProfitOf(account, view, position)
    const matches = command.result === "all" || (command.result === "winners" ? result > 0n : result < 0n)
    return matches && (command.symbol ?? position.symbol) === position.symbol && (command.side ?? position.side) === position.side
  })
  const closable = chosen.filter((position) => view.isTradable(position.symbol))
  const [first] = chosen
  // Refused only when something matched and none of it could be closed; then with the reason of the first.
  if (first !== undefined && closable.length === 0) return view.isOpen(first.symbol) ? "STALE_QUOTE" : "MARKET_CLOSED"
  for (const position of closable) close(account, view, position, position.lots, closingPrice(view, position, position.lots), "close")
  return undefined
}

/** The other position's open price is the closing price; the total result sits in the first trade, the second has 0. */
export const closeBy = (account: ModelAccount, view: MarketView, command: CommandOf<"CloseBy">): Answer => {
  const position = positionOf(account, command.positionId)
  if (typeof position === "string") return position
  const other = positionOf(account, command.oppositePositionId)
  if (typeof other === "string") return other
  const refusals = new Refusals()
  checkClosable(account, view, position, refusals)
  refusals.when(account.mode !== "hedging", "NOT_HEDGING")
  refusals.when(position.symbol !== other.symbol || position.side === other.side, "POSITIONS_NOT_OPPOSITE")
  const refusal = refusals.first()
  if (refusal !== undefined) return refusal
  const lots = position.lots < other.lots ? position.lots : other.lots
  const { openPrice } = position
  close(account, view, position, lots, other.openPrice, "closeBy")
  close(account, view, other, lots, openPrice, "closeBy", 0n)
  return undefined
}

/** Closes the whole position and opens the opposite of the same volume; both or neither: the opening is judged on what the closing leaves. */
export const reversePosition = (account: ModelAccount, view: MarketView, command: CommandOf<"ReversePosition">): Answer => {
  const position = positionOf(account, command.positionId)
  if (typeof position === "string") return position
  const refusals = new Refusals()
  const { symbol, lots } = position
  const price = closingPrice(view, position, lots)
  const exits = { stopLoss: undefined, takeProfit: undefined, trailingStop: undefined }
  const execution = { symbol, side: opposite(position.side), lots, price, cause: "reverse" as const, ...exits }
  checkClosable(account, view, position, refusals)
  checkNewTrades(account, view, symbol, refusals)
  const trial = copyOf(account)
  const index = account.positions.indexOf(position)
  closeWhole(trial, view, index, price)
  checkMargin(trial, view, demandOf(trial, view, execution), refusals)
  const refusal = refusals.first()
  if (refusal !== undefined) return refusal
  account.orderCount += 1
  account.endings.push(`O${account.orderCount} filled`)
  closeWhole(account, view, index, price)
  fill(account, view, execution)
  return undefined
}

const closeWhole = (account: ModelAccount, view: MarketView, index: number, price: bigint): void => {
  const position = account.positions[index]
  if (position !== undefined) close(account, view, position, position.lots, price, "reverse")
}
