/** webhookExamples: one event of each type, for the OpenAPI document and for whoever writes a receiver. */
import type { FiguresView, LedgerEntryView, OrderView, PositionView, TradeView } from "#contract/Views.ts"
import type { WebhookEvent, WebhookFundingRequest, WebhookType, WebhookUser } from "#contract/WebhookEvents.ts"

const at = 1_795_438_882_123
const clientId = "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77"
const ofAccount = { accountId: "100001", clientId }

const user: WebhookUser = {
  userId: clientId,
  externalId: "lead-4711",
  email: "trader@example.com",
  name: "Ada Trader",
  emailVerified: true,
  blocked: false,
  createdAt: at - 60_000
}

const order: OrderView = {
  orderId: "O1",
  symbol: "EURUSD",
  side: "buy",
  type: "market",
  status: "pending",
  lots: "0.1",
  limitPrice: null,
  stopPrice: null,
  timeInForce: "GTC",
  expiresAt: null,
  stopLoss: "1.09500",
  takeProfit: null,
  trailingStop: null,
  maxSlippagePoints: null,
  ocoGroup: null,
  comment: null,
  reservedMargin: "0.00",
  placedAt: at,
  updatedAt: at,
  fillPrice: null,
  positionId: null,
  cancelCause: null,
  refusal: null
}

const position: PositionView = {
  positionId: "P1",
  symbol: "EURUSD",
  side: "buy",
  status: "closed",
  lots: "0.1",
  openPrice: "1.10010",
  stopLoss: "1.09500",
  takeProfit: null,
  trailingStop: null,
  margin: "110.01",
  swap: "-0.55",
  commission: "0.00",
  orderId: "O1",
  openedAt: at - 3_600_000,
  currentPrice: null,
  floatingProfit: null,
  realizedProfit: "12.00",
  closePrice: "1.10130",
  closedAt: at
}

const trade: TradeView = {
  tradeId: "T2",
  orderId: null,
  positionId: "P1",
  symbol: "EURUSD",
  side: "sell",
  entry: "close",
  cause: "close",
  lots: "0.1",
  price: "1.10130",
  realizedProfit: "12.00",
  swap: "-0.55",
  commission: "0.00",
  bid: "1.10130",
  ask: "1.10142",
  executedAt: at
}

const entry: LedgerEntryView = {
  entryId: "L7",
  kind: "deposit",
  amount: "250.00",
  balanceAfter: "1250.00",
  creditAfter: "0.00",
  reference: "D100001",
  comment: null,
  bookedAt: at
}

const figures: FiguresView = {
  balance: "1000.00",
  credit: "0.00",
  equity: "498.20",
  usedMargin: "500.00",
  freeMargin: "-1.80",
  marginLevelPercent: "99.64",
  floatingProfit: "-501.80",
  swap: "0.00"
}
const levels = { marginCallLevelPercent: "100.00", stopOutLevelPercent: "50.00" }

const deposit: WebhookFundingRequest = {
  requestId: "D100001",
  ...ofAccount,
  amount: "250.00",
  currency: "USD",
  method: "card",
  details: {},
  status: "requested",
  reason: null,
  requestedAt: at,
  updatedAt: at
}
const withdrawal: WebhookFundingRequest = {
  ...deposit,
  requestId: "W100002",
  amount: "100.00",
  method: "bankTransfer",
  details: { accountHolder: "Ada Trader", iban: "GB33BUKB20201555555555" }
}

const journaled = (sequence: number) => ({ id: `evt_100001_${sequence}`, timestamp: at })
const written = (digit: string) => ({ id: `evt_${digit.repeat(32)}`, timestamp: at })

export const webhookExamples: { readonly [Type in WebhookType]: Extract<WebhookEvent, { readonly type: Type }> } = {
  "user.created": { ...written("1"), type: "user.created", data: { user: { ...user, emailVerified: false, externalId: null } } },
  "user.updated": { ...written("2"), type: "user.updated", data: { user, changed: ["externalId"] } },
  "email.verified": { ...written("3"), type: "email.verified", data: { user } },
  "kyc.status_changed": {
    ...written("4"),
    type: "kyc.status_changed",
    data: {
      userId: clientId,
      status: "pending",
      previousStatus: "none",
      document: { documentId: "doc_6f1c2c1e8b0a4b529a616a1b0d0f2a77", kind: "passport", status: "submitted" },
      reason: null
    }
  },
  "order.placed": { ...journaled(41), type: "order.placed", data: { ...ofAccount, sequence: 41, order } },
  "order.rejected": {
    ...journaled(42),
    type: "order.rejected",
    data: {
      ...ofAccount,
      sequence: 42,
      order: {
        ...order,
        orderId: "O2",
        status: "rejected",
        lots: "50",
        refusal: { code: "INSUFFICIENT_FREE_MARGIN", context: { freeMargin: "889.99", requiredMargin: "55005.00" } }
      }
    }
  },
  "position.closed": { ...journaled(47), type: "position.closed", data: { ...ofAccount, sequence: 47, position, trade } },
  "balance.updated": { ...journaled(48), type: "balance.updated", data: { ...ofAccount, sequence: 48, entry } },
  "deposit.requested": { ...written("5"), type: "deposit.requested", data: { request: deposit } },
  "deposit.status_changed": {
    ...written("6"),
    type: "deposit.status_changed",
    data: { request: { ...deposit, status: "approved" }, previousStatus: "requested" }
  },
  "withdrawal.requested": { ...written("7"), type: "withdrawal.requested", data: { request: withdrawal } },
  "withdrawal.status_changed": {
    ...written("8"),
    type: "withdrawal.status_changed",
    data: {
      request: { ...withdrawal, status: "declined", reason: "The account at the bank is not in your name" },
      previousStatus: "processing"
    }
  },
  "margin.call": { ...journaled(52), type: "margin.call", data: { ...ofAccount, sequence: 52, figures, ...levels } },
  "stop.out": {
    ...journaled(53),
    type: "stop.out",
    data: {
      ...ofAccount,
      sequence: 53,
      figures: { ...figures, equity: "249.90", freeMargin: "-250.10", marginLevelPercent: "49.98", floatingProfit: "-750.10" },
      ...levels,
      strategy: "largestLoss"
    }
  },
  "session.impersonated": {
    ...written("9"),
    type: "session.impersonated",
    data: { userId: clientId, adminId: "agent-17", reason: "Cannot find the stop-loss, ticket 4711", expiresAt: at + 1_800_000 }
  },
  test: {
    id: "evt_test_0f6b2c51d3a94e07b8c6a1f2",
    timestamp: at,
    type: "test",
    data: { endpointId: "wep_0f6b2c51d3a94e07b8c6a1f2", message: "This is a test: nothing happened." }
  }
}
