/** configurationHandlers: instruments, groups and the kill switch. */
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { Configurations, type ConfigurationChange } from "#actors/Configurations.ts"
import { CurrentUser } from "#contract/Access.ts"
import type { KillSwitchRequest } from "#contract/AdminGroup.ts"
import { NotFound, ValidationFailed } from "#contract/Problem.ts"
import { AccountReads } from "#db/AccountReads.ts"
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { note } from "#server/audit/AuditNote.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"
import { originOf } from "#server/api/execute.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"
import { randomUUID } from "node:crypto"

const current = Configurations.use((configurations) => Effect.sync(() => configurations.current()))

const change = Effect.fnUntraced(function* (asked: ConfigurationChange) {
  const configurations = yield* Configurations
  const origin = originOf(yield* CurrentUser)
  return yield* configurations.change(asked, origin).pipe(Effect.mapError(unavailable))
})

const instrumentOf = Effect.fnUntraced(function* (symbol: string) {
  const { instruments } = yield* current
  const found = Object.hasOwn(instruments, symbol) ? instruments[symbol] : undefined
  return found ?? (yield* new NotFound({ code: "SYMBOL_NOT_FOUND", context: { symbol } }))
})

/** What a PUT names in its path and in its body must be one and the same. */
const samePath = (pointer: string, path: string, body: string) =>
  path === body
    ? Effect.void
    : Effect.fail(new ValidationFailed({ errors: [{ in: "body", pointer, detail: `Expected ${path}, as in the path` }] }))

export const instrument = ({ params: { symbol } }: { readonly params: { readonly symbol: string } }) => instrumentOf(symbol)

export const putInstrument = Effect.fnUntraced(function* ({
  params: { symbol },
  payload
}: {
  readonly params: { readonly symbol: string }
  readonly payload: Instrument
}) {
  yield* samePath("/symbol", symbol, payload.symbol)
  yield* note({ subject: `instrument:${symbol}`, before: (yield* current).instruments[symbol], after: payload })
  const { version } = yield* change({ kind: "instrument", instrument: payload })
  return { configurationVersion: version, instrument: payload }
})

export const listGroups = () => Effect.map(current, ({ groups }) => ({ groups: Object.values(groups) }))

export const group = Effect.fnUntraced(function* ({ params: { name } }: { readonly params: { readonly name: string } }) {
  const { groups } = yield* current
  const found = Object.hasOwn(groups, name) ? groups[name] : undefined
  return found ?? (yield* new NotFound({ code: "GROUP_NOT_FOUND", context: { name } }))
})

export const putGroup = Effect.fnUntraced(function* ({
  params: { name },
  payload
}: {
  readonly params: { readonly name: string }
  readonly payload: AccountGroup
}) {
  yield* samePath("/name", name, payload.name)
  yield* note({ subject: `group:${name}`, before: (yield* current).groups[name], after: payload })
  const { version } = yield* change({ kind: "group", group: payload })
  return { configurationVersion: version, group: payload }
})

/** Closing stays possible; an account that is in that mode already is left alone. */
const haltAccount = Effect.fnUntraced(function* (accountId: string, halted: boolean) {
  const accounts = yield* Accounts
  const origin = originOf(yield* CurrentUser)
  const command = { _tag: "ChangeSettings", tradingMode: halted ? "closeOnly" : "full" } as const
  yield* accounts.execute(accountId, { commandId: randomUUID(), command, origin }).pipe(Effect.mapError(unavailable))
})

/** The accounts that the switch is thrown for. */
const haltedAccounts = Effect.fnUntraced(function* (
  request: Extract<typeof KillSwitchRequest.Type, { readonly scope: "client" | "account" }>
) {
  if (request.scope === "account") {
    const directory = yield* AccountDirectory
    const entry = yield* directory.find(request.accountId).pipe(Effect.mapError(unavailable))
    return entry === undefined ? yield* new NotFound({ code: "ACCOUNT_NOT_FOUND" }) : [entry.accountId]
  }
  const reads = yield* AccountReads
  const records = yield* reads.accountsOfClient(request.clientId).pipe(Effect.mapError(unavailable))
  return records.length === 0 ? yield* new NotFound({ code: "CLIENT_NOT_FOUND" }) : records.map(({ accountId }) => accountId)
})

const killSwitchState = ({ halted, instruments, version }: Configuration) => ({
  configurationVersion: version,
  halted,
  haltedSymbols: Object.values(instruments)
    .filter((found) => found.halted)
    .map(({ symbol }) => symbol)
})

const killSwitchSubject = (request: typeof KillSwitchRequest.Type): string => {
  switch (request.scope) {
    case "everything":
      return "everything"
    case "symbol":
      return `instrument:${request.symbol}`
    case "client":
      return `user:${request.clientId}`
    case "account":
      return `account:${request.accountId}`
  }
}

export const killSwitch = Effect.fnUntraced(function* ({ payload }: { readonly payload: typeof KillSwitchRequest.Type }) {
  const { halted, reason } = payload
  yield* note({ subject: killSwitchSubject(payload), after: { halted }, ...(reason === undefined ? {} : { reason }) })
  switch (payload.scope) {
    case "everything":
      yield* note({ before: { halted: (yield* current).halted } })
      return killSwitchState(yield* change({ kind: "halt", halted }))
    case "symbol": {
      const instrument = yield* instrumentOf(payload.symbol)
      yield* note({ before: { halted: instrument.halted } })
      return killSwitchState(yield* change({ kind: "instrument", instrument: { ...instrument, halted } }))
    }
    case "client":
    case "account":
      yield* Effect.forEach(yield* haltedAccounts(payload), (accountId) => haltAccount(accountId, halted), { discard: true })
      return killSwitchState(yield* current)
  }
})
