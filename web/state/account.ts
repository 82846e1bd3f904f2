/**
 * account: the trading account on the page, as the server last told it.
 *
 * What rarely changes (which positions there are, their stop-loss) and what every tick moves (profit, equity) are kept apart, so that a tick
 * renders figures and never a table.
 */
import type { AccountSummary, FiguresView, OrderView, PositionView } from "#contract/Views.ts"
import type { ServerMessage } from "#contract/Stream.ts"
import { action, cell, derived, perKey } from "./store.ts"

export type AccountStateMessage = Extract<ServerMessage, { readonly type: "accountState" }>
export type AccountFiguresMessage = Extract<ServerMessage, { readonly type: "account" }>

/** Which of the client's accounts is shown. */
export const accountIdCell = cell<string | undefined>(undefined)
/** Undefined until the stream has told it. */
export const accountCell = cell<AccountSummary | undefined>(undefined)
/** Open positions, newest first. */
export const positionsCell = cell<ReadonlyArray<PositionView>>([])
/** Orders that wait, newest first. */
export const ordersCell = cell<ReadonlyArray<OrderView>>([])
/** The account's version that the page shows. */
export const versionCell = cell(0)

export const figuresCell = cell<FiguresView | undefined>(undefined)
export const marginWatchCell = cell<AccountSummary["marginWatch"]>("healthy")

/** What a position would be closed at now, and what that would bring; null without a quote or a conversion rate. */
export interface PositionValue {
  readonly currentPrice: string | null
  readonly floatingProfit: string | null
}
const UNKNOWN_VALUE: PositionValue = { currentPrice: null, floatingProfit: null }
export const positionValueCell = perKey(() => cell<PositionValue>(UNKNOWN_VALUE))

export const positionValue = perKey((positionId) =>
  derived((read) => read(positionsCell).find((position) => position.positionId === positionId))
)
export const positionsOfSymbol = perKey((symbol) => derived((read) => read(positionsCell).filter((position) => position.symbol === symbol)))
export const ordersOfSymbol = perKey((symbol) => derived((read) => read(ordersCell).filter((order) => order.symbol === symbol)))

const byNumber = (a: string, b: string): number => Number(b.slice(1)) - Number(a.slice(1))

const figuresOf = (source: FiguresView): FiguresView => ({
  balance: source.balance,
  credit: source.credit,
  equity: source.equity,
  usedMargin: source.usedMargin,
  freeMargin: source.freeMargin,
  marginLevelPercent: source.marginLevelPercent,
  floatingProfit: source.floatingProfit,
  swap: source.swap
})

/** What did not change is not written: nobody computes it again. */
const applyPositionValues = action((read, write, positions: ReadonlyArray<PositionValue & { readonly positionId: string }>) => {
  for (const { positionId, currentPrice, floatingProfit } of positions) {
    const held = read(positionValueCell(positionId))
    if (held.currentPrice !== currentPrice || held.floatingProfit !== floatingProfit)
      write(positionValueCell(positionId), { currentPrice, floatingProfit })
  }
})

/** Replaces the account whole. An older version never replaces a newer one. */
export const applyAccountState = action((read, write, message: AccountStateMessage) => {
  if (message.accountId !== read(accountIdCell) || message.version < read(versionCell)) return
  write(versionCell, message.version)
  write(accountCell, message.account)
  write(figuresCell, figuresOf(message.account))
  write(marginWatchCell, message.account.marginWatch)
  write(
    positionsCell,
    message.positions.toSorted((a, b) => byNumber(a.positionId, b.positionId))
  )
  write(
    ordersCell,
    message.orders.toSorted((a, b) => byNumber(a.orderId, b.orderId))
  )
  write(applyPositionValues, message.positions)
})

/** The figures, as quotes move them; those of another version belong to an account that the page does not show yet. */
export const applyAccountFigures = action((read, write, message: AccountFiguresMessage) => {
  if (message.accountId !== read(accountIdCell) || message.version !== read(versionCell)) return
  write(figuresCell, figuresOf(message))
  write(marginWatchCell, message.marginWatch)
  write(applyPositionValues, message.positions)
})

/** Another account, or nobody: forgets the one before. */
export const chooseAccount = action((read, write, accountId: string | undefined) => {
  if (read(accountIdCell) === accountId) return
  write(accountIdCell, accountId)
  write(versionCell, 0)
  write(accountCell, undefined)
  write(figuresCell, undefined)
  write(marginWatchCell, "healthy")
  write(positionsCell, [])
  write(ordersCell, [])
})
