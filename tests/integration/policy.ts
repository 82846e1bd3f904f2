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
const REVIEWERS = ["support", "risk", "admin"]

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

  "GET /sso/consume": "anyone",

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
  "GET /preferences": "signedIn",
  "PUT /preferences": "signedIn",
  "GET /kyc": "signedIn",
  "POST /kyc/uploads": "signedIn",
  "POST /kyc/uploads/{uploadId}/confirm": "signedIn",
  "DELETE /kyc/uploads/{uploadId}": "signedIn",
  "DELETE /kyc/documents/{documentId}": "signedIn",
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

  "GET /admin/kyc": STAFF,
  "GET /admin/kyc/{documentId}": STAFF,
  "GET /admin/kyc/{documentId}/files/{side}": REVIEWERS,
  "POST /admin/kyc/{documentId}/review": REVIEWERS,
  "POST /admin/kyc/{documentId}/decision": REVIEWERS,

  "GET /admin/webhooks/endpoints": ADMIN,
  "POST /admin/webhooks/endpoints": ADMIN,
  "PATCH /admin/webhooks/endpoints/{endpointId}": ADMIN,
  "DELETE /admin/webhooks/endpoints/{endpointId}": ADMIN,
  "POST /admin/webhooks/endpoints/{endpointId}/rotate-secret": ADMIN,
  "POST /admin/webhooks/endpoints/{endpointId}/test": ADMIN,
  "GET /admin/webhooks/endpoints/{endpointId}/deliveries": ADMIN,
  "GET /admin/webhooks/endpoints/{endpointId}/deliveries/{deliveryId}/attempts": ADMIN,
  "POST /admin/webhooks/endpoints/{endpointId}/dead-letters/retry": ADMIN,
  "POST /admin/webhooks/endpoints/{endpointId}/replay": ADMIN,

  "GET /admin/users": STAFF,
  "GET /admin/users/{userId}/sessions": STAFF,
  "POST /admin/users/{userId}/logout": ["support", "risk", "admin"],
  "POST /admin/users/{userId}/block": RISK,
  "POST /admin/users/{userId}/unblock": RISK,
  "POST /admin/users/{userId}/impersonate": ["support", "admin"],
  "PUT /admin/users/{userId}/role": ADMIN,
  "GET /admin/service-keys": STAFF,
  "POST /admin/service-keys": ADMIN,
  "DELETE /admin/service-keys/{keyId}": ADMIN,
  "GET /admin/audit": RISK,
  "GET /admin/audit.csv": RISK
}

/** Operations of programs: the scope that a key or a token must have. No session opens them, whoever's it is. */
export const services: Readonly<Record<string, string>> = {
  "GET /crm/users": "users:read",
  "POST /crm/users": "users:write",
  "GET /crm/users/{id}": "users:read",
  "PATCH /crm/users/{id}": "users:write",
  "POST /crm/force-logout": "sessions:end",
  "POST /crm/password-reset": "users:write",
  "POST /sso/impersonate": "sso",

  "GET /crm/accounts": "accounts:read",
  "POST /crm/accounts": "accounts:write",
  "GET /crm/accounts/{accountId}": "accounts:read",
  "POST /crm/accounts/{accountId}/balance-operations": "balance:write",
  "GET /crm/accounts/{accountId}/changes": "accounts:read",
  "GET /crm/accounts/{accountId}/ledger": "accounts:read",
  "GET /crm/accounts/{accountId}/orders": "accounts:read",
  "GET /crm/accounts/{accountId}/orders/{orderId}": "accounts:read",
  "GET /crm/accounts/{accountId}/positions": "accounts:read",
  "GET /crm/accounts/{accountId}/positions/{positionId}": "accounts:read",
  "GET /crm/accounts/{accountId}/trades": "accounts:read",
  "GET /crm/changes": "changes:read",

  "GET /crm/deposits": "funding:read",
  "GET /crm/deposits/{depositId}": "funding:read",
  "POST /crm/deposits/{depositId}/decision": "funding:decide",
  "GET /crm/withdrawals": "funding:read",
  "GET /crm/withdrawals/{withdrawalId}": "funding:read",
  "POST /crm/withdrawals/{withdrawalId}/decision": "funding:decide",

  "GET /crm/kyc": "kyc:read",
  "GET /crm/kyc/{documentId}": "kyc:read",
  "GET /crm/kyc/{documentId}/files/{side}": "kyc:read",
  "POST /crm/kyc/{documentId}/review": "kyc:decide",
  "POST /crm/kyc/{documentId}/decision": "kyc:decide",

  "GET /crm/webhooks/endpoints": "webhooks:manage",
  "POST /crm/webhooks/endpoints": "webhooks:manage",
  "PATCH /crm/webhooks/endpoints/{endpointId}": "webhooks:manage",
  "DELETE /crm/webhooks/endpoints/{endpointId}": "webhooks:manage",
  "POST /crm/webhooks/endpoints/{endpointId}/rotate-secret": "webhooks:manage",
  "POST /crm/webhooks/endpoints/{endpointId}/test": "webhooks:manage",
  "GET /crm/webhooks/endpoints/{endpointId}/deliveries": "webhooks:manage",
  "GET /crm/webhooks/endpoints/{endpointId}/deliveries/{deliveryId}/attempts": "webhooks:manage",
  "POST /crm/webhooks/endpoints/{endpointId}/dead-letters/retry": "webhooks:manage",
  "POST /crm/webhooks/endpoints/{endpointId}/replay": "webhooks:manage"
}

/** Operations that are opened by a signature of the CRM, and by nothing else. */
export const signed: ReadonlyArray<string> = ["POST /webhooks/crm"]
