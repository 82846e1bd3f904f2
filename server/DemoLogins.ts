/** The published logins and the published key that DEMO_ACCOUNTS=true makes, and that `npm start` prints; never made in production. */

export interface DemoLogin {
  readonly email: string
  readonly password: string
}

export const DEMO_CLIENT: DemoLogin = { email: "demo@keel.example", password: "demo-client-1" }

export const DEMO_ADMINISTRATOR: DemoLogin = { email: "admin@keel.example", password: "demo-administrator-1" }

/** For `/crm/*`, with every scope. In production it is refused even when a database has it. */
export const DEMO_SERVICE_KEY = "keel_demo00000000_for-development-only-known-to-everybody-000"
