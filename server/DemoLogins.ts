/** The published logins that DEMO_ACCOUNTS=true makes, and that `npm start` prints; never made in production. */

export interface DemoLogin {
  readonly email: string
  readonly password: string
}

export const DEMO_CLIENT: DemoLogin = { email: "demo@keel.example", password: "demo-client-1" }

export const DEMO_ADMINISTRATOR: DemoLogin = { email: "admin@keel.example", password: "demo-administrator-1" }
