/** FirstAccount: the trading account that every client starts with. */
import { Accounts, type AccountFailure } from "#actors/account/AccountProtocol.ts"
import { decimal } from "#domain/Decimal.ts"
import { AppConfig } from "#server/Config.ts"
import { Context, Effect, Layer } from "effect"

/** What registration opens; staff may change leverage and group later. */
export const FIRST_ACCOUNT = { currency: "USD", mode: "hedging", group: "professional", leverage: 100 } as const
/** Play money, booked only where demo accounts are on. */
export const DEMO_DEPOSIT = decimal("10000")

export class FirstAccount extends Context.Service<
  FirstAccount,
  {
    /** Opens it, with its demo deposit; once, however often it is asked for. */
    readonly open: (clientId: string, accountId: string) => Effect.Effect<void, AccountFailure>
  }
>()("server/auth/FirstAccount") {
  static readonly layer = Layer.effect(
    FirstAccount,
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const { demoAccounts } = yield* AppConfig
      const origin = { kind: "platform", id: "registration" } as const

      const open = Effect.fn("FirstAccount.open")(function* (clientId: string, accountId: string) {
        const command = { _tag: "OpenAccount", clientId, ...FIRST_ACCOUNT } as const
        const opened = yield* accounts.execute(accountId, { commandId: "registration", command, origin })
        if (opened.rejection !== undefined && opened.rejection.reason !== "ACCOUNT_ALREADY_OPEN") {
          return yield* Effect.die(new Error(`The first account was refused: ${opened.rejection.reason}`))
        }
        if (!demoAccounts) return
        const deposit = { _tag: "ApplyBalanceOperation", kind: "deposit", amount: DEMO_DEPOSIT, reference: "demo-deposit" } as const
        yield* accounts.execute(accountId, { commandId: "demo-deposit", command: deposit, origin })
      })
      return FirstAccount.of({ open })
    })
  )
}
