/** Api: everything that can be asked over HTTP. The server implements it, the web app calls it, docs/openapi.json is made from it (DocumentedApi). */
import { HttpApi, OpenApi } from "effect/http-api"
import { Audited, Problems, RateLimit, SameSite } from "#contract/Access.ts"
import { AccountsGroup } from "#contract/AccountsGroup.ts"
import { AdminFundingGroup } from "#contract/AdminFundingGroup.ts"
import { AdminGroup } from "#contract/AdminGroup.ts"
import { AuditGroup } from "#contract/AuditGroup.ts"
import { AuthGroup } from "#contract/AuthGroup.ts"
import { CrmAccountsGroup } from "#contract/CrmAccountsGroup.ts"
import { CrmFundingGroup } from "#contract/CrmFundingGroup.ts"
import { CrmMessagesGroup } from "#contract/CrmMessagesGroup.ts"
import { CrmUsersGroup } from "#contract/CrmUsersGroup.ts"
import { CrmKycGroup } from "#contract/CrmKycGroup.ts"
import { FundingGroup } from "#contract/FundingGroup.ts"
import { AdminKycGroup } from "#contract/AdminKycGroup.ts"
import { KycGroup } from "#contract/KycGroup.ts"
import { MarketGroup } from "#contract/MarketGroup.ts"
import { PreferencesGroup } from "#contract/PreferencesGroup.ts"
import { ProfileGroup } from "#contract/ProfileGroup.ts"
import { ServiceKeysGroup } from "#contract/ServiceKeysGroup.ts"
import { ClientMessage, ServerMessage } from "#contract/Stream.ts"
import { SsoGroup } from "#contract/SsoGroup.ts"
import { SystemGroup } from "#contract/SystemGroup.ts"
import { TradingGroup } from "#contract/TradingGroup.ts"
import { UsersGroup } from "#contract/UsersGroup.ts"
import { CrmWebhooksGroup, WebhooksGroup } from "#contract/WebhooksGroup.ts"

/**
 * Middleware added later stand further outside. Headers keep their own parse options: every request carries some that no schema names. So do
 * answers: what one of ours has beside its schema is left out, and what our own types made is not checked against patterns once more.
 */
export class Api extends HttpApi.make("keel")
  .add(
    AuthGroup,
    ProfileGroup,
    PreferencesGroup,
    MarketGroup,
    AccountsGroup,
    TradingGroup,
    FundingGroup,
    CrmUsersGroup,
    CrmAccountsGroup,
    CrmFundingGroup,
    KycGroup,
    AdminKycGroup,
    CrmKycGroup,
    AdminGroup,
    AdminFundingGroup,
    UsersGroup,
    AuditGroup,
    ServiceKeysGroup,
    SsoGroup,
    WebhooksGroup,
    CrmWebhooksGroup,
    CrmMessagesGroup,
    SystemGroup
  )
  .middleware(SameSite)
  .middleware(Audited)
  .middleware(RateLimit)
  .middleware(Problems)
  .annotate(HttpApi.ParseOptions, { onExcessProperty: "error", errors: "all" })
  .annotate(HttpApi.HeadersParseOptions, {})
  .annotate(HttpApi.SuccessParseOptions, { disableChecks: true })
  .annotate(HttpApi.AdditionalSchemas, [ClientMessage, ServerMessage])
  .annotateMerge(
    OpenApi.annotations({
      title: "Keel",
      version: "0.1.0",
      description:
        "Client trading platform API. Decimals are text, times are ISO 8601 in UTC, errors are problem details (RFC 9457) with a stable `code`. " +
        "Trading commands need an `Idempotency-Key` and answer with the account's `version`. Live data comes by the WebSocket at `/stream`.",
      license: { name: "MIT", identifier: "MIT" },
      servers: [{ url: "/" }]
    })
  ) {}
