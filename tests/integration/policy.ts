/**
 * policy: who may do what, in one table; written by hand, so that it can be held against what the contract declares and the server does.
 *
 *     anyone       no session needed
 *     signedIn     any role, about themselves
 *     owner        the account's own client and administrators; what only reads is for all staff too. To others the account does not exist
 *     [roles]      these and nobody else
 */
export type Rule = "anyone" | "signedIn" | "owner" | ReadonlyArray<string>

const STAFF = ["support", "risk", "operator", "admin"]
const RISK = ["risk", "admin"]
const CONFIGURATION = ["operator", "admin"]
const ADMIN = ["admin"]

export const policy: Readonly<Record<string, Rule>> = {
  "GET /healthz": "anyone",
  "GET /readyz": "anyone",
  "GET /stream": "anyone",
  "GET /instruments": "anyone",
  "GET /instruments/{symbol}": "anyone",
  "GET /market/candles": "anyone",
  "GET /market/quotes": "anyone",
  "GET /market/symbols": "anyone",

  "POST /auth/register": "anyone",
  "POST /auth/login": "anyone",
  "POST /auth/login/second-factor": "anyone",
  "POST /auth/refresh": "anyone",
  "POST /auth/verify-email": "anyone",
  "POST /auth/forgot-password": "anyone",
  "POST /auth/reset-password": "anyone",

  "GET /auth/me": "signedIn",
  "POST /auth/logout": "signedIn",
  "POST /auth/logout-everywhere": "signedIn",
  "GET /auth/sessions": "signedIn",
  "DELETE /auth/sessions/{sessionId}": "signedIn",
  "POST /auth/password": "signedIn",
  "POST /auth/email": "signedIn",
  "POST /auth/verify-email/resend": "signedIn",
  "GET /auth/two-factor": "signedIn",
  "POST /auth/two-factor/setup": "signedIn",
  "POST /auth/two-factor/confirm": "signedIn",
  "POST /auth/two-factor/backup-codes": "signedIn",
  "POST /auth/two-factor/disable": "signedIn",
  "GET /accounts": "signedIn",

  "GET /accounts/{accountId}": "owner",
  "GET /accounts/{accountId}/changes": "owner",
  "GET /accounts/{accountId}/conditions": "owner",
  "GET /accounts/{accountId}/deposits": "owner",
  "POST /accounts/{accountId}/deposits": "owner",
  "DELETE /accounts/{accountId}/deposits/{depositId}": "owner",
  "GET /accounts/{accountId}/funding": "owner",
  "GET /accounts/{accountId}/ledger": "owner",
  "GET /accounts/{accountId}/orders": "owner",
  "POST /accounts/{accountId}/orders": "owner",
  "POST /accounts/{accountId}/orders/cancel": "owner",
  "POST /accounts/{accountId}/orders/preview": "owner",
  "GET /accounts/{accountId}/orders/{orderId}": "owner",
  "PATCH /accounts/{accountId}/orders/{orderId}": "owner",
  "DELETE /accounts/{accountId}/orders/{orderId}": "owner",
  "GET /accounts/{accountId}/positions": "owner",
  "POST /accounts/{accountId}/positions/close": "owner",
  "GET /accounts/{accountId}/positions/{positionId}": "owner",
  "PATCH /accounts/{accountId}/positions/{positionId}": "owner",
  "POST /accounts/{accountId}/positions/{positionId}/close": "owner",
  "POST /accounts/{accountId}/positions/{positionId}/close-by": "owner",
  "POST /accounts/{accountId}/positions/{positionId}/reverse": "owner",
  "GET /accounts/{accountId}/trades": "owner",
  "GET /accounts/{accountId}/withdrawals": "owner",
  "POST /accounts/{accountId}/withdrawals": "owner",
  "DELETE /accounts/{accountId}/withdrawals/{withdrawalId}": "owner",

  "GET /admin/accounts": STAFF,
  "POST /admin/accounts": ADMIN,
  "POST /admin/accounts/{accountId}/balance-operations": ADMIN,
  "PATCH /admin/accounts/{accountId}/settings": RISK,
  "GET /admin/deposits": STAFF,
  "POST /admin/deposits/{depositId}/decision": ADMIN,
  "GET /admin/withdrawals": STAFF,
  "POST /admin/withdrawals/{withdrawalId}/decision": ADMIN,
  "GET /admin/funding/conditions": STAFF,
  "PUT /admin/funding/conditions": CONFIGURATION,
  "GET /admin/groups": STAFF,
  "GET /admin/groups/{name}": STAFF,
  "PUT /admin/groups/{name}": CONFIGURATION,
  "GET /admin/instruments/{symbol}": STAFF,
  "PUT /admin/instruments/{symbol}": CONFIGURATION,
  "PUT /admin/kill-switch": RISK,
  "GET /admin/market/health": ["risk", "operator", "admin"],

  "GET /admin/users": STAFF,
  "GET /admin/users/{userId}/sessions": STAFF,
  "POST /admin/users/{userId}/logout": ["support", "risk", "admin"],
  "POST /admin/users/{userId}/block": RISK,
  "POST /admin/users/{userId}/unblock": RISK,
  "PUT /admin/users/{userId}/role": ADMIN,
  "GET /admin/service-keys": STAFF,
  "POST /admin/service-keys": ADMIN,
  "DELETE /admin/service-keys/{keyId}": ADMIN,
  "GET /admin/audit": RISK,
  "GET /admin/audit.csv": RISK
}
