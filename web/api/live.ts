/** live: what runs behind the page for as long as it is open: the instruments, the stream, and the account's conditions. */
import { Result } from "effect"
import { accountIdCell, chooseAccount } from "../state/account.ts"
import { conditionsCell } from "../state/market.ts"
import { userValue } from "../state/session.ts"
import { persisted, read, watch, write } from "../state/store.ts"
import { wantedSymbolsValue } from "../state/wantedSymbols.ts"
import type { AccountsGroup } from "#contract/AccountsGroup.ts"
import { SESSION_ENDS } from "#contract/Stream.ts"
import { AccountId } from "#contract/Wire.ts"
import { AccountGroup } from "#domain/AccountGroup.ts"
import { call } from "./client.ts"
import { loadInstruments } from "./market.ts"
import { operationsOf } from "./operation.ts"
import { followPreferences } from "./preferences.ts"
import { resumeSession } from "./session.ts"
import { Stream, type StreamListeners } from "./Stream.ts"

const conditions = operationsOf<typeof AccountsGroup>()("GET /accounts/:accountId/conditions", { success: AccountGroup })

/** The account that was shown last. */
export const lastAccountIdCell = persisted("accountId", AccountId, "0")

/** How long to wait before asking again for what the page cannot do without. */
const RETRY_MILLIS = 2_000

const isSessionOn = async (why: string): Promise<boolean> => {
  await resumeSession(SESSION_ENDS.find((end) => end === why))
  return read(userValue) !== undefined
}

/** For the signed-in user, or without one for the prices alone. Answers how to stop. */
export const startLive = (onAccountState: StreamListeners["onAccountState"]): (() => void) => {
  const user = read(userValue)
  if (user !== undefined) {
    const last = read(lastAccountIdCell)
    write(chooseAccount, user.accountIds.includes(last) ? last : user.accountIds[0])
  }
  const stream = new Stream({ onSessionLost: isSessionOn, onAccountState })
  const subscribe = () => stream.subscribe(read(wantedSymbolsValue))
  const follow = () => {
    const accountId = read(accountIdCell)
    if (accountId === undefined) return
    write(lastAccountIdCell, accountId)
    stream.watchAccount(accountId)
    keepTrying(() => loadConditions(accountId))
  }
  // Who looks on for somebody else looks through their own habits.
  const stopPreferences = user?.impersonation === null ? followPreferences(user.userId) : undefined
  let isStopped = false
  const keepTrying = (load: () => Promise<boolean>): void => {
    if (isStopped) return
    void load().then((isLoaded) => {
      if (!isLoaded) setTimeout(() => keepTrying(load), RETRY_MILLIS)
    })
  }
  keepTrying(async () => (await loadInstruments()) === undefined)
  subscribe()
  follow()
  const stopWatching = [watch(wantedSymbolsValue, subscribe), watch(accountIdCell, follow)]
  return () => {
    isStopped = true
    for (const stop of stopWatching) stop()
    stopPreferences?.()
    stream.close()
  }
}

/** Answers whether they are there. */
const loadConditions = async (accountId: string): Promise<boolean> => {
  const answer = await call(conditions({ params: { accountId } }))
  if (read(accountIdCell) !== accountId) return true
  if (Result.isSuccess(answer)) write(conditionsCell, answer.success)
  return Result.isSuccess(answer) || answer.failure.code === "UNAUTHENTICATED"
}
