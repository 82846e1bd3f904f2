/**
 * preferences: what a person arranged on one device is so on the next.
 *
 * This browser's copy is what the page reads; the server's is taken when a session begins and written a moment after each change. When another
 * device was first, its changes are taken and this one's are put on top: the last change of a thing is what stays.
 */
import { Result, Schema } from "effect"
import { Preferences, PreferencesVersion } from "#contract/Preferences.ts"
import type { PreferencesGroup } from "#contract/PreferencesGroup.ts"
import { personalTexts, persisted, read, takePersonal, watchPersonal, write } from "../state/store.ts"
import { call } from "./client.ts"
import { operationsOf } from "./operation.ts"

const operation = operationsOf<typeof PreferencesGroup>()
const load = operation("GET /preferences", { success: Preferences })
const save = operation("PUT /preferences", { payload: Preferences, success: PreferencesVersion })

/** So that a border that is dragged is one change. */
const SAVE_AFTER_MILLIS = 800
/** Without an answer. */
const RETRY_MILLIS = 15_000

/** Names of what changed here and is not with the server yet: a page that is closed meanwhile goes on with it when it is opened again. */
const Unsaved = Schema.Struct({ userId: Schema.String, names: Schema.Array(Schema.String) })
const unsavedCell = persisted("unsaved", Unsaved, { userId: "", names: [] })

const unsavedOf = (userId: string): ReadonlyArray<string> => {
  const unsaved = read(unsavedCell)
  return unsaved.userId === userId ? unsaved.names : []
}

/** For as long as this person is signed in; answers how to stop. */
export const followPreferences = (userId: string): (() => void) => {
  /** What the server has; undefined until it told. */
  let known: Preferences | undefined
  const changed = new Set<string>(unsavedOf(userId))
  const keepUnsaved = () => write(unsavedCell, { userId, names: [...changed] })
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false
  let isBusy = false

  const plan = (millis: number): void => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(() => void exchange(), millis)
  }

  /** Answers when to go on; undefined: when something changes. */
  const next = (): number | undefined => (changed.size === 0 ? undefined : 0)

  const take = async (): Promise<number | undefined> => {
    const answer = await call(load())
    if (Result.isFailure(answer)) return RETRY_MILLIS
    if (isStopped) return undefined
    known = answer.success
    const mine = personalTexts()
    // Nothing was ever kept for them: what they have here is theirs.
    if (known.version === 0) for (const name of Object.keys(mine)) changed.add(name)
    for (const name of new Set([...Object.keys(mine), ...Object.keys(known.entries)])) {
      const text = known.entries[name] ?? null
      if (!changed.has(name) && (mine[name] ?? null) !== text) takePersonal(name, text)
    }
    return next()
  }

  const give = async (from: Preferences): Promise<number | undefined> => {
    const names = [...changed]
    const mine = personalTexts()
    const entries = {
      ...from.entries,
      ...Object.fromEntries(names.flatMap((name) => (mine[name] === undefined ? [] : [[name, mine[name]]])))
    }
    changed.clear()
    const answer = await call(save({ payload: { version: from.version, entries } }))
    if (Result.isSuccess(answer)) {
      known = { version: answer.success.version, entries }
      keepUnsaved()
      return next()
    }
    for (const name of names) changed.add(name)
    const { code } = answer.failure
    if (code === "PREFERENCES_CHANGED") {
      known = undefined
      return 0
    }
    // What is refused as it is stays on this device; the next change tries again.
    return code === "VALIDATION_FAILED" || code === "IMPERSONATION_RESTRICTED" ? undefined : RETRY_MILLIS
  }

  /** One at a time. */
  const exchange = async (): Promise<void> => {
    if (isBusy || isStopped) return
    isBusy = true
    const millis = known === undefined ? await take() : await give(known)
    isBusy = false
    if (millis !== undefined) plan(millis)
  }

  const stopWatching = watchPersonal((name) => {
    changed.add(name)
    keepUnsaved()
    plan(SAVE_AFTER_MILLIS)
  })
  void exchange()
  return () => {
    isStopped = true
    clearTimeout(timer)
    stopWatching()
  }
}
